import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { AtCommand } from '../../src/at/command.ts';
import { type AtSession, openSession } from '../../src/at/session.ts';
import type { UnsolicitedShape } from '../../src/at/unsolicited.ts';
import { GatewayError } from '../../src/errors.ts';
import { createLogger } from '../../src/log.ts';
import { ManualClock } from './manual-clock.ts';
import { ScriptedPort, settled } from './scripted-port.ts';

const unsolicited: readonly UnsolicitedShape[] = [
  { match: /^\+CMTI:/, follows: 0 },
  { match: /^\+CMT:/, follows: 1 },
  { match: /^\+CDS:/, follows: 1 },
  { match: /^\+CUSD:/, follows: 0 },
  { match: /^\+CREG: \d(,"[^"]*","[^"]*",\d)?$/, follows: 0 },
  { match: /^(RING|RDY|NO CARRIER)$/, follows: 0 },
];

const PDU = '07914306073011F0040B914316709807F20000811060617244804D4F29C0E';
const REPORT = '07914356060013F1065A098136395339F6219011700463802190117004638030';

/** A command whose parsed reply is its lines. */
function command(line: string, owns: RegExp | 'bare' = 'bare', more: { payload?: string; timeout?: number } = {}) {
  return { line, owns, timeout: more.timeout ?? 5_000, parse: (info) => info, ...more } satisfies AtCommand<
    readonly string[]
  >;
}

const csq = command('AT+CSQ', /^\+CSQ:/);
const cmgr = command('AT+CMGR=7', /^\+CMGR:/);
const cmgs = command('AT+CMGS=18', /^\+CMGS:/, { payload: '0011000B91', timeout: 180_000 });

function setUp(gap = 0) {
  const port = new ScriptedPort();
  const clock = new ManualClock();
  const heard: (readonly string[])[] = [];
  const logged: string[] = [];
  const session = openSession(port, {
    unsolicited,
    onUnsolicited: (lines) => void heard.push(lines),
    clock,
    log: createLogger({ level: 'debug', write: (line) => void logged.push(line) }),
    gap: () => gap,
  });
  open.push(session);
  return { port, clock, heard, logged, session };
}

const open: AtSession[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.close()));
});

async function failure(promise: Promise<unknown>): Promise<GatewayError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GatewayError)) throw new Error(`expected a GatewayError, got ${String(error)}`);
  return error;
}

/** What a promise came to, without waiting for it. */
function watch(promise: Promise<unknown>): { state: unknown } {
  const seen: { state: unknown } = { state: 'pending' };
  promise.then(
    (value) => (seen.state = value),
    (error: unknown) => (seen.state = error),
  );
  return seen;
}

