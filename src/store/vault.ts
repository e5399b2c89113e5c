import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../errors.ts';

/** What needs a key that is not in the database: secrets we must read again, and hashes of what is easily guessed. */
export interface Vault {
  /** AES-256-GCM; bound to `purpose`. */
  seal(purpose: string, text: string): Buffer;
  /** Throws `store.corrupt` where it was sealed with another key or for another purpose. */
  open(purpose: string, sealed: Buffer): string;
  /** HMAC-SHA-256. */
  mac(purpose: string, text: string): Buffer;
}

/** In the data folder, beside the database. */
export const keyName = 'secret.key';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/** Reads the key of a data folder, or makes it (0600). Throws `store.corrupt` where it is not whole, `store.unwritable`. */
export function openVault(folder: string): Vault {
  const master = readKey(join(folder, keyName));
  const keyFor = (use: string) => Buffer.from(hkdfSync('sha256', master, '', use, keyBytes));
  return {
    seal(purpose, text) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', keyFor(`seal:${purpose}`), iv);
      const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), data]);
    },
    open(purpose, sealed) {
      const iv = sealed.subarray(0, ivBytes);
      const tag = sealed.subarray(ivBytes, ivBytes + tagBytes);
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyFor(`seal:${purpose}`), iv, { authTagLength: tagBytes });
        decipher.setAuthTag(tag);
        const data = sealed.subarray(ivBytes + tagBytes);
        return Buffer.concat([decipher.update(data), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new GatewayError('store.corrupt', `a sealed secret does not fit ${keyName}`, {
          cause,
          hint: `bring back the ${keyName} that belongs to this database, or make the secret anew`,
        });
      }
    },
    mac: (purpose, text) =>
      createHmac('sha256', keyFor(`mac:${purpose}`))
        .update(text)
        .digest(),
  };
}

function readKey(file: string): Buffer {
  if (!existsSync(file)) makeKey(file);
  const key = readFileSync(file);
  if (key.length === keyBytes) return key;
  throw new GatewayError('store.corrupt', `${file} is damaged`, {
    hint: 'bring back a copy of it, or remove it: webhook secrets must then be made anew',
  });
}

/** Whole or not there at all, and never over the one that another process has just made. */
function makeKey(file: string): void {
  const unfinished = `${file}.${randomUUID()}`;
  try {
    writeFileSync(unfinished, randomBytes(keyBytes), { mode: 0o600, flag: 'wx', flush: true });
    linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(file, error);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function unwritable(file: string, cause: unknown): GatewayError {
  return new GatewayError('store.unwritable', `${file} may not be written`, {
    transient: true,
    hint: 'let this user write to the data folder, or choose another one with --data',
    cause,
  });
}
