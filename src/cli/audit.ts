import { isoTime } from '../clock.ts';
import type { NamedEntry } from '../store/audit.ts';
import type { CliContext } from './context.ts';
import type { AuditOptions } from './options.ts';
import { listFromStore } from './with-store.ts';

/** Lists the trail, newest first, straight from the database. */
export function auditCommand(options: AuditOptions, context: CliContext): Promise<void> {
  const entries = listFromStore(options, context, (store) => store.audit.named(options.limit));
  if (options.json === true) context.stdout(`${JSON.stringify(entries.map(asJson))}\n`);
  else if (entries.length === 0) context.stdout('nothing yet\n');
  else context.stdout(entries.map(asText).join(''));
  return Promise.resolve();
}

function asJson({ at, ...entry }: NamedEntry): object {
  return { ...entry, time: isoTime(at) };
}

function asText({ at, account, phone, operator, action, subject, owner, number, via }: NamedEntry): string {
  const line = number === null ? '' : ` ${number}`;
  const whose = owner === null || owner === phone ? '' : ` of ${owner}`;
  const hand = operator === null ? 'the operator' : `the operator with token ${operator}`;
  return `${isoTime(at)} ${action}${line}${whose} by ${phone ?? account ?? hand} via ${via} (${subject})\n`;
}
