import type { AnswerFault, FaultKind, FaultOf, LineFault, Stage } from './fault.ts';

type ArmedFault = LineFault | AnswerFault;

/** The faults that wait for a command. */
export interface ArmedFaults {
  arm(fault: ArmedFault): void;
  /** The first of this kind that this command line sets off, counted as struck. */
  take<K extends ArmedFault['kind'] & FaultKind>(kind: K, command: string): FaultOf<K> | null;
  /** The first fault of the line that strikes at this stage of the command, counted as struck. */
  takeLine(stage: Stage, command: string): LineFault | null;
  clear(): void;
  readonly kinds: readonly string[];
}

interface Entry {
  readonly fault: ArmedFault;
  readonly until: number;
  left: number;
}

const lineKinds = ['drop', 'reboot', 'garbage', 'banner', 'urc', 'echo'] as const;

/** `now` in milliseconds, monotonic. */
export function createArmedFaults(now: () => number): ArmedFaults {
  let entries: Entry[] = [];

  const strike = (fits: (fault: ArmedFault) => boolean, command: string): ArmedFault | null => {
    entries = entries.filter((entry) => entry.until > now());
    const entry = entries.find(({ fault }) => fits(fault) && startsWith(command, fault.command));
    if (entry === undefined) return null;
    entry.left -= 1;
    if (entry.left <= 0) entries = entries.filter((other) => other !== entry);
    return entry.fault;
  };

  const take = <K extends ArmedFault['kind'] & FaultKind>(kind: K, command: string): FaultOf<K> | null => {
    const isKind = (fault: ArmedFault): fault is ArmedFault & FaultOf<K> => fault.kind === kind;
    const fault = strike(isKind, command);
    return fault !== null && isKind(fault) ? fault : null;
  };

  return {
    arm(fault) {
      const times = fault.times ?? (fault.lasts === undefined ? 1 : 'always');
      entries.push({
        fault,
        left: times === 'always' ? Number.POSITIVE_INFINITY : times,
        until: fault.lasts === undefined ? Number.POSITIVE_INFINITY : now() + fault.lasts,
      });
    },
    take,
    takeLine(stage, command) {
      if (entries.length === 0) return null;
      for (const kind of lineKinds) {
        const here = entries.some(({ fault }) => fault.kind === kind && (fault.stage ?? 'command') === stage);
        const fault = here ? take(kind, command) : null;
        if (fault !== null) return fault;
      }
      return null;
    },
    clear() {
      entries = [];
    },
    get kinds() {
      return entries.map(({ fault }) => fault.kind);
    },
  };
}

function startsWith(command: string, prefix: string | undefined): boolean {
  return prefix === undefined || command.toUpperCase().startsWith(prefix.toUpperCase());
}
