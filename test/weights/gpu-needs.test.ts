import { describe, expect, it } from 'vitest';
import { gpuNeeds } from '../../src/weights/gpu-needs.ts';

const QWEN3_0_6B = {
  layers: 28,
  hidden: 1024,
  heads: 16,
  kvHeads: 8,
  headDim: 128,
  intermediate: 3072,
  vocabulary: 151_669,
  maxPositions: 8192,
  ropeTheta: 1e6,
  rmsEps: 1e-6,
};
const MIB = 2 ** 20;

describe('what a GPU must offer', () => {
  it('is for the 0.6B model a buffer that every WebGPU adapter allows, and less than 1 GB', () => {
    const { buffer, memory } = gpuNeeds(QWEN3_0_6B, Array(200).fill(1.5 * MIB));
    // Attention scores of 16 heads; 128 MiB is WebGPU's least limit.
    expect(buffer).toBe(16 * 512 * 2048 * 4);
    expect(buffer).toBeLessThanOrEqual(128 * MIB);
    // Weights, twice 224 KiB a token, three times the scores of 512 tokens among 1,024.
    expect(memory).toBe(300 * MIB + 2 * 1024 * 224 * 1024 + 3 * 16 * 512 * 1024 * 4);
    expect(memory).toBeLessThan(1e9);
  });

  it.each([
    ['the largest tensor', {}, [300 * MIB, 5], 300 * MIB],
    ['the keys of all positions', { maxPositions: 40_960 }, [5], 8 * 40_960 * 128 * 4],
    ['the widest activation', { intermediate: 65_536 }, [5], 512 * 65_536 * 4],
  ])('counts %s as a buffer', (_, changes, tensors, bytes) => {
    expect(gpuNeeds({ ...QWEN3_0_6B, ...changes }, tensors).buffer).toBe(bytes);
  });
});