describe('a command', () => {
  it('is written with CR and resolves with its lines', async () => {
    const { port, session } = setUp();
    const reply = session.run(csq);
    port.say('\r\n+CSQ: 17,99\r\n\r\nOK\r\n');
    expect(await reply).toEqual(['+CSQ: 17,99']);
    expect(port.written).toEqual(['AT+CSQ\r']);
  });

  it.each([
    ['AT+CSQ\r\r\n+CSQ: 17,99\r\n\r\nOK\r\n', 'an echo'],
    ['AT+CSQ\r\r\n\r\n+CSQ: 17,99\r\r\nOK\r\r\n', 'doubled CRs'],
    ['+CSQ: 17,99\rOK\r', 'no LF'],
    ['\0\0AT+CSQ\r\n+CSQ: 17,99\nOK\n', 'NULs and no CR'],
    ['\r\n+CSQ: 17,99\r\n0\r', 'a numeric result'],
    ['\r\n+CSQ: 17,99\r\nOK+CMTI: "SM",3\r\n', 'a line glued to the result'],
  ])('is answered alike by %j', async (bytes) => {
    const { port, session } = setUp();
    port.answer = () => bytes;
    expect(await session.run(csq)).toEqual(['+CSQ: 17,99']);
  });

  it('may own a line that is unsolicited at other times', async () => {
    const { port, session, heard } = setUp();
    port.answer = () => '\r\nRDY\r\n\r\nOK\r\n';
    expect(await session.run(command('AT+RESET', /^RDY$/))).toEqual(['RDY']);
    expect(heard).toEqual([]);
  });

  it('with a bare reply does not take its own echo for it', async () => {
    const { port, session } = setUp();
    port.answer = () => 'ATI\r\r\nQuectel\r\nEC25\r\n\r\nOK\r\n';
    expect(await session.run(command('ATI'))).toEqual(['Quectel', 'EC25']);
  });

  it('drops an echo that comes back on later', async () => {
    const { port, session } = setUp();
    const cgsn = command('AT+CGSN');
    port.answer = () => '\r\n860000000000001\r\n\r\nOK\r\n';
    expect(await session.run(cgsn)).toEqual(['860000000000001']);
    port.answer = () => 'AT+CGSN\r\r\n860000000000001\r\n\r\nOK\r\n';
    expect(await session.run(cgsn)).toEqual(['860000000000001']);
  });

  it('with a bare reply takes it with its own prefix too, and no call progress', async () => {
    const { port, session, heard } = setUp();
    port.answer = () => '\r\n+CGMR: LE20B04SIM7600G22\r\nRING\r\nBUSY\r\n\r\nOK\r\n';
    expect(await session.run(command('AT+CGMR'))).toEqual(['+CGMR: LE20B04SIM7600G22']);
    expect(heard).toEqual([['RING']]);
  });

  it('is answered 0 where a query may have that reply', async () => {
    const { port, session } = setUp();
    port.answer = () => '\r\n0\r\nOK\r\n';
    expect(await session.run(command('AT^CURC?'))).toEqual(['0']);
  });

  it('fails with the code of the result, named without its parameters', async () => {
    const { port, session } = setUp();
    port.answer = () => '\r\n+CME ERROR: incorrect password\r\n';
    const error = await failure(session.run(command('AT+CPIN="1234"')));
    expect(error).toMatchObject({ code: 'at.cme', details: { cme: 16, command: 'AT+CPIN', replied: false } });
    expect(JSON.stringify([error.message, error.details])).not.toContain('1234');
  });

  it('fails with at.unparsable whatever its parser throws', async () => {
    const { port, session } = setUp();
    port.answer = () => '\r\nOK\r\n';
    const broken: AtCommand<never> = {
      ...csq,
      parse: () => {
        throw new TypeError('no');
      },
    };
    expect(await failure(session.run(broken))).toMatchObject({ code: 'at.unparsable' });
    expect(await session.run(csq)).toEqual([]);
  });

  it('tells shapes apart that share a prefix', async () => {
    const { port, session, heard } = setUp();
    port.answer = () => '\r\n+CREG: 5,"792D","04947220",7\r\n+CREG: 2,1,"0021","A1B2",0\r\n+CREG: 1\r\nOK\r\n';
    expect(await session.run(command('AT+CREG?', /^\+CREG: \d,\d/))).toEqual(['+CREG: 2,1,"0021","A1B2",0']);
    expect(heard).toEqual([['+CREG: 5,"792D","04947220",7'], ['+CREG: 1']]);
  });

  it.each([['owned', /^\+CUSD:/, 0] as const, ['unasked', /^\+NONE:/, 1] as const])(
    'keeps the NULs of a text that runs over line ends, where it is %s, and no others',
    async (_whose, owns, unasked) => {
      const { port, session, heard } = setUp();
      port.answer = () => '\0\r\n+CUSD: 0,"Ask\r\ninfo\0example.org",15\r\n\0\0OK\r\n';
      const lines = await session.run(command('AT+CUSD=1,"*100#",15', owns));
      expect([[...lines], ...heard].filter((each) => each.length > 0)).toEqual([
        ['+CUSD: 0,"Ask', 'info\0example.org",15'],
      ]);
      expect(heard).toHaveLength(unasked);
    },
  );

  it('takes the lines of a text that runs over line ends', async () => {
    const { port, session } = setUp();
    port.answer = () => '\r\n+CUSD: 1,"Choose:\r\n1 Balance\r\n#Back\r\n0\r\nEnd",15\r\nOK\r\n';
    expect(await session.run(command('AT+CUSD=1,"*100#",15', /^\+CUSD:/))).toEqual([
      '+CUSD: 1,"Choose:',
      '1 Balance',
      '#Back',
      '0',
      'End",15',
    ]);
  });

  it('drops lines that nobody owns and logs each prefix once, without what follows it', async () => {
    const { port, session, logged } = setUp();
    port.answer = () => '\r\n+XNEW: "+14165551234"\r\n+XNEW: 2\r\nsecret text\r\n+CSQ: 17,99\r\nOK\r\n';
    expect(await session.run(csq)).toEqual(['+CSQ: 17,99']);
    expect(logged.filter((line) => line.includes('+XNEW'))).toHaveLength(1);
    expect(logged.join('')).not.toMatch(/416|secret/);
  });
});

