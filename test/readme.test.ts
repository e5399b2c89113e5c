import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cleanup, type Modems, newFolder, startModems, until } from './end-to-end/processes.ts';
import { freePort, type Mosquitto, startMosquitto } from './mqtt/mosquitto.ts';

const root = new URL('..', import.meta.url).pathname;
const readme = readFileSync(join(root, 'README.md'), 'utf8');

const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(
    ([, indent = '', text = '']) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );

/** Every command of the README, without comments. */
const commands = blocks('sh').flatMap((block) =>
  block
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== ''),
);

const ran = new Set<string>();
const cleanup = new Cleanup();
let folder: string;
let broker: Mosquitto;
let modems: Modems;

beforeAll(async () => {
  folder = newFolder(cleanup);
  broker = await startMosquitto();
  cleanup.add(() => broker.dispose());
  modems = await startModems(2, cleanup);
});
afterAll(() => cleanup.run());

/** The README's command, as typed, but for the port of the broker and for npx, which needs the checkout around it. */
function adapted(command: string): string {
  return command
    .replace(/^npx sim2mqtt/, join(root, 'node_modules/.bin/sim2mqtt'))
    .replace(/^(mosquitto_\w+)(?!.* -p )/, `$1 -p ${broker.port}`)
    .replace(/^(scripts\/|node scripts\/)/, (start) => start.replace('scripts/', join(root, 'scripts/')));
}

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
}

function start(command: string, more = '', change = (text: string) => text): Started {
  expect(commands).toContain(command);
  ran.add(command);
  return launch(change(command), more);
}

