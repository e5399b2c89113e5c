import { sql as first } from './0001-first.ts';
import { sql as accounts } from './0002-accounts.ts';
import { sql as operators } from './0003-operators.ts';
import { sql as sending } from './0004-sending.ts';
import { sql as sims } from './0005-sims.ts';
import { sql as residents } from './0006-residents.ts';

/** In order; the database's `user_version` is how many of them it has had. One that has landed is never changed: add a new one. */
export const migrations: readonly string[] = [first, accounts, operators, sending, sims, residents];
