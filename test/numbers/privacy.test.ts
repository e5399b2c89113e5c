import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Account } from '../../src/domain/account.ts';
import type { MailboxMessage } from '../../src/domain/number.ts';
import { tempFolder } from '../temp-folder.ts';
import { actor, codeOf, line, minute, noon, openStage, type Stage, second } from './stage.ts';

/** What an account had of a number, from when to when, and what it may know of it: written without a look at the code. */
interface Tenancy {
  readonly n: number;
  readonly account: string;
  readonly number: string;
  readonly kind: 'shared' | 'lease' | 'rental';
  readonly from: number;
  readonly endsAt: number;
  until: number;
  readonly texted: Set<string>;
  readonly messages: string[];
  readonly codes: Code[];
  waiting: Waiting[];
}

interface Code {
  readonly code: string;
  readonly from: string;
}

interface Waiting {
  readonly sender: string | null;
  outcome: string;
}

const leased = ['+14165551234', '+14165551235'];
const shared = '+16176088932';
const peers = ['+15551234567', '+15551234568', 'Google'];
const tiers = { ann: 'paid', bob: 'paid', dan: 'free' } as const;

class Model {
  now = noon;
  readonly tenancies: Tenancy[] = [];
  readonly waits: Waiting[] = [];

  holder(number: string): Tenancy | undefined {
    return this.tenancies.find((held) => held.number === number && held.kind !== 'shared' && this.isOpen(held));
  }

  isOpen({ until, endsAt }: Tenancy): boolean {
    return this.now < Math.min(until, endsAt);
  }

  open(tenancy: Pick<Tenancy, 'n' | 'account' | 'number' | 'kind' | 'endsAt'>): void {
    const fresh = { from: this.now, until: Number.POSITIVE_INFINITY, texted: new Set<string>(), waiting: [] };
    this.tenancies.push({ ...tenancy, ...fresh, messages: [], codes: [] });
  }

  end(tenancy: Tenancy): void {
    tenancy.until = this.now;
    this.endWaits(tenancy);
  }

  endWaits(tenancy: Tenancy): void {
    for (const waiting of tenancy.waiting) waiting.outcome = 'timeout';
    tenancy.waiting = [];
  }

  /** Who alone may see a text that is received now. */
  readers(number: string, from: string, sentAt: number | null): Tenancy[] {
    const holder = this.holder(number);
    const readers =
      holder !== undefined
        ? [holder]
        : this.tenancies.filter(
            (share) =>
              share.kind === 'shared' && share.number === number && this.isOpen(share) && share.texted.has(from),
          );
    return readers.filter((reader) => {
      const others = this.tenancies.filter(
        (other) => other.number === number && other.kind !== 'shared' && other.account !== reader.account,
      );
      const heldBetween = (one: number, two: number) =>
        others.some((other) => other.from <= two && Math.min(other.until, other.endsAt) >= one);
      if (reader.from === this.now && heldBetween(this.now, this.now)) return false;
      return sentAt === null || sentAt >= reader.from - 5000 || !heldBetween(sentAt - 5000, sentAt + 5000);
    });
  }

  take(tenancy: Tenancy, sender: string | null): string | undefined {
    const index = tenancy.codes.findIndex(({ from }) => sender === null || sender === from);
    return index < 0 ? undefined : tenancy.codes.splice(index, 1)[0]?.code;
  }

  deal(tenancy: Tenancy): void {
    for (const code of [...tenancy.codes]) {
      const index = tenancy.waiting.findIndex(({ sender }) => sender === null || sender === code.from);
      const [waiting] = index < 0 ? [] : tenancy.waiting.splice(index, 1);
      if (waiting === undefined) continue;
      waiting.outcome = code.code;
      tenancy.codes.splice(tenancy.codes.indexOf(code), 1);
    }
  }
}

interface Real {
  stage: Stage;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly outcomes: Promise<string>[];
  readonly ids: string[];
}

type Step = fc.AsyncCommand<Model, Real>;

function step(name: string, run: (model: Model, real: Real) => void): Step {
  return {
    check: () => true,
    async run(model, real) {
      run(model, real);
      // What a due timer does is done before the next step.
      await new Promise(setImmediate);
    },
    toString: () => name,
  };
}

function accountOf(real: Real, name: string): Account {
  const account = real.accounts.get(name);
  if (account === undefined) throw new Error(`no account ${name}`);
  return account;
}

function idOf({ stage }: Real, e164: string): string {
  return stage.numbers.byE164(e164)?.id ?? '';
}

const advance = (duration: number) =>
  step(`advance ${duration}`, (model, { stage }) => {
    model.now += duration;
    stage.clock.advance(duration);
    for (const tenancy of model.tenancies) if (!model.isOpen(tenancy)) model.endWaits(tenancy);
  });

const tick = () => step('tick', (_, { stage }) => stage.numbers.tick());

