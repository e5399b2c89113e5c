import type { EpochMs } from '../clock.ts';
import type { AccountId, AuditAction, AuditEntry } from '../domain/account.ts';
import type { MessageId } from '../domain/message.ts';
import type { Database } from './database.ts';

/** An entry in the words of people: phones and numbers, null where there is none, or none any more. */
export interface NamedEntry extends AuditEntry {
  /** Who did it; null: the operator. */
  readonly phone: string | null;
  /** The name of the token with which an operator did it; null: at the command line, or nobody did. */
  readonly operator: string | null;
  /** Whose the key, the lease or the account is. */
  readonly owner: string | null;
  /** The line it is about. */
  readonly number: string | null;
  /** The name of the operator's token it is about. */
  readonly token: string | null;
}

/** Who did what, for the operator. */
export interface AuditTrail {
  add(entry: Omit<AuditEntry, 'n'>): void;
  /** Notes the first time an account, or an operator with one token, reads a one-time code; writes nothing the next times. */
  codeRead(account: AccountId | null, message: MessageId, via: string, at: EpochMs): void;
  /** Newest first. */
  latest(limit: number): readonly AuditEntry[];
  /** Newest first; `before`: only those older than that entry (`n`). */
  named(limit: number, before?: number): readonly NamedEntry[];
  prune(before: EpochMs, limit: number): number;
}

/** An operator's deed names the token: `console:` and its id. */
const namedSql = `SELECT t.n, t.at, t.account, t.action, t.subject, iif(t.via LIKE 'console:%', 'console', t.via) AS via,
  who.phone, hand.name AS operator, owner.phone AS owner, coalesce(p.e164, m.number) AS number, o.name AS token
  FROM (SELECT * FROM audit WHERE n < ? ORDER BY n DESC LIMIT ?) t
  LEFT JOIN accounts who ON who.id = t.account
  LEFT JOIN operator_tokens hand ON t.via LIKE 'console:%' AND hand.id = substr(t.via, 9)
  LEFT JOIN api_keys k ON k.id = t.subject
  LEFT JOIN operator_tokens o ON o.id = t.subject
  LEFT JOIN webhooks w ON w.id = t.subject
  LEFT JOIN mailboxes held ON held.id = t.subject
  LEFT JOIN mailboxes b ON b.n = coalesce(held.n, k.mailbox, w.mailbox)
  LEFT JOIN numbers p ON p.id = b.number
  LEFT JOIN messages m ON m.id = t.subject
  LEFT JOIN accounts owner ON owner.id = coalesce(k.account, b.account, t.subject)
  ORDER BY t.n DESC`;

export function createAuditTrail(db: Database): AuditTrail {
  const add = db.prepare<[number, string | null, AuditAction, string, string]>(
    'INSERT INTO audit (at, account, action, subject, via) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const read = db.prepare<[string | null, string, string], { n: number }>(
    "SELECT n FROM audit WHERE action = 'code.read' AND account IS ? AND subject = ? AND (account IS NOT NULL OR via = ?)",
  );
  const latest = db.prepare<[number], AuditEntry>('SELECT * FROM audit ORDER BY n DESC LIMIT ?');
  const named = db.prepare<[number, number], NamedEntry>(namedSql);
  const prune = db.prepare<[number, number]>(
    'DELETE FROM audit WHERE n IN (SELECT n FROM audit WHERE at < ? ORDER BY at LIMIT ?)',
  );
  return {
    add: ({ at, account, action, subject, via }) => void add.run(at, account, action, subject, via),
    codeRead(account, message, via, at) {
      if (read.get(account, message, via) !== undefined) return;
      // A reader does not wait for the disk.
      db.commitLazily(() => add.run(at, account, 'code.read', message, via));
    },
    latest: (limit) => latest.all(limit),
    named: (limit, before = Number.MAX_SAFE_INTEGER) => named.all(before, limit),
    prune: (before, limit) => db.commitLazily(() => prune.run(before, limit).changes),
  };
}
