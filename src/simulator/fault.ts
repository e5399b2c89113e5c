import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { GatewayError } from '../errors.ts';

const ms = Type.Number({ minimum: 0 });
const index = Type.Integer();
const storage = Type.Union([Type.Literal('SM'), Type.Literal('ME')]);

/**
 * When it strikes. Without `command`: a fault of the line or the card at once, one of an answer at the next command.
 * With it: at the next command that starts so (`AT+CMGR`). `stage` says how far that command has got.
 */
const trigger = {
  command: Type.Optional(Type.String()),
  stage: Type.Optional(
    Type.Union([Type.Literal('command'), Type.Literal('reply'), Type.Literal('prompt'), Type.Literal('payload')]),
  ),
  /** How often; default once. */
  times: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('always')])),
  /** It is over after so long, struck or not. */
  lasts: Type.Optional(ms),
};

const closed = { additionalProperties: false };

const faults = {
  // Of the line: at once, or at a stage of a command.
  drop: Type.Object({ kind: Type.Literal('drop'), returnsAfter: Type.Optional(ms), ...trigger }, closed),
  reboot: Type.Object(
    { kind: Type.Literal('reboot'), downFor: Type.Optional(ms), busyFor: Type.Optional(ms), ...trigger },
    closed,
  ),
  garbage: Type.Object({ kind: Type.Literal('garbage'), hex: Type.Optional(Type.String()), ...trigger }, closed),
  banner: Type.Object({ kind: Type.Literal('banner'), ...trigger }, closed),
  urc: Type.Object({ kind: Type.Literal('urc'), line: Type.String(), ...trigger }, closed),
  echo: Type.Object({ kind: Type.Literal('echo'), ...trigger }, closed),
  // Of an answer.
  silence: Type.Object({ kind: Type.Literal('silence'), ...trigger }, closed),
  late: Type.Object({ kind: Type.Literal('late'), delay: ms, ...trigger }, closed),
  split: Type.Object(
    { kind: Type.Literal('split'), pieces: Type.Optional(Type.Integer({ minimum: 1 })), ...trigger },
    closed,
  ),
  error: Type.Object(
    {
      kind: Type.Literal('error'),
      cms: Type.Optional(index),
      cme: Type.Optional(index),
      text: Type.Optional(Type.String()),
      ...trigger,
    },
    closed,
  ),
  ok_lost: Type.Object({ kind: Type.Literal('ok_lost'), ...trigger }, closed),
  short_pdu: Type.Object(
    { kind: Type.Literal('short_pdu'), octets: Type.Optional(Type.Integer({ minimum: 1 })), ...trigger },
    closed,
  ),
  no_prompt: Type.Object({ kind: Type.Literal('no_prompt'), ...trigger }, closed),
  slow_send: Type.Object({ kind: Type.Literal('slow_send'), delay: ms, cms: Type.Optional(index), ...trigger }, closed),
  send_lost: Type.Object({ kind: Type.Literal('send_lost'), sent: Type.Optional(Type.Boolean()), ...trigger }, closed),
  // Of storage and card: a state that stays until it is changed back.
  full: Type.Object(
    { kind: Type.Literal('full'), on: Type.Optional(Type.Boolean()), storage: Type.Optional(storage) },
    closed,
  ),
  stale_notification: Type.Object(
    { kind: Type.Literal('stale_notification'), index, storage: Type.Optional(storage) },
    closed,
  ),
  pin_lock: Type.Object(
    {
      kind: Type.Literal('pin_lock'),
      pin: Type.String(),
      tries: Type.Optional(Type.Integer({ minimum: 0, maximum: 3 })),
    },
    closed,
  ),
  sim_removed: Type.Object({ kind: Type.Literal('sim_removed') }, closed),
  sim_inserted: Type.Object(
    {
      kind: Type.Literal('sim_inserted'),
      iccid: Type.Optional(Type.String()),
      imsi: Type.Optional(Type.String()),
      /** Of another card; default none. */
      pin: Type.Optional(Type.String()),
    },
    closed,
  ),
  registration: Type.Object(
    { kind: Type.Literal('registration'), stat: Type.Integer({ minimum: 0, maximum: 11 }) },
    closed,
  ),
  signal: Type.Object({ kind: Type.Literal('signal'), rssi: Type.Integer({ minimum: 0, maximum: 199 }) }, closed),
  clear: Type.Object({ kind: Type.Literal('clear') }, closed),
};

type Schemas = typeof faults;
export type FaultKind = keyof Schemas;
export type FaultOf<K extends FaultKind> = Static<Schemas[K]>;
/** Something that goes wrong, as data: see `fault.ts` for each kind. */
export type Fault = { [K in FaultKind]: FaultOf<K> }[FaultKind];
export type LineFault = FaultOf<'drop' | 'reboot' | 'garbage' | 'banner' | 'urc' | 'echo'>;
export type AnswerFault = FaultOf<
  'silence' | 'late' | 'split' | 'error' | 'ok_lost' | 'short_pdu' | 'no_prompt' | 'slow_send' | 'send_lost'
>;
export type StateFault = Exclude<Fault, LineFault | AnswerFault>;
export type Stage = 'command' | 'reply' | 'prompt' | 'payload';

const lineKinds: ReadonlySet<string> = new Set(['drop', 'reboot', 'garbage', 'banner', 'urc', 'echo']);
const answerKinds: ReadonlySet<string> = new Set([
  'silence',
  'late',
  'split',
  'error',
  'ok_lost',
  'short_pdu',
  'no_prompt',
  'slow_send',
  'send_lost',
]);

export function isLineFault(fault: Fault): fault is LineFault {
  return lineKinds.has(fault.kind);
}

export function isAnswerFault(fault: Fault): fault is AnswerFault {
  return answerKinds.has(fault.kind);
}

/** Throws `command.invalid` for what is no fault. */
export function parseFault(value: unknown): Fault {
  const schema = Type.Union(Object.values(faults));
  if (!Value.Check(schema, value)) {
    throw new GatewayError('command.invalid', `not a fault; kinds are ${Object.keys(faults).join(', ')}`);
  }
  return value;
}
