import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { pack } from '../../src/pack/pack.ts';
import type { VariantName } from '../../src/weights/manifest.ts';
import { type ExpectedCase, expectedCases, hasTinyQwen3, TINY_QWEN3 } from '../shared.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Empty where ../shared is absent. */
    expectedCases: readonly ExpectedCase[];
  }
}

const VARIANTS: readonly VariantName[] = ['wasm-fp32', 'wasm-int8', 'webgpu-fp32', 'webgpu-q4'];

/** Packs the reference model once a run, a folder a variant, for the browser to load as a host would. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('expectedCases', hasTinyQwen3 ? expectedCases() : []);
  if (!hasTinyQwen3) return;
  for (const variant of VARIANTS) {
    await pack({
      from: TINY_QWEN3,
      out: resolve('test/.packs', variant),
      variants: [variant],
      id: 'tiny-qwen3',
    });
  }
}
