import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack } from '../../../src/pack/pack.ts';
import type { Int8Scorer } from '../../../src/reranker/int8/scorer.ts';
import { selfTest } from '../../../src/reranker/self-test.ts';
import type { PackManifest } from '../../../src/weights/manifest.ts';
import { compileKernels } from '../../../tools/vite-kernels.mjs';
import { writeModel } from '../../pack/model-writer.ts';
import { loadKernels, withFolder } from '../../pack/pack-runner.ts';

const IDS = Int32Array.from({ length: 45 }, (_, i) => (i * 29 + 7) % 64);
const NOTHING = new Int32Array(0);
const VARIANTS = ['wasm-int8', 'wasm-fp32'] as const;

describe('the int8 kernels', () => {
  let folder = '';
  let scorer: Int8Scorer;
  let manifest: PackManifest;
  let whole = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'case-matcher-kernels-'));
    await writeModel(join(folder, 'official'), { seed: 3 });
    manifest = await pack({ from: join(folder, 'official'), out: folder, variants: ['wasm-int8'] });
    scorer = await loadKernels(folder);
    whole = await scoreOne(NOTHING, IDS);
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function scoreOne(before: Int32Array, after: Int32Array): Promise<number> {
    const prefix = await scorer.prefill(before);
    const [logit] = await scorer.score(prefix, [after]);
    scorer.release(prefix);
    return logit as number;
  }

  it('give the known answers, which were computed without them', async () => {
    const known = manifest.variants['wasm-int8']?.knownLogits ?? [];
    // Attention in integers is 1e-3 off (attention.test.ts), which moves a code of int8 here and there.
    expect(await selfTest(scorer, manifest.knownAnswers, known)).toBeLessThan(0.05);
  });

  it('are as near to float32 as int8 is that is computed without them', async () => {
    const squares = { kernels: 0, reference: 0 };
    for (let seed = 1; seed <= 6; seed++) {
      await withFolder(async (out) => {
        await writeModel(join(out, 'official'), { seed });
        const { knownAnswers, variants } = await pack({
          from: join(out, 'official'),
          out,
          variants: VARIANTS,
        });
        const [reference, float32] = VARIANTS.map((name) => variants[name]?.knownLogits ?? []);
        const kernels = await loadKernels(out);
        for (const [i, { ids, read }] of knownAnswers.entries()) {
          const nothing = await kernels.prefill(NOTHING);
          const logits = await kernels.score(
            nothing,
            read.map((at) => Int32Array.from(ids.slice(0, at + 1))),
          );
          kernels.release(nothing);
          for (const [j, exact] of float32?.[i]?.entries() ?? []) {
            squares.kernels += ((logits[j] as number) - exact) ** 2;
            squares.reference += ((reference?.[i]?.[j] as number) - exact) ** 2;
          }
        }
      });
    }
    expect(squares.reference).toBeGreaterThan(0);
    expect(Math.sqrt(squares.kernels / squares.reference)).toBeLessThan(1.05);
  });

  it.each([1, 2, 3, 4, 7, 8, 9, 31, 32, 33, 43, 44])(
    'give the same score to the last bit when the first %i tokens are past',
    async (split) => {
      expect(await scoreOne(IDS.slice(0, split), IDS.slice(split))).toBe(whole);
    },
  );

  it('give the same score to the last bit when the past grew by pieces', async () => {
    const first = await scorer.prefill(IDS.slice(0, 10));
    const second = await scorer.prefill(IDS.slice(10, 30), { after: first });
    const third = await scorer.prefill(IDS.slice(30, 33), { after: second });
    expect(third.length).toBe(33);
    expect([...(await scorer.score(third, [IDS.slice(33)]))]).toEqual([whole]);
    // The pieces are as they were.
    expect([...(await scorer.score(second, [IDS.slice(30)]))]).toEqual([whole]);
    for (const prefix of [first, second, third]) scorer.release(prefix);
  });

  it('give a document the same score to the last bit whatever shares its run', async () => {
    const prefix = await scorer.prefill(IDS.slice(0, 12));
    const documents = [1, 2, 3, 4, 5, 8, 9, 17, 33].map((length) => IDS.slice(12, 12 + length));
    const together = await scorer.score(prefix, documents);
    for (const [i, document] of documents.entries()) {
      expect([...(await scorer.score(prefix, [document]))]).toEqual([together[i]]);
    }
    scorer.release(prefix);
  });

  it.each([
    ['unsigned', 2],
    ['signed', 3],
  ])(
    'give the same score to the last bit by relaxed SIMD on a processor of %s bytes',
    async (bytes, kind) => {
      const { wasm } = await compileKernels('src/kernels/index.ts', {
        'products.ts': 'src/kernels/relaxed-products.ts',
        'relaxed-dot.ts': `test/kernels/${bytes}-dot.ts`,
      });
      const module = await WebAssembly.compile(Uint8Array.from(wasm));
      const relaxed = await loadKernels(folder, { module });
      expect(relaxed.productKind).toBe(kind);
      const prefix = await relaxed.prefill(IDS.slice(0, 9));
      expect([...(await relaxed.score(prefix, [IDS.slice(9)]))]).toEqual([whole]);
    },
  );

  it('score more rows than one block of products holds', async () => {
    const long = Int32Array.from({ length: 300 }, (_, i) => (i * 31 + 5) % 64);
    const alone = await scoreOne(NOTHING, long);
    expect(await scoreOne(long.slice(0, 257), long.slice(257))).toBe(alone);
    expect(Number.isFinite(alone)).toBe(true);
  });

  it('give back all memory that they took', async () => {
    const before = scorer.memory.buffer.byteLength;
    for (let i = 0; i < 50; i++) await scoreOne(IDS.slice(0, 20), IDS.slice(20));
    expect(scorer.memory.buffer.byteLength).toBe(before);
  });

  it('stop between two layers when aborted, and go on with the next call', async () => {
    const controller = new AbortController();
    const prefix = await scorer.prefill(IDS.slice(0, 12));
    const running = scorer.score(prefix, [IDS.slice(12)], { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect([...(await scorer.score(prefix, [IDS.slice(12)]))]).toEqual([whole]);
    scorer.release(prefix);
  });
});
