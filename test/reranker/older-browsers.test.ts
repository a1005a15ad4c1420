import { afterEach, expect, it, vi } from 'vitest';

const { hasOwn } = Object;
const { at } = Array.prototype;

afterEach(() => {
  Object.hasOwn = hasOwn;
  Array.prototype.at = at;
});

it('fills in what Chromium 91 lacks, and leaves what is there', async () => {
  await import('../../src/reranker/older-browsers.ts');
  expect(Object.hasOwn).toBe(hasOwn);
  Reflect.deleteProperty(Object, 'hasOwn');
  Reflect.deleteProperty(Array.prototype, 'at');
  vi.resetModules();
  await import('../../src/reranker/older-browsers.ts');
  expect([Object.hasOwn({ a: 1 }, 'a'), Object.hasOwn({}, 'toString')]).toEqual([true, false]);
  expect([[1, 2, 3].at(0), [1, 2, 3].at(-1), [].at(-1)]).toEqual([1, 3, undefined]);
  expect(Object.keys([])).toEqual([]);
});
