import { accessSync, constants, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;

function isInstalled(program: string): boolean {
  return `${process.env.PATH}:/usr/sbin`.split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Tests of the real broker cannot run where there is none; elsewhere that is said, in CI it is a failure. */
function withoutBroker(): string[] {
  if (isInstalled('mosquitto') && isInstalled('mosquitto_sub')) return [];
  const files = globSync('test/**/*.test.ts', { cwd: root }).filter((file) =>
    /mosquitto|chaos\.ts/.test(readFileSync(join(root, file), 'utf8')),
  );
  const why = 'mosquitto and its clients are not installed (apt install mosquitto mosquitto-clients)';
  if (process.env.CI === 'true') throw new Error(why);
  console.error(`${why}; left out:\n${files.map((file) => `  ${file}`).join('\n')}`);
  return files;
}

export default defineConfig({
  test: {
    root,
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...withoutBroker()],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    maxWorkers: 2,
    env: { UV_THREADPOOL_SIZE: '32' },
  },
});
