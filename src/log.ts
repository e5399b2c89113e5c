import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'text' | 'json';

export interface LogOptions {
  readonly level?: LogLevel;
  readonly format?: LogFormat;
  /** Prefix each text line with its syslog priority `<3>`…`<7>`, as journald reads it. */
  readonly journald?: boolean;
  readonly write?: (line: string) => void;
}

const names: Readonly<Record<number, { name: string; priority: number }>> = {
  20: { name: 'debug', priority: 7 },
  30: { name: 'info', priority: 6 },
  40: { name: 'warn', priority: 4 },
  50: { name: 'error', priority: 3 },
  60: { name: 'fatal', priority: 3 },
};

/** One line an event. Message texts, phone numbers and codes are for `debug` only. */
export function createLogger(options: LogOptions = {}): Logger {
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  const stream = options.format === 'json' ? { write } : { write: (line: string) => write(asText(line, options)) };
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    stream,
  );
}

function asText(line: string, options: LogOptions): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const { name, priority } = names[Number(level)] ?? {
    name: 'info',
    priority: 6,
  };
  const facts = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  if (err !== undefined) facts.push(`error=${JSON.stringify((err as { message?: string }).message ?? err)}`);
  const body = [String(msg ?? ''), ...facts].join(' ').replaceAll('\n', '\\n');
  return options.journald === true ? `<${priority}>${body}\n` : `${String(time)} ${name.padEnd(5)} ${body}\n`;
}
