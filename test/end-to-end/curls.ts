import { execFile } from 'node:child_process';

export interface CurlAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
}

/** Runs one curl command of a document as its reader would type it, in `folder`; only the base URL and the ids differ. */
export function curl(command: string, folder: string): Promise<CurlAnswer> {
  return new Promise((resolve, reject) => {
    const asked = `${command.trim()} -s -S -D - --max-time 15`;
    execFile('sh', ['-c', asked], { cwd: folder, env: { PATH: process.env.PATH } }, (error, stdout, stderr) => {
      if (error !== null) reject(new Error(`${command}: ${stderr}`));
      else resolve(parseAnswer(stdout));
    });
  });
}

function parseAnswer(output: string): CurlAnswer {
  const end = output.indexOf('\r\n\r\n');
  const [first = '', ...lines] = output.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const body = JSON.parse(output.slice(end + 4)) as Record<string, unknown>;
  return { status: Number(first.split(' ')[1]), headers, body };
}