describe('the queue', () => {
  it('has one command in flight, and urgent ones go first among those that wait', async () => {
    const { port, session } = setUp();
    const done = ['AT+A', 'AT+B', 'AT+C'].map((line) => session.run(command(line)));
    const urgent = ['AT+U', 'AT+V'].map((line) => session.run(command(line), { urgent: true }));
    await settled();
    expect(port.written).toEqual(['AT+A\r']);
    for (let turn = 0; turn < 5; turn += 1) {
      port.say('\r\nOK\r\n');
      await settled();
    }
    await Promise.all([...done, ...urgent]);
    expect(port.written).toEqual(['AT+A\r', 'AT+U\r', 'AT+V\r', 'AT+B\r', 'AT+C\r']);
  });

  it('writes the next command only after all that came in with the last result', async () => {
    const { port, session } = setUp();
    const first = session.run(csq);
    const second = session.run(csq);
    port.say('\r\n+CSQ: 17,99\r\n\r\nOK\r\n\r\n+CSQ: 1,99\r\n\r\nOK\r\n');
    expect(await first).toEqual(['+CSQ: 17,99']);
    port.say('\r\n+CSQ: 20,99\r\n\r\nOK\r\n');
    expect(await second).toEqual(['+CSQ: 20,99']);
  });

  it('pauses between commands where the device needs it', async () => {
    const { port, clock, session } = setUp(300);
    port.answer = () => '\r\nOK\r\n';
    await session.run(csq);
    const second = session.run(csq);
    await clock.advance(299);
    expect(port.written).toHaveLength(1);
    await clock.advance(1);
    await second;
    expect(port.written).toHaveLength(2);
  });

  it('has one timer while a command runs and none at rest', async () => {
    const { port, clock, session } = setUp();
    const reply = session.run(cmgs);
    await settled();
    expect(clock.live).toBe(1);
    port.say('\r\n> ');
    await settled();
    expect(clock.live).toBe(1);
    port.say('\r\n+CMGS: 23\r\n\r\nOK\r\n');
    await reply;
    expect(clock.live).toBe(0);
  });
});

