import { rmSync } from 'node:fs';
import { asGatewayError } from '../errors.ts';
import { copyChecked } from './checked-copy.ts';
import type { CopyAnswer, CopyOrder } from './copy-apart.ts';

// What tells the daemon to stop reaches its whole group: it is the daemon who ends this process.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.once('message', async ({ source, target }: CopyOrder) => {
  const answer = await copyChecked(source, target).then(
    (): CopyAnswer => ({ ok: true }),
    (thrown): CopyAnswer => {
      const { code, message, hint } = asGatewayError(thrown);
      return { ok: false, code, message, hint };
    },
  );
  // Nobody is left to give the copy its name.
  if (process.send === undefined || !process.connected) rmSync(target, { force: true });
  else process.send(answer, () => process.disconnect());
});
