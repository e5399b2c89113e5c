import { systemClock } from '../../src/clock.ts';
import { GatewayError } from '../../src/errors.ts';
import { createNumbers } from '../../src/numbers/numbers.ts';
import { openStore } from '../../src/store/store.ts';

// A process of its own: for each account it is told, it claims one number and rents any, and says what became of it.
const [folder = '', number = '', ...accounts] = process.argv.slice(2);
const store = openStore(folder);
const numbers = createNumbers({ store, clock: systemClock });

function outcomeOf(claim: () => string): string {
  try {
    return claim();
  } catch (error) {
    return error instanceof GatewayError ? error.code : String(error);
  }
}

process.send?.('ready');
process.once('message', () => {
  const outcomes = accounts.map((id) => {
    const account = { id, phone: id, tier: 'paid', quota: null, createdAt: 0 } as const;
    const actor = { account: id, via: 'op' };
    return {
      lease: outcomeOf(() => numbers.lease(account, number, actor).account),
      rent: outcomeOf(() => numbers.rent(account, { country: null, duration: 60_000 }, actor).number.e164),
    };
  });
  store.close();
  process.send?.(outcomes, () => process.disconnect());
});