describe('unsolicited lines', () => {
  it('are told while nothing runs, with what follows them', async () => {
    const { port, heard } = setUp();
    port.say(`\r\n+CMTI: "ME",7\r\n\r\n+CDS: 24\r\n${REPORT}\r\n`);
    await settled();
    expect(heard).toEqual([['+CMTI: "ME",7'], ['+CDS: 24', REPORT]]);
  });

  it('keep their PDU between the header of a reply and its own PDU', async () => {
    const { port, session, heard } = setUp();
    port.answer = () => `\r\n+CMGR: 0,,25\r\n+CMT: ,24\r\n${REPORT}\r\n${PDU}\r\n\r\nOK\r\n`;
    expect(await session.run(cmgr)).toEqual(['+CMGR: 0,,25', PDU]);
    expect(heard).toEqual([['+CMT: ,24', REPORT]]);
  });

  it('keep their PDU when a command is written before it has come', async () => {
    const { port, session, heard } = setUp();
    port.say('\r\n+CMT: ,24\r\n');
    await settled();
    const reply = session.run(command('AT+CGSN'));
    port.say(`${REPORT}\r\n`);
    port.say('\r\n860000000000001\r\n\r\nOK\r\n');
    expect(await reply).toEqual(['860000000000001']);
    expect(heard).toEqual([['+CMT: ,24', REPORT]]);
  });

  it('whose PDU never came do not take a later line for it', async () => {
    const { port, clock, session, heard } = setUp();
    port.say('\r\n+CMT: ,24\r\n');
    await clock.advance(5_000);
    const reply = session.run(command('AT+CGSN'));
    port.say('\r\n860000000000001\r\n\r\nOK\r\n');
    expect(await reply).toEqual(['860000000000001']);
    expect(heard).toEqual([['+CMT: ,24']]);
  });

  it('are told once with the text that runs over line ends', async () => {
    const { port, heard } = setUp();
    port.say('\r\n+CUSD: 0,"Balance\r\n12.50');
    port.say('\r\nThank you",15\r\n+CMTI: "SM",1\r\n');
    await settled();
    expect(heard).toEqual([['+CUSD: 0,"Balance', '12.50', 'Thank you",15'], ['+CMTI: "SM",1']]);
  });

  it('with a lost quotation mark swallow neither a reply nor a result', async () => {
    const { port, session, heard } = setUp();
    port.answer = () => '\r\n+CMTI: "SM,3\r\n+CSQ: 17,99\r\nOK\r\n';
    expect(await session.run(csq)).toEqual(['+CSQ: 17,99']);
    expect(heard).toEqual([['+CMTI: "SM,3']]);
  });

  it('at any place and in any chunking neither leak into a reply nor vanish', async () => {
    const replies = [
      { run: cmgr, lines: ['+CMGR: 0,,25', PDU], want: ['+CMGR: 0,,25', PDU] },
      { run: command('AT+CMGL=4', /^\+CMGL:/), lines: ['+CMGL: 0,1,,147', PDU, '+CMGL: 17,3,35', REPORT], want: 4 },
      { run: command('AT+CGSN'), lines: ['860000000000001'], want: 1 },
      { run: command('AT+CREG?', /^\+CREG: \d,\d/), lines: ['+CREG: 0,1'], want: 1 },
    ];
    const lines = fc.constantFrom<readonly string[]>(
      ['+CMTI: "ME",0'],
      ['+CMT: ,24', REPORT],
      ['+CDS: 24', REPORT],
      ['+CREG: 1'],
      ['RING'],
      ['NO CARRIER'],
      ['+CUSD: 0,"a', 'b",15'],
    );
    const place = fc.record({ lines, at: fc.nat(9) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...replies),
        fc.array(place, { maxLength: 3 }),
        fc.nat(40),
        async (reply, urcs, cut) => {
          const { port, session, heard } = setUp();
          const sent: string[][] = [[...reply.lines, 'OK'].map((line) => `\r\n${line}\r\n`)];
          const flat = sent[0] ?? [];
          const expected: (readonly string[])[] = [];
          // From the back, so that no place moves into another unsolicited line.
          for (const urc of [...urcs].sort((a, b) => b.at - a.at)) {
            flat.splice(Math.min(urc.at, reply.lines.length + 1), 0, ...urc.lines.map((line) => `\r\n${line}\r\n`));
            expected.push(urc.lines);
          }
          const promise = session.run(reply.run);
          const bytes = flat.join('');
          for (let from = 0; from < bytes.length; from += cut + 1) port.say(bytes.slice(from, from + cut + 1));
          expect(await promise).toEqual(reply.lines);
          await settled();
          expect([...heard].sort()).toEqual([...expected].sort());
          await session.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a command with a payload', () => {
  it.each([['\r\n> '], ['\r\n>'], ['AT+CMGS=18\r\r\n> '], ['\r\n+CMTI: "ME",1\r\n\r\n> '], ['\r\n> \r\n> ']])(
    'writes it with Ctrl-Z at the prompt in %j',
    async (prompt) => {
      const { port, session } = setUp();
      const reference = session.run(cmgs);
      port.say(prompt);
      await settled();
      expect(port.written).toEqual(['AT+CMGS=18\r', '0011000B91\x1a']);
      port.say('\r\n+CMGS: 23\r\n\r\nOK\r\n');
      expect(await reference).toEqual(['+CMGS: 23']);
    },
  );

  it('drops its echo, and lets unsolicited lines pass before and after the reference', async () => {
    const { port, session, heard } = setUp();
    const reference = session.run(cmgs);
    port.say('AT+CMGS=18\r\r\n> ');
    await settled();
    port.say(`0011000B91\x1a\r\n+CMTI: "ME",1\r\n> +CMGS: 23\r\n+CDS: 24\r\n${REPORT}\r\n\r\nOK\r\n`);
    expect(await reference).toEqual(['+CMGS: 23']);
    expect(heard).toEqual([['+CMTI: "ME",1'], ['+CDS: 24', REPORT]]);
  });

  it('refused before the prompt was certainly not sent', async () => {
    const { port, session } = setUp();
    port.answer = () => '\r\n+CMS ERROR: 304\r\n';
    expect(await failure(session.run(cmgs))).toMatchObject({
      code: 'at.cms',
      details: { cms: 304, phase: 'before_payload', command: 'AT+CMGS' },
    });
    expect(port.written).toEqual(['AT+CMGS=18\r']);
    port.answer = () => '\r\nOK\r\n';
    await session.run(csq);
  });

  it('refused after it says so', async () => {
    const { port, session } = setUp();
    const sent = failure(session.run(cmgs));
    port.say('\r\n> ');
    await settled();
    port.say('\r\n+CMS ERROR: 350\r\n');
    expect(await sent).toMatchObject({ code: 'at.cms', details: { cms: 350, phase: 'after_payload' } });
  });

  it('without a prompt for 10 s is given up with ESC, and the session finds back', async () => {
    const { port, clock, session } = setUp();
    const sent = watch(session.run(cmgs));
    await clock.advance(9_999);
    expect(sent.state).toBe('pending');
    await clock.advance(1);
    expect(sent.state).toMatchObject({ code: 'at.no_prompt', details: { phase: 'before_payload' } });
    expect(port.written).toEqual(['AT+CMGS=18\r', '\x1b']);
    port.answer = () => '\r\nOK\r\n';
    const next = session.run(csq);
    await clock.advance(2_000);
    await next;
    expect(port.written.slice(2)).toEqual(['AT\r', 'AT+CSQ\r']);
  });

  it('finished without a prompt was not sent', async () => {
    const { port, clock, session } = setUp();
    port.answer = (written) => (written === '\x1b' ? undefined : '\r\nOK\r\n');
    expect(await failure(session.run(cmgs))).toMatchObject({
      code: 'at.no_prompt',
      details: { phase: 'before_payload' },
    });
    const next = session.run(csq);
    await clock.advance(2_000);
    await next;
  });

  it('is written only once, whatever prompts come', async () => {
    const { port, session } = setUp();
    const sent = session.run(cmgs);
    port.say('\r\n> ');
    await settled();
    port.say('\r\n> ');
    await settled();
    port.say('\r\n> \r\n+CMGS: 23\r\nOK\r\n');
    await sent;
    expect(port.written).toHaveLength(2);
  });

  it('unanswered for its time poisons the session: what became of it is unknown', async () => {
    const { port, clock, session } = setUp();
    const sent = watch(session.run(cmgs));
    const waiting = watch(session.run(csq));
    port.say('\r\n> ');
    await clock.advance(179_999);
    expect(sent.state).toBe('pending');
    await clock.advance(1);
    expect(sent.state).toMatchObject({
      code: 'at.timeout',
      transient: false,
      details: { phase: 'after_payload', replied: false },
    });
    expect(waiting.state).toMatchObject({ code: 'at.closed' });
    expect((await session.closed).code).toBe('at.timeout');
    expect(port.closed).toBe(true);
    expect(port.written).toHaveLength(2);
  });

  it('whose reference came was taken, even if the OK is lost', async () => {
    const { port, clock, session } = setUp();
    const sent = watch(session.run(cmgs));
    port.say('\r\n> ');
    await settled();
    port.say('\r\n+CMGS: 23\r\n');
    await clock.advance(5_000);
    expect(sent.state).toEqual(['+CMGS: 23']);
    port.answer = () => '\r\nOK\r\n';
    const next = session.run(csq);
    await clock.advance(2_000);
    await next;
    expect(port.written.slice(2)).toEqual(['AT\r', 'AT+CSQ\r']);
  });

  it('whose reference came was taken, even if the port ends before the OK', async () => {
    const { port, session } = setUp();
    const sent = session.run(cmgs);
    port.say('\r\n> ');
    await settled();
    port.say('\r\n+CMGS: 23\r\n');
    await settled();
    port.end();
    expect(await sent).toEqual(['+CMGS: 23']);
    expect((await session.closed).code).toBe('port.closed');
  });

  it.each([
    [false, 'before_payload'],
    [true, 'after_payload'],
  ])('interrupted by the end of the port (prompt seen: %s) says %s', async (prompted, phase) => {
    const { port, session } = setUp();
    const sent = failure(session.run(cmgs));
    const waiting = failure(session.run(cmgs));
    if (prompted) port.say('\r\n> ');
    await settled();
    port.end();
    expect(await sent).toMatchObject({ code: 'port.closed', transient: !prompted, details: { phase } });
    expect(await waiting).toMatchObject({ code: 'at.closed', details: { phase: 'before_payload' } });
  });
});

describe('a question that may be answered without a final result', () => {
  const cpin = { ...command('AT+CPIN?', /^\+CPIN:/), resultOptional: true as const };

  it('counts as answered half a second after its last line, and the modem is brought back into step', async () => {
    const { port, clock, session } = setUp();
    const asked = watch(session.run(cpin));
    port.say('\r\n+CPIN: READY\r\n');
    await settled();
    await clock.advance(499);
    expect(asked.state).toBe('pending');
    await clock.advance(1);
    expect(asked.state).toEqual(['+CPIN: READY']);
    const next = session.run(csq);
    await clock.advance(1_000);
    expect(port.written).toEqual(['AT+CPIN?\r', 'AT\r']);
    port.say('\r\nOK\r\n');
    await settled();
    await clock.advance(1_000);
    port.say('\r\n+CSQ: 1,99\r\n\r\nOK\r\n');
    await settled();
    expect(await next).toEqual(['+CSQ: 1,99']);
  });

  it('times out where no line came, as any other does', async () => {
    const { clock, session } = setUp();
    const asked = watch(session.run(cpin));
    await clock.advance(5_000);
    expect(asked.state).toMatchObject({ code: 'at.timeout' });
  });
});

describe('an interruption', () => {
  const why = new GatewayError('at.timeout', 'the modem restarted', { transient: true });

  it('fails the command in flight at once, and the next one waits until the modem is in step again', async () => {
    const { port, clock, session } = setUp();
    const lost = watch(session.run(cmgr));
    port.say('\r\nRDY\r\n');
    await settled();
    session.interrupt(why);
    port.say('\r\n+CMTI: "ME",1\r\n');
    await settled();
    expect(lost.state).toMatchObject({ code: 'at.timeout', details: { command: 'AT+CMGR' } });
    const next = session.run(csq);
    const woken = watch(session.sync([700]));
    await clock.advance(1_000);
    expect(port.written).toEqual(['AT+CMGR=7\r', 'AT\r']);
    port.say('\r\nOK\r\n');
    await settled();
    await clock.advance(1_000);
    port.say('\r\n+CSQ: 1,99\r\n\r\nOK\r\n');
    await settled();
    expect(await next).toEqual(['+CSQ: 1,99']);
    expect(woken.state).toMatchObject({ code: 'internal' });
  });

  it('does nothing to a session at rest', async () => {
    const { port, session } = setUp();
    session.interrupt(why);
    const next = session.run(csq);
    port.say('\r\n+CSQ: 1,99\r\n\r\nOK\r\n');
    await settled();
    expect(await next).toEqual(['+CSQ: 1,99']);
  });
});

describe('a time-out', () => {
  it('is followed by silence, AT and one OK before the next command; a late answer meets nobody', async () => {
    const { port, clock, session } = setUp();
    const first = watch(session.run(csq));
    const second = watch(session.run(command('AT+CSQ', /^\+CSQ:/)));
    await clock.advance(5_000);
    expect(first.state).toMatchObject({ code: 'at.timeout', transient: true, details: { replied: false } });
    port.say('\r\n+CSQ: 1,99\r\n\r\nOK\r\n');
    await clock.advance(999);
    expect(port.written).toEqual(['AT+CSQ\r']);
    port.answer = (written) => (written === 'AT\r' ? '\r\nOK\r\n' : '\r\n+CSQ: 20,99\r\n\r\nOK\r\n');
    await clock.advance(2_000);
    expect(second.state).toEqual(['+CSQ: 20,99']);
    expect(port.written).toEqual(['AT+CSQ\r', 'AT\r', 'AT+CSQ\r']);
  });

  it('with the late answer behind AT is seen by its second OK', async () => {
    const { port, clock, session } = setUp();
    const first = watch(session.run(csq));
    const second = watch(session.run(csq));
    await clock.advance(5_000);
    expect(first.state).toMatchObject({ code: 'at.timeout' });
    let attentions = 0;
    port.answer = (written) => {
      if (written !== 'AT\r') return '\r\n+CSQ: 20,99\r\n\r\nOK\r\n';
      attentions += 1;
      return attentions === 1 ? '\r\n+CSQ: 1,99\r\n\r\nOK\r\n\r\nOK\r\n' : '\r\nOK\r\n';
    };
    await clock.advance(10_000);
    expect(attentions).toBe(2);
    expect(second.state).toEqual(['+CSQ: 20,99']);
  });

  it('without any answer to AT closes the session', async () => {
    const { port, clock, session } = setUp();
    const first = watch(session.run(csq));
    const second = watch(session.run(csq));
    await clock.advance(20_000);
    expect(first.state).toMatchObject({ code: 'at.timeout' });
    expect(second.state).toMatchObject({ code: 'at.closed' });
    expect(await session.closed).toMatchObject({ code: 'at.timeout' });
    expect(port.written).toEqual(['AT+CSQ\r', 'AT\r', 'AT\r']);
    expect(clock.live).toBe(0);
  });

  it('on a line that is never silent still ends', async () => {
    const { port, clock, session } = setUp();
    const first = watch(session.run(csq));
    const second = watch(session.run(csq));
    for (let tick = 0; tick < 40; tick += 1) {
      port.say('\r\n+ZUSIMR:2\r\n');
      if (tick === 20) port.answer = () => '\r\nOK\r\n';
      await clock.advance(500);
    }
    expect(first.state).toMatchObject({ code: 'at.timeout' });
    expect(second.state).toEqual([]);
  });

  it('says whether part of the reply was there', async () => {
    const { port, clock, session } = setUp();
    const reply = watch(session.run(csq));
    port.say('\r\n+CSQ: 17,99\r\n');
    await clock.advance(5_000);
    expect(reply.state).toMatchObject({ code: 'at.timeout', details: { replied: true } });
  });

  it('loses no unsolicited line', async () => {
    const { port, clock, session, heard } = setUp();
    const reply = watch(session.run(csq));
    await clock.advance(5_500);
    port.say('\r\n+CMTI: "ME",7\r\n');
    await clock.advance(100);
    expect(heard).toEqual([['+CMTI: "ME",7']]);
    expect(reply.state).toMatchObject({ code: 'at.timeout' });
  });
});

describe('waking', () => {
  it('sends ESC, CR and AT until OK, dropping what was said before', async () => {
    const { port, clock, session } = setUp();
    port.say('\0\0RDY garbage\r\nOK\r\n');
    let attentions = 0;
    port.answer = (written) => {
      if (written !== 'AT\r') return undefined;
      attentions += 1;
      return attentions === 3 ? '\r\nOK\r\n' : undefined;
    };
    const woken = watch(session.sync());
    const next = watch(session.run(csq));
    await clock.advance(20_000);
    expect(woken.state).toBeUndefined();
    expect(next.state).toMatchObject({ code: 'at.timeout' });
    expect(port.written.slice(0, 5)).toEqual(['\x1b\r', 'AT\r', 'AT\r', 'AT\r', 'AT+CSQ\r']);
  });

  it('accepts the numeric OK', async () => {
    const { port, clock, session } = setUp();
    port.answer = (written) => (written === 'AT\r' ? '0\r' : undefined);
    const woken = watch(session.sync());
    await clock.advance(500);
    expect(woken.state).toBeUndefined();
  });

  it('closes the session when nothing answers', async () => {
    const { clock, session } = setUp();
    const woken = watch(session.sync([700, 1_500]));
    await clock.advance(3_000);
    expect(woken.state).toMatchObject({ code: 'at.timeout' });
    expect(await session.closed).toMatchObject({ code: 'at.timeout' });
  });
});

describe('the end of a session', () => {
  it('fails what is in flight and what waits, closes the port, and is final', async () => {
    const { port, clock, session } = setUp();
    const inFlight = failure(session.run(csq));
    const waiting = failure(session.run(csq));
    await session.close();
    expect((await inFlight).code).toBe('at.closed');
    expect((await waiting).code).toBe('at.closed');
    expect((await failure(session.run(csq))).code).toBe('at.closed');
    expect((await failure(session.sync())).code).toBe('at.closed');
    expect(port.closed).toBe(true);
    expect(port.written).toEqual(['AT+CSQ\r']);
    expect((await session.closed).code).toBe('at.closed');
    expect(clock.live).toBe(0);
  });

  it('tells why the port ended', async () => {
    const { port, session } = setUp();
    port.end(new GatewayError('port.closed', 'unplugged'));
    expect(await session.closed).toMatchObject({ code: 'port.closed', message: 'unplugged' });
  });

  it('comes when the port takes no bytes', async () => {
    const { port, session } = setUp();
    port.writeError = new GatewayError('port.closed', 'EIO');
    expect(await failure(session.run(csq))).toMatchObject({ code: 'port.closed' });
    expect((await session.closed).code).toBe('port.closed');
  });

  it('comes when a listener throws', async () => {
    const port = new ScriptedPort();
    const session = openSession(port, {
      unsolicited,
      onUnsolicited: () => {
        throw new TypeError('a fault of the listener');
      },
      log: createLogger({ write: () => undefined }),
    });
    port.say('\r\nRING\r\n');
    expect(await session.closed).toMatchObject({ code: 'internal' });
  });
});

describe('any bytes', () => {
  it('end every command with its reply or a GatewayError, and never hang', async () => {
    const token = fc.constantFrom(
      'OK',
      'ERROR',
      '> ',
      '\r\n',
      '\r',
      '\0',
      '"',
      '+CMGR: 0,,25',
      '+CMT: ,24',
      '+CUSD: 0,"',
      '+CME ERROR: ',
      '14',
      '0',
      'AT',
      PDU,
      '\x1a',
      '\xff',
    );
    const noise = fc.array(fc.oneof(token, fc.string({ maxLength: 6 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        noise,
        fc.constantFrom<AtCommand<readonly string[]>>(csq, cmgr, cmgs, command('ATI')),
        async (said, run) => {
          const { port, clock, session } = setUp();
          const outcome = watch(session.run(run));
          const next = watch(session.run(csq));
          for (const text of said) port.say(text);
          await clock.advance(400_000);
          for (const { state } of [outcome, next]) {
            expect(Array.isArray(state) || state instanceof GatewayError).toBe(true);
            if (state instanceof GatewayError) expect(state.code).toMatch(/^at\./);
          }
          await session.close();
          expect(clock.live).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });
});
