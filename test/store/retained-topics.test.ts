import { expect, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';

test('the topics that are retained at the broker are known after a restart', () => {
  const folder = tempFolder();
  const first = openStore(folder);
  expect(first.retainedTopics.load()).toEqual({});
  first.retainedTopics.save({ 'a/b': {}, 'c/d': { signal: 'sensor' } });
  first.retainedTopics.save({ 'c/d': { signal: 'sensor' } });
  first.close();
  const second = openStore(folder);
  expect(second.retainedTopics.load()).toEqual({ 'c/d': { signal: 'sensor' } });
  second.close();
});
