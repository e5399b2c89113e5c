import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openVault } from '../../src/store/vault.ts';
import { tempFolder } from '../temp-folder.ts';

test('what was sealed is opened again, also by the next process, and for its own purpose only', () => {
  const folder = tempFolder();
  const sealed = openVault(folder).seal('webhook', 'whs_secret');
  expect(sealed.toString('latin1')).not.toContain('whs_secret');
  const again = openVault(folder);
  expect(again.open('webhook', sealed)).toBe('whs_secret');
  expect(() => again.open('other', sealed)).toThrow(expect.objectContaining({ code: 'store.corrupt' }));
});

test('the same text is never sealed the same way twice, and hashed always the same', () => {
  const vault = openVault(tempFolder());
  expect(vault.seal('a', 'text').equals(vault.seal('a', 'text'))).toBe(false);
  expect(vault.mac('a', 'text').equals(vault.mac('a', 'text'))).toBe(true);
  expect(vault.mac('b', 'text').equals(vault.mac('a', 'text'))).toBe(false);
});

test('another key opens nothing, and a changed octet is noticed', () => {
  const vault = openVault(tempFolder());
  const sealed = vault.seal('a', 'text');
  expect(() => openVault(tempFolder()).open('a', sealed)).toThrow(expect.objectContaining({ code: 'store.corrupt' }));
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
  expect(() => vault.open('a', sealed)).toThrow(expect.objectContaining({ code: 'store.corrupt' }));
  expect(() => vault.open('a', Buffer.alloc(3))).toThrow(expect.objectContaining({ code: 'store.corrupt' }));
});

test('the key is for its owner alone, nothing unfinished is left, and a damaged one is named', () => {
  const folder = tempFolder();
  openVault(folder);
  expect(readdirSync(folder)).toEqual(['secret.key']);
  expect(statSync(join(folder, 'secret.key')).mode & 0o777).toBe(0o600);
  writeFileSync(join(folder, 'secret.key'), 'short');
  expect(() => openVault(folder)).toThrow(expect.objectContaining({ code: 'store.corrupt' }));
});