const lease = (name: string, number: string) =>
  step(`${name} leases ${number}`, (model, real) => {
    const account = accountOf(real, name);
    const claim = () => real.stage.numbers.lease(account, idOf(real, number), actor(account));
    const holder = model.holder(number);
    if (account.tier === 'free') expect(codeOf(claim)).toBe('account.paid_required');
    else if (number === shared) expect(codeOf(claim)).toBe('number.unavailable');
    else if (holder !== undefined) expect(codeOf(claim)).toBe('number.unavailable');
    else model.open({ n: claim().n, account: name, number, kind: 'lease', endsAt: Number.POSITIVE_INFINITY });
  });

const release = (name: string, number: string) =>
  step(`${name} releases ${number}`, (model, real) => {
    const holder = model.holder(number);
    const give = () => real.stage.numbers.release(name, idOf(real, number), { account: name, via: 'op' });
    if (holder?.account !== name || holder.kind !== 'lease') expect(codeOf(give)).toBe('number.unknown');
    else {
      expect(give().n).toBe(holder.n);
      model.end(holder);
    }
  });

const rent = (name: string, duration: number) =>
  step(`${name} rents for ${duration}`, (model, real) => {
    const account = accountOf(real, name);
    const claim = () => real.stage.numbers.rent(account, { country: null, duration }, actor(account));
    const free = leased.filter((number) => model.holder(number) === undefined);
    if (free.length === 0) {
      expect(codeOf(claim)).toBe('number.all_taken');
      return;
    }
    const { n, number } = claim();
    expect(free).toContain(number.e164);
    model.open({ n, account: name, number: number.e164, kind: 'rental', endsAt: model.now + duration });
  });

const endRental = (name: string, number: string) =>
  step(`${name} ends the rental of ${number}`, (model, real) => {
    const holder = model.holder(number);
    const find = () => real.stage.numbers.rental(name, number);
    if (holder?.account !== name || holder.kind !== 'rental') expect(codeOf(find)).toBe('rental.unknown');
    else {
      real.stage.numbers.endRental(find(), { account: name, via: 'op' });
      model.end(holder);
    }
  });

const send = (name: string, number: string, to: string) =>
  step(`${name} texts ${to} from ${number}`, (model, real) => {
    const { numbers } = real.stage;
    let mine = model.tenancies.find(
      (held) => held.number === number && held.account === name && held.kind !== 'rental' && model.isOpen(held),
    );
    if (mine === undefined && number === shared) {
      const { n } = numbers.mailboxFor(name, idOf(real, number));
      model.open({ n, account: name, number, kind: 'shared', endsAt: Number.POSITIVE_INFINITY });
      mine = model.tenancies.at(-1);
    }
    if (mine === undefined) {
      expect(codeOf(() => numbers.mailboxFor(name, idOf(real, number)))).toBe('number.unknown');
      return;
    }
    expect(numbers.mailboxFor(name, idOf(real, number)).n).toBe(mine.n);
    const id = real.stage.send(mine.n, to);
    real.ids.push(id);
    mine.messages.unshift(id);
    mine.texted.add(to);
  });

interface Text {
  readonly to: string;
  readonly from: string;
  readonly hasCode: boolean;
  readonly age: number | null;
}

const receive = ({ to, from, hasCode, age }: Text) =>
  step(`${to} receives ${hasCode ? 'a code' : 'a text'} of ${from}, ${age ?? 'no'} ms old`, (model, real) => {
    const sentAt = age === null ? null : model.now - age;
    const readers = model.readers(to, from, sentAt);
    const code = `code ${real.ids.length}`;
    const message = real.stage.receive({ to, from, sentAt, ...(hasCode ? { code } : {}) });
    real.ids.push(message.id);
    expect(message.mailboxes).toEqual(readers.map(({ n }) => n));
    for (const reader of readers) {
      reader.messages.unshift(message.id);
      if (hasCode) reader.codes.push({ code, from });
      model.deal(reader);
    }
  });

/** By whoever had the rental, also when it is another's by now. */
const wait = (number: string, sender: string | null, ago: number) =>
  step(`a wait at ${number} for ${sender}`, (model, real) => {
    const { numbers } = real.stage;
    const rentals = model.tenancies.filter((tenancy) => tenancy.kind === 'rental' && tenancy.number === number);
    const tenancy = rentals.at(-1 - ago);
    const mailbox = tenancy === undefined ? undefined : real.stage.store.mailboxes.get(tenancy.n);
    if (tenancy === undefined || mailbox === undefined) return;
    const waiting: Waiting = { sender, outcome: 'timeout' };
    model.waits.push(waiting);
    if (model.isOpen(tenancy)) {
      const code = model.take(tenancy, sender);
      if (code === undefined) tenancy.waiting.push(waiting);
      else waiting.outcome = code;
    }
    const outcome = numbers.waitForCode(mailbox, { timeout: 60 * minute, sender }, new AbortController().signal);
    real.outcomes.push(outcome.then((out) => (out.is === 'code' ? (out.message.otp?.code ?? 'none') : 'timeout')));
  });

