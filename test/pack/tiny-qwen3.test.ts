import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OfficialModel } from '../../src/pack/official-model.ts';
import { pack } from '../../src/pack/pack.ts';
import { readQwen3Config } from '../../src/pack/qwen3-config.ts';
import { computeLogits } from '../../src/pack/reference.ts';
import { readJson, Safetensors } from '../../src/pack/safetensors.ts';
import type { PackManifest, VariantName } from '../../src/weights/manifest.ts';
import { distance, loadKernels, PackRunner } from './pack-runner.ts';

const REFERENCE = new URL('../../../shared/reference/tiny-qwen3/', import.meta.url).pathname;

interface Expected {
  cases: { input_ids: number[]; logit_yes: number; logit_no: number }[];
}

describe.skipIf(!existsSync(REFERENCE))(
  'tiny-qwen3 (skipped where ../shared/reference/tiny-qwen3 is absent)',
  () => {
    let folder = '';
    let manifest: PackManifest;
    let sequences: number[][] = [];
    let logits: number[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'case-matcher-tiny-'));
      manifest = await pack({ from: REFERENCE, out: folder });
      const expected = JSON.parse(readFileSync(join(REFERENCE, 'expected.json'), 'utf8')) as Expected;
      sequences = expected.cases.map((one) => one.input_ids);
      logits = expected.cases.map((one) => one.logit_yes - one.logit_no);
    });

    afterAll(() => rm(folder, { recursive: true, force: true }));

    async function logitsOf(name: VariantName): Promise<number[]> {
      const runner = await PackRunner.load(folder, name);
      const all: number[] = [];
      for (const ids of sequences) {
        const run = await runner.run({ ids, read: [ids.length - 1] });
        all.push(...run.logits);
      }
      await runner.release();
      return all;
    }

    it('computes the independent logits in float32', async () => {
      expect(distance(await logitsOf('wasm-fp32'), logits)).toBeLessThan(1e-3);
    });

    it('computes them in the reference, which known answers come from', async () => {
      const tensors = await Safetensors.open(REFERENCE);
      const config = readQwen3Config(await readJson(REFERENCE, 'config.json'));
      const model = new OfficialModel(tensors, config, manifest.tokens, []);
      const asked = sequences.map((ids) => ({ ids, read: [ids.length - 1] }));
      const computed = await computeLogits(model, asked, ['float32']);
      await tensors.close();
      expect(distance(computed.get('float32')?.flat() ?? [], logits)).toBeLessThan(1e-4);
    });

    it('knows the ids of the answers', () => {
      expect(manifest.tokens).toEqual({ yes: 295, no: 285 });
    });

    it('keeps int8 near them, and in their order', async () => {
      const scorer = await loadKernels(folder);
      const nothing = await scorer.prefill(new Int32Array(0));
      const quantised = await scorer.score(
        nothing,
        sequences.map((ids) => Int32Array.from(ids)),
      );
      expect(distance([...quantised], logits)).toBeLessThan(0.8);
      for (const [i, a] of logits.entries()) {
        for (const [j, b] of logits.entries()) {
          if (a - b > 1) expect(quantised[i]).toBeGreaterThan(quantised[j] as number);
        }
      }
    });

    it.each(['wasm-fp32', 'webgpu-fp32', 'webgpu-q4'] as const)(
      'agrees with the known logits of %s, which the reference computed without ORT',
      async (name) => {
        const runner = await PackRunner.load(folder, name);
        for (const [i, known] of manifest.knownAnswers.entries()) {
          const run = await runner.run(known);
          expect(distance(run.logits, manifest.variants[name]?.knownLogits[i] ?? [])).toBeLessThan(1e-3);
        }
        await runner.release();
      },
    );
  },
);
