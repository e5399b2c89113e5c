import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { GatewayError } from '../errors.ts';
import { parseFault } from './fault.ts';
import type { Simulator } from './simulator.ts';

const modem = Type.Integer({ minimum: 0 });
const storage = Type.Union([Type.Literal('SM'), Type.Literal('ME')]);

const requests = {
  list: Type.Object({ op: Type.Literal('list') }),
  state: Type.Object({ op: Type.Literal('state'), modem }),
  /** `from` is an index into all that was ever sent. */
  sent: Type.Object({ op: Type.Literal('sent'), modem, from: Type.Optional(Type.Integer({ minimum: 0 })) }),
  inject: Type.Object({
    op: Type.Literal('inject'),
    modem,
    from: Type.String(),
    text: Type.String(),
    /** Epoch milliseconds; default now. */
    time: Type.Optional(Type.Number()),
  }),
  inject_pdu: Type.Object({
    op: Type.Literal('inject_pdu'),
    modem,
    pdu: Type.String(),
    storage: Type.Optional(storage),
    notify: Type.Optional(Type.Boolean()),
  }),
  report: Type.Object({
    op: Type.Literal('report'),
    modem,
    reference: Type.Integer({ minimum: 0, maximum: 255 }),
    status: Type.Integer({ minimum: 0, maximum: 255 }),
  }),
  ring: Type.Object({
    op: Type.Literal('ring'),
    modem,
    from: Type.String(),
    rings: Type.Optional(Type.Integer({ minimum: 1 })),
    interval: Type.Optional(Type.Number({ minimum: 1 })),
  }),
  ussd: Type.Object({ op: Type.Literal('ussd'), modem, request: Type.String(), text: Type.String() }),
  fault: Type.Object({ op: Type.Literal('fault'), modem, fault: Type.Unknown() }),
};

type Requests = { [K in keyof typeof requests]: Static<(typeof requests)[K]> };
/** One line on the control socket. */
export type ControlRequest = Requests[keyof Requests];

/** Throws `command.invalid`. */
export function parseControlRequest(line: string): ControlRequest {
  const schema = Type.Union(Object.values(requests));
  const value = parseJson(line);
  if (!Value.Check(schema, value)) {
    throw new GatewayError('command.invalid', `not a request; ops are ${Object.keys(requests).join(', ')}`);
  }
  return value;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new GatewayError('command.invalid', 'not JSON');
  }
}

/** Carries it out and returns what goes into `result`. Throws `command.invalid`, `modem.unknown`. */
export function answerControl(simulators: readonly Simulator[], request: ControlRequest): unknown {
  if (request.op === 'list') return simulators.map(({ path }, index) => ({ modem: index, path }));
  const simulator = simulators[request.modem];
  if (simulator === undefined) throw new GatewayError('modem.unknown', `no modem ${request.modem}`);
  switch (request.op) {
    case 'state':
      return stateOf(simulator);
    case 'sent':
      return simulator.sent.slice(request.from ?? 0);
    case 'inject': {
      const { from, text, time } = request;
      return simulator.injectText({ from, text, time: time === undefined ? undefined : new Date(time) });
    }
    case 'inject_pdu': {
      const { pdu, storage, notify } = request;
      return simulator.injectPdu(pdu, storage, notify === undefined ? {} : { notify });
    }
    case 'report':
      simulator.injectStatusReport(request.reference, request.status);
      return null;
    case 'ring':
      simulator.ring(request);
      return null;
    case 'ussd':
      simulator.answerUssd(request.request, request.text);
      return null;
    case 'fault':
      simulator.fault(parseFault(request.fault));
      return null;
  }
}

/** What a simulated modem holds now. */
export interface SimulatorState {
  readonly path: string;
  readonly sim: string;
  readonly waiting: number;
  readonly sent: number;
  readonly storages: Readonly<Record<string, { readonly used: number; readonly capacity: number }>>;
}

function stateOf({ path, simState, waiting, sent, stores: { SM, ME } }: Simulator): SimulatorState {
  return {
    path,
    sim: simState,
    waiting,
    sent: sent.length,
    storages: { SM: { used: SM.used, capacity: SM.capacity }, ME: { used: ME.used, capacity: ME.capacity } },
  };
}