function launch(command: string, more = ''): Started {
  const simple = command.startsWith('for ') ? '' : 'exec';
  const child = spawn('sh', ['-c', `${simple} ${adapted(command)} ${more}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, STATE_DIRECTORY: join(folder, 'state') },
  });
  const out: string[] = [];
  child.stdout?.on('data', (data) => out.push(String(data)));
  child.stderr?.on('data', (data) => out.push(String(data)));
  cleanup.add(() => child.kill('SIGKILL'));
  return { child, output: () => out.join('') };
}

async function run(command: string, more = '', change?: (text: string) => string): Promise<string> {
  const { child, output } = start(command, more, change);
  const [code] = (await once(child, 'close')) as [number | null];
  expect(`${command}: ${code} ${code === 0 ? '' : output()}`.trim()).toBe(`${command}: 0`);
  return output();
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'close');
  expect(child.exitCode).toBe(0);
}

test('the demo shows a code, and a command that sends', async () => {
  const { child, output } = start('scripts/demo');
  await until('a code', () => output().includes('"code":"481920"'));
  await until('a reply', () => /cmd\/send\/reply\s+\{"ok":true/.test(output()));
  // The curl commands it prints.
  const [, url, key] = /curl (\S+) -H 'Authorization: Bearer (op_live_\w+)'/.exec(output()) ?? [];
  const listed = await fetch(url ?? '', { headers: { authorization: `Bearer ${key}` } });
  expect(JSON.stringify(await listed.json())).toContain('"otp_code":"481920"');
  const [, rent, agentKey] = /curl -X POST (\S+) -H 'X-API-Key: (ak_\w+)'/.exec(output()) ?? [];
  const headers = { 'x-api-key': agentKey ?? '', 'content-type': 'application/json' };
  expect((await fetch(rent ?? '', { method: 'POST', headers, body: '{}' })).status).toBe(200);
  await stop(child);
});

test('npx finds the command in the checkout', () => {
  const command = 'npx sim2mqtt ports';
  expect(commands).toContain(command);
  ran.add(command);
  execFileSync('sh', ['-c', `${command} --json`], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
});

/** The first configuration of the README, on the broker and the modem that are here. */
function writeFirst(): void {
  const [yaml = ''] = blocks('yaml');
  const config = yaml
    .replace(/mqtt:\/\/127\.0\.0\.1:1883/, broker.url)
    .replace(/\/dev\/serial\/\S+/, modems.port(0))
    .concat('http: { listen: "127.0.0.1:0" }\n');
  writeFileSync(join(folder, 'sim2mqtt.yaml'), config);
}

test('the first configuration is right, and the doctor finds nothing wrong with what it names', async () => {
  writeFirst();
  await run('npx sim2mqtt config check --config sim2mqtt.yaml');
  expect(await run('npx sim2mqtt doctor --config sim2mqtt.yaml')).toBe('nothing is wrong\n');
}, 60_000);

test('the first message from hardware, and one back, as written', async () => {
  writeFirst();
  const watch = start("mosquitto_sub -t 'sim2mqtt/#' -v");
  const daemon = start('npx sim2mqtt run --config sim2mqtt.yaml --data ./data');
  await until('the modem', () => watch.output().includes('m1/availability online'));
  await modems.ask({ op: 'inject', modem: 0, from: 'Acme Bank', text: 'Your code is 481920' });
  await until('the code', () =>
    /modem\/m1\/event\/otp \{"event_type":"otp_received".*"code":"481920"/.test(watch.output()),
  );
  await run(commands.find((command) => command.startsWith('mosquitto_pub')) ?? '');
  await until('the reply', () => watch.output().includes('cmd/send/reply {"ok":true,"id":"r1"'));
  await run('npx sim2mqtt send --data ./data --to +14155550123 --text hello');
  await until('both sent', () => watch.output().split('"event_type":"sent"').length === 3);
  const listed = await run('npx sim2mqtt messages --data ./data');
  expect(listed).toContain('code 481920');
  await run('npx sim2mqtt backup ./sim2mqtt-backup.db --data ./data');
  await stop(daemon.child);
  await run('npx sim2mqtt restore ./sim2mqtt-backup.db --data ./data');
  watch.child.kill();
}, 60_000);

/** Mosquitto with the files of the README, on a loopback port; gives how its text reads there. */
async function startSecuredBroker(): Promise<(text: string) => string> {
  const port = await freePort();
  const here = (text: string) =>
    text
      .replaceAll('broker.lan', 'localhost')
      .replace('listener 8883', `listener ${port} 127.0.0.1`)
      .replaceAll('8883', String(port))
      .replaceAll('/etc/mosquitto', folder);
  for (const command of commands.filter((each) => /^(openssl|for user in) /.test(each))) await run(command, '', here);
  const [conf = '', acl = ''] = blocks('conf');
  const asRoot = process.getuid?.() === 0 ? 'user root\n' : '';
  writeFileSync(join(folder, 'tls.conf'), asRoot + here(conf));
  // Home Assistant's user: what the reader has, and one line more.
  const [, ofReader = ''] = acl.split('user reader\n');
  expect(readme).toContain('what `reader` has and `topic readwrite homeassistant/#`');
  const more = `user homeassistant\n${ofReader}topic readwrite homeassistant/#\n`;
  writeFileSync(join(folder, 'acl'), acl + more);
  execFileSync('mosquitto_passwd', ['-b', 'passwords', 'homeassistant', 'secret'], { cwd: folder, stdio: 'ignore' });
  const child = spawn('mosquitto', ['-c', join(folder, 'tls.conf')], { stdio: 'ignore' });
  cleanup.add(() => child.kill('SIGKILL'));
  await until('the broker', async () => {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    return isOpen;
  });
  return here;
}

test('a broker with TLS, passwords and an access list, two gateways on it and one subscriber, as written', async () => {
  const here = await startSecuredBroker();
  const yaml = blocks('yaml').find((block) => block.includes('mqtts:')) ?? '';
  const gateways = ['pi-kitchen', 'pi-attic'].map((name, index) => {
    const config = here(yaml.replaceAll('pi-kitchen', name))
      .replace('/etc/sim2mqtt/mqtt_password', join(folder, `${name}.password`))
      .replace('/etc/sim2mqtt/ca.crt', join(folder, 'ca.crt'));
    const modem = `modems: [{ id: m1, port: "${modems.port(index)}", number: "+1416555123${index}" }]`;
    writeFileSync(join(folder, `${name}.yaml`), `${config}http: { listen: "127.0.0.1:0" }\n${modem}\n`);
    return launch(`npx sim2mqtt run --config ${name}.yaml --data ${newFolder(cleanup)}`);
  });
  const [watching = '', sending = ''] = commands.filter(
    (each) => each.includes('broker.lan') && /^mosquitto/.test(each),
  );
  const watch = start(watching, '', here);
  const asUser = (user: string) =>
    here(`-h broker.lan -p 8883 --cafile ca.crt -V 5 -u ${user} -P "$(cat ${user}.password)" -q 1`);
  const kitchen = launch(`mosquitto_sub ${asUser('pi-kitchen')} -t '#' -v`);
  for (const name of ['pi-kitchen', 'pi-attic']) {
    await until(`${name} to be online`, () => watch.output().includes(`sim2mqtt/${name}/availability online`));
  }
  await modems.ask({ op: 'inject', modem: 0, from: 'Acme Bank', text: 'for the kitchen' });
  await modems.ask({ op: 'inject', modem: 1, from: 'Acme Bank', text: 'for the attic' });
  for (const name of ['kitchen', 'attic']) {
    const event = new RegExp(`sim2mqtt/pi-${name}/modem/m1/event/sms .*for the ${name}`);
    await until(`the text for the ${name}`, () => event.test(watch.output()));
  }
  await run(sending, '', here);
  await until('that it was sent', () =>
    /pi-attic\/modem\/m1\/event\/status .*"event_type":"sent"/.test(watch.output()),
  );

  // Somebody who has the password of one gateway.
  const forge = async (topic: string) => {
    const { child, output } = launch(
      `mosquitto_pub ${asUser('pi-kitchen')} -t ${topic} -m '{"id":"f1","text":"forged"}'`,
    );
    await once(child, 'close');
    return output();
  };
  for (const topic of ['sim2mqtt/pi-attic/modem/m1/event/sms', 'sim2mqtt/pi-attic/cmd/send']) {
    expect(await forge(topic)).toContain('Not authorized');
  }
  expect(await forge('sim2mqtt/pi-kitchen/modem/m1/event/call')).toBe('');
  await until('what it may', () => watch.output().includes('pi-kitchen/modem/m1/event/call'));
  await until('the same', () => kitchen.output().includes('pi-kitchen/modem/m1/event/call'));
  expect(watch.output().match(/forged/g)).toHaveLength(1);
  expect(kitchen.output()).not.toContain('pi-attic');

  const found = launch(
    here('mosquitto_sub -h broker.lan -p 8883 --cafile ca.crt -u homeassistant -P secret -t homeassistant/# -v'),
  );
  for (const name of ['pi-kitchen', 'pi-attic']) {
    await until(`the device of ${name}`, () =>
      found.output().includes(`homeassistant/device/sim2mqtt_${name}_m1/config {`),
    );
  }

  const stranger = launch(here('mosquitto_sub -h broker.lan -p 8883 --cafile ca.crt -t sim2mqtt/#'));
  await once(stranger.child, 'close');
  expect(stranger.output()).toMatch(/not authori[sz]ed/i);
  for (const child of [watch, kitchen, found].map((each) => each.child)) child.kill();
  await Promise.all(gateways.map(({ child }) => stop(child)));
}, 60_000);

test('a phone number for software, as written', async () => {
  const yaml = blocks('yaml').find((block) => block.includes('offer: lease')) ?? '';
  const config = yaml
    .replace(/\/dev\/serial\/\S+/, modems.port(0))
    .concat('http: { listen: "127.0.0.1:0" }\nmqtt: { listen: "127.0.0.1:0" }\nlog: { format: json }\n');
  const data = newFolder(cleanup);
  writeFileSync(join(folder, 'numbers.yaml'), config);
  const inData = (command: string) => command.replace('./data', data);
  const daemon = launch(`npx sim2mqtt run --config numbers.yaml --data ${data}`);
  const url = await until('the daemon', () => /"http":"([^"]+)"/.exec(daemon.output())?.[1]);
  await until('the modem', async () => (await fetch(`${url}/readyz`)).ok);
  const written = (start: string) => commands.find((command) => command.startsWith(start)) ?? '';
  await run(written('npx sim2mqtt account add'), '', inData);
  const KEY = (await run(written('npx sim2mqtt key create'), '2>/dev/null', inData)).trim();
  const ask = (text: string) => text.replace('http://127.0.0.1:8480', url).replace('$KEY', KEY);
  const rented = await run(written('curl -X POST http://127.0.0.1:8480/api/v1/numbers/rent'), '-s', ask);
  expect(JSON.parse(rented)).toMatchObject({ success: true, data: { number: '+14165551234' } });
  await modems.ask({ op: 'inject', modem: 0, from: 'Acme Bank', text: 'Your code is 847291' });
  const code = await run(written('curl -X POST http://127.0.0.1:8480/api/v1/numbers/+'), '-s', ask);
  expect(JSON.parse(code)).toMatchObject({ success: true, data: { code: '847291' } });
  expect(await (await fetch(`${url}/skill.md`)).text()).toContain(url);
  expect(await run(written('npx sim2mqtt audit'), '', inData)).toContain('code.read');
  const token = (await run(written('npx sim2mqtt token create'), '2>/dev/null', inData)).trim();
  const session = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) };
  expect((await fetch(`${url}/ui/api/session`, session)).status).toBe(200);
  expect(await (await fetch(`${url}/`)).text()).toContain('<!doctype html>');
  expect(await (await fetch(`${url}/asyncapi.json`)).json()).toMatchObject({ asyncapi: '3.0.0' });
  await stop(daemon.child);
}, 60_000);

test('the everyday commands', async () => {
  expect(await run("npx sim2mqtt otp --text 'G-481920 is your verification code'")).toContain('481920');
  expect(JSON.parse(await run('npx sim2mqtt config schema'))).toHaveProperty('properties.modems');
  const simulated = start('npx sim2mqtt simulate --modems 2 --link ./modems');
  await until('the simulator', () => simulated.output().includes('control.sock'));
  await stop(simulated.child);
});

test('the commands for developers, at a smaller size', async () => {
  expect(await run('node scripts/chaos.ts', '8 1 0')).toContain('lost: []');
  expect(await run('node scripts/mutants.ts', 'slots.ts')).toContain('caught');
  ran.add('npm run bench');
  const bench = execFileSync('sh', ['-c', 'npm run bench -- codec'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(bench).toContain('PDU codec');
  // This very test is run by it.
  ran.add('scripts/test');
}, 120_000);

test('no command of the README is left untried', () => {
  expect([...ran].sort()).toEqual([...new Set(commands)].sort());
});
