import { expect, it } from 'vitest';
import { ScoreMemory } from '../../src/reranker/score-memory.ts';

const ids = (...values: number[]): Int32Array => Int32Array.from(values);

it('tells apart what differs in any token, and in where the query ends', async () => {
  const memory = new ScoreMemory();
  const keys = await Promise.all([
    memory.key(ids(1, 2), ids(3)),
    memory.key(ids(1), ids(2, 3)),
    memory.key(ids(1, 2), ids(4)),
    memory.key(ids(), ids(1, 2, 3)),
  ]);
  expect(new Set(keys).size).toBe(keys.length);
  expect(await memory.key(ids(1, 2), ids(3))).toBe(keys[0]);
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
});

it('holds no more than its bound, and lets go of what was not used longest', () => {
  const memory = new ScoreMemory(3);
  for (const [index, key] of ['a', 'b', 'c'].entries()) memory.set(key, index);
  expect(memory.get('a')).toBe(0);
  memory.set('d', 3);
  memory.set('d', 4);
  expect(memory.size).toBe(3);
  expect(['a', 'b', 'c', 'd'].map((key) => memory.get(key))).toEqual([0, undefined, 2, 4]);
});