const restart = () =>
  step('restart', (model, real) => {
    const { folder, clock, numbers } = real.stage;
    numbers.close();
    real.stage = openStage({ folder, clock });
    for (const tenancy of model.tenancies) model.endWaits(tenancy);
  });

/** Pages of two, to the end. */
function listed({ store }: Stage, mailbox: number): MailboxMessage[] {
  const found: MailboxMessage[] = [];
  for (;;) {
    const page = store.mailboxMessages.list(mailbox, { direction: null, before: found.at(-1)?.n ?? null, limit: 2 });
    if (page.length === 0) return found;
    found.push(...page);
  }
}

async function checkAll(model: Model, { stage, outcomes, ids }: Real): Promise<void> {
  for (const tenancy of model.tenancies) {
    expect(listed(stage, tenancy.n).map(({ id }) => id)).toEqual(tenancy.messages);
    const found = ids.filter((id) => stage.store.mailboxMessages.get(tenancy.n, id) !== undefined);
    expect(found.toReversed()).toEqual(tenancy.messages);
    expect(stage.numbers.openMailbox(tenancy.n)?.account).toBe(model.isOpen(tenancy) ? tenancy.account : undefined);
  }
  for (const name of Object.keys(tiers)) {
    const open = (kind: string) =>
      model.tenancies.filter((held) => held.account === name && held.kind === kind && model.isOpen(held));
    expect(stage.numbers.mine(name).map(({ n }) => n)).toEqual(open('lease').map(({ n }) => n));
    expect(stage.numbers.rentals(name).map(({ n }) => n)).toEqual(open('rental').map(({ n }) => n));
  }
  const free = leased.filter((number) => model.holder(number) === undefined);
  expect(stage.numbers.available().map(({ e164 }) => e164)).toEqual([shared, ...free]);
  stage.numbers.close();
  for (const tenancy of model.tenancies) model.endWaits(tenancy);
  expect(await Promise.all(outcomes)).toEqual(model.waits.map(({ outcome }) => outcome));
}

const name = fc.constantFrom(...Object.keys(tiers));
const number = fc.constantFrom(...leased, shared);
const leaseNumber = fc.constantFrom(...leased);
const peer = fc.constantFrom(...peers);
const sender = fc.constantFrom(null, ...peers);
const text = fc.record({
  to: number,
  from: peer,
  hasCode: fc.boolean(),
  age: fc.constantFrom(null, 0, second, 6 * second, minute, 2 * minute),
});
const code = fc.record({ to: leaseNumber, from: peer, hasCode: fc.constant(true), age: fc.constant(null) });
const weighed: fc.WeightedArbitrary<Step>[] = [
  { weight: 4, arbitrary: fc.constantFrom(0, 1, 400, second, 7 * second, minute).map(advance) },
  { weight: 1, arbitrary: fc.constant(null).map(tick) },
  { weight: 2, arbitrary: fc.tuple(name, number).map(([one, two]) => lease(one, two)) },
  { weight: 2, arbitrary: fc.tuple(name, number).map(([one, two]) => release(one, two)) },
  { weight: 4, arbitrary: fc.tuple(name, fc.constantFrom(1, second, minute)).map(([one, two]) => rent(one, two)) },
  { weight: 2, arbitrary: fc.tuple(name, leaseNumber).map(([one, two]) => endRental(one, two)) },
  { weight: 3, arbitrary: fc.tuple(name, number, peer).map(([one, two, three]) => send(one, two, three)) },
  { weight: 5, arbitrary: text.map(receive) },
  { weight: 5, arbitrary: code.map(receive) },
  {
    weight: 5,
    arbitrary: fc.tuple(leaseNumber, sender, fc.constantFrom(0, 0, 1)).map(([one, two, ago]) => wait(one, two, ago)),
  },
  { weight: 1, arbitrary: fc.constant(null).map(restart) },
];
const steps = fc.array(fc.oneof(...weighed), { minLength: 20, maxLength: 100, size: 'max' });

test('nobody lists, gets or waits out a message but those who had its number when it came', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (commands) => {
      const stage = openStage({ folder: tempFolder() });
      stage.numbers.sync([...leased.map((e164, index) => line(`m${index}`, e164)), line('m9', shared, 'shared')]);
      const accounts = new Map(Object.entries(tiers).map(([id, tier]) => [id, stage.account(id, tier, 1000)]));
      const model = new Model();
      const real: Real = { stage, accounts, outcomes: [], ids: [] };
      await fc.asyncModelRun(() => ({ model, real }), commands);
      await checkAll(model, real);
    }),
    { numRuns: 50 },
  );
}, 60_000);
