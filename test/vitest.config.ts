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

/** Programs that some tests need, and how such a test is known. */
const programs = [
  { names: ['mosquitto', 'mosquitto_sub'], packages: 'mosquitto mosquitto-clients', uses: /mosquitto|chaos\.ts/ },
  { names: ['curl'], packages: 'curl', uses: /curls\.ts|curl -X/ },
  { names: ['chromium'], packages: 'chromium', uses: /startBrowser/ },
  { names: ['python3'], packages: 'python3', uses: /'python3'/ },
];

/** Tests of a program cannot run where there is none; elsewhere that is said, in CI it is a failure. */
function withoutPrograms(): string[] {
  return programs.flatMap(({ names, packages, uses }) => {
    if (names.every(isInstalled)) return [];
    const why = `${names.join(' and ')} not installed (apt install ${packages})`;
    if (process.env.CI === 'true') throw new Error(why);
    const files = globSync('test/**/*.test.ts', { cwd: root }).filter((file) =>
      uses.test(readFileSync(join(root, file), 'utf8')),
    );
    console.error(`${why}; left out:\n${files.map((file) => `  ${file}`).join('\n')}`);
    return files;
  });
}

export default defineConfig({
  test: {
    root,
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...withoutPrograms()],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Many tests wait for a modem that is silent: one more than the two cores this is measured on.
    maxWorkers: 3,
    env: { UV_THREADPOOL_SIZE: '32' },
  },
});
