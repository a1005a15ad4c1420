import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack } from '../../src/pack/pack.ts';
import { writeModel } from './model-writer.ts';
import { distance, PackRunner } from './pack-runner.ts';

const IDS = Array.from({ length: 45 }, (_, i) => (i * 29 + 7) % 64);
const LAST = IDS.length - 1;
const NEAR = 1e-3;

describe.each(['wasm-fp32', 'webgpu-q4'] as const)('the graph of %s', (name) => {
  let folder = '';
  let runner: PackRunner;
  let whole: number[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'case-matcher-graph-'));
    const from = join(folder, 'official');
    await writeModel(from, { seed: 3 });
    await pack({ from, out: join(folder, 'pack'), variants: [name] });
    runner = await PackRunner.load(join(folder, 'pack'), name);
    whole = (await runner.run({ ids: IDS, read: [LAST] })).logits;
  });

  afterAll(async () => {
    await runner.release();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([1, 2, 31, 32, 33, 43, 44])(
    'gives the same answer when the first %i tokens are past',
    async (split) => {
      const { present } = await runner.run({ ids: IDS.slice(0, split), read: [split - 1] });
      expect(present.get('0.key')?.dims[1]).toBe(split);
      const { logits } = await runner.run({ ids: IDS.slice(split), past: present, read: [LAST - split] });
      expect(distance(logits, whole)).toBeLessThan(NEAR);
    },
  );

  it('gives the same answer when the past came in three pieces', async () => {
    const first = await runner.run({ ids: IDS.slice(0, 10), read: [9] });
    const second = await runner.run({ ids: IDS.slice(10, 30), past: first.present, read: [0] });
    const third = await runner.run({ ids: IDS.slice(30), past: second.present, read: [LAST - 30] });
    expect(distance(third.logits, whole)).toBeLessThan(NEAR);
  });

  it('gives out the keys and values from the row on that is asked for, the same rows', async () => {
    const first = await runner.run({ ids: IDS.slice(0, 10), read: [9] });
    const added = { ids: IDS.slice(10, 30), past: first.present, read: [19] };
    const all = (await runner.run(added)).present.get('1.value');
    const some = (await runner.run({ ...added, from: 25 })).present.get('1.value');
    const none = await runner.run({ ...added, from: 30 });
    const rowsOf = (tensor: typeof all, head: number, from: number) => {
      const [, rows = 0, headDim = 0] = tensor?.dims ?? [];
      return Array.from(tensor?.data as Float32Array).slice(
        (head * rows + from) * headDim,
        (head + 1) * rows * headDim,
      );
    };
    expect(some?.dims[1]).toBe(5);
    expect(rowsOf(some, 1, 0)).toEqual(rowsOf(all, 1, 25));
    expect(none.present.get('1.value')?.dims[1]).toBe(0);
    expect(distance(none.logits, (await runner.run(added)).logits)).toBe(0);
  });

  it('keeps two documents in one run apart by the bias', async () => {
    const prefix = IDS.slice(0, 12);
    const a = IDS.slice(12, 30);
    const b = IDS.slice(30);
    const alone = [];
    for (const document of [a, b]) {
      const ids = [...prefix, ...document];
      alone.push(...(await runner.run({ ids, read: [ids.length - 1] })).logits);
    }
    const { present } = await runner.run({ ids: prefix, read: [0] });
    const document = (token: number) => (token < a.length ? 'a' : 'b');
    const { logits } = await runner.run({
      ids: [...a, ...b],
      positions: [...a.map((_, i) => 12 + i), ...b.map((_, i) => 12 + i)],
      sees: (token, other) => other < 12 || (other - 12 <= token && document(other - 12) === document(token)),
      past: present,
      read: [a.length - 1, a.length + b.length - 1],
    });
    expect(distance(logits, alone)).toBeLessThan(NEAR);
  });
});
