import { type ChildProcess, execFile, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchMessage } from './otp-corpus.ts';
import type { Answer } from './otp-score.ts';

/** A published extractor that runs on the same messages. `npm` is what to install, `entry` what to load of it. */
export interface Peer {
  readonly name: string;
  readonly npm?: string;
  readonly entry?: string;
  readonly note: string;
}

/** The extractors that npm has for the text of a message, and the expression most people write instead. */
export const peers: readonly Peer[] = [
  {
    name: 'parse-otp-message',
    npm: 'parse-otp-message@1.0.2',
    entry: 'parse-otp-message',
    note: 'word lists and expressions, English',
  },
  {
    name: '@onedaydevelopers/otp-detector',
    npm: '@onedaydevelopers/otp-detector@1.1.1',
    entry: '@onedaydevelopers/otp-detector',
    note: 'scored candidates, English',
  },
  {
    name: 'react-native-otp-auto-verify',
    npm: 'react-native-otp-auto-verify@0.2.2',
    entry: 'react-native-otp-auto-verify/lib/commonjs/core/extractOtp.js',
    note: 'first number of the length asked for; asked for 6, then 4, then 5',
  },
  { name: 'first-number', note: 'the usual `/\\b\\d{4,8}\\b/`, no package' },
];

/** The longest a peer may think about one message before it counts as no answer. */
const timeLimit = 2000;
const startLimit = 20_000;

/** Installs the peers into a folder of their own, hands it to `use`, and removes it. No install script of theirs runs. */
export async function withPeers<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'otp-peers-'));
  try {
    await writeFile(join(folder, 'package.json'), '{"private":true}\n');
    const packages = peers.flatMap(({ npm }) => npm ?? []);
    const flags = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'];
    await promisify(execFile)('npm', ['install', ...flags, ...packages], { cwd: folder });
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface PeerAnswers {
  readonly answers: readonly Answer[];
  readonly timeouts: number;
}

/** What one peer answers, in a process of its own that is started again when it hangs or dies. */
export async function askPeer(
  peer: Peer,
  folder: string,
  messages: readonly BenchMessage[],
  limit: number = timeLimit,
): Promise<PeerAnswers> {
  const answers: Answer[] = [];
  let timeouts = 0;
  let child = await start(peer, folder);
  try {
    for (const message of messages) {
      const code = await ask(child, message, limit);
      if (code === undefined) {
        timeouts += 1;
        child.kill('SIGKILL');
        child = await start(peer, folder);
      }
      answers.push({ code: code ?? null, confidence: 1 });
    }
  } finally {
    child.kill('SIGKILL');
  }
  return { answers, timeouts };
}

async function start(peer: Peer, folder: string): Promise<ChildProcess> {
  const script = new URL('otp-peer-process.ts', import.meta.url);
  const child = fork(script, [peer.name, folder, peer.entry ?? ''], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  if ((await reply(child, startLimit)) !== 'ready') throw new Error(`${peer.name} did not start`);
  return child;
}

async function ask(child: ChildProcess, message: BenchMessage, limit: number): Promise<string | null | undefined> {
  const answer = reply(child, limit);
  if (child.connected) child.send(message.body);
  return answer;
}

/** The child's next word; undefined when it is silent for `limit` ms or ends. */
function reply(child: ChildProcess, limit: number): Promise<string | null | undefined> {
  return new Promise((resolve) => {
    const settle = (value: string | null | undefined) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit).off('error', onExit);
      resolve(value);
    };
    const onMessage = (value: unknown) => settle(typeof value === 'string' ? value : null);
    const onExit = () => settle(undefined);
    const timer = setTimeout(onExit, limit);
    child.on('message', onMessage).on('exit', onExit).on('error', onExit);
  });
}
