import { createContext, runInContext } from 'node:vm';
import { expect, it } from 'vitest';
import { fillIn } from '../../src/reranker/older-browsers.ts';

it('fills in what Chromium 91 lacks', () => {
  const old = createContext();
  runInContext('delete Object.hasOwn; delete Array.prototype.at', old);
  fillIn(runInContext('globalThis', old));
  expect(runInContext('[Object.hasOwn({ a: 1 }, "a"), Object.hasOwn({}, "toString")].join()', old)).toBe(
    'true,false',
  );
  expect(runInContext('[[1, 2, 3].at(0), [1, 2, 3].at(-1), String([].at(-1))].join()', old)).toBe(
    '1,3,undefined',
  );
  expect(runInContext('Object.keys([]).length', old)).toBe(0);
});

it('leaves what is there', () => {
  const { hasOwn } = Object;
  fillIn(globalThis);
  expect(Object.hasOwn).toBe(hasOwn);
});
