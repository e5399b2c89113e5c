/** One command of a command line (ITU-T V.250 5.2). */
export interface Call {
  /** `E`, `&F`, `+CMGR`: in capitals, without the AT. */
  readonly name: string;
  readonly form: 'execute' | 'read' | 'test' | 'set';
  /** Of the set form, split at commas, quotes removed; an empty one is ''. */
  readonly args: readonly string[];
  /** The single command with its AT, as faults and literal answers are matched. */
  readonly text: string;
}

/** The commands of one line, in order; null where it does not start with AT. */
export function parseCommandLine(line: string): Call[] | null {
  const match = /^AT(.*)$/i.exec(line.trim());
  if (match === null) return null;
  let rest = match[1] ?? '';
  const calls: Call[] = [];
  while (rest !== '') {
    const basic = /^(&?[A-Z])(\d*)(?:=\d+)?/i.exec(rest);
    if (basic !== null) {
      calls.push(basicCall(basic));
      rest = rest.slice(basic[0].length);
    } else {
      const [command = ''] = /^(?:"[^"]*"?|[^";])*/.exec(rest) ?? [];
      if (command !== '') calls.push(extendedCall(command));
      rest = rest.slice(command.length + 1);
    }
  }
  return calls.length > 0 ? calls : [{ name: '', form: 'execute', args: [], text: 'AT' }];
}

function basicCall(match: RegExpExecArray): Call {
  const value = match[2] ?? '';
  return {
    name: (match[1] ?? '').toUpperCase(),
    form: 'set',
    args: [value === '' ? '0' : value],
    text: `AT${match[0]}`,
  };
}

function extendedCall(command: string): Call {
  const text = `AT${command}`;
  const match = /^([^=?]+)(=\?|\?|=)?(.*)$/s.exec(command);
  const name = (match?.[1] ?? command).trim().toUpperCase();
  if (match?.[2] === '=?') return { name, form: 'test', args: [], text };
  if (match?.[2] === '?') return { name, form: 'read', args: [], text };
  if (match?.[2] === undefined) return { name, form: 'execute', args: [], text };
  const args = (match[3] ?? '').match(/(?:"[^"]*"?|[^,"])+|(?<=,|^)(?=,|$)/g) ?? [];
  return { name, form: 'set', args: args.map((arg) => arg.trim().replace(/^"|"$/g, '')), text };
}
