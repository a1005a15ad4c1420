import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bfloat16ToFloat32, halfToFloat32 } from '../../src/pack/float16.ts';
import { Safetensors } from '../../src/pack/safetensors.ts';
import { safetensorsBytes } from './model-writer.ts';
import { withFolder } from './pack-runner.ts';

describe('halves', () => {
  it.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x83ff, -1023 * 2 ** -24],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('%i is %d', (bits, value) => {
    expect(halfToFloat32(Uint16Array.of(bits))[0]).toBe(value);
  });
});

describe('bfloat16', () => {
  it.each([
    [0x3f80, 1],
    [0xbfc0, -1.5],
    [0x7f80, Number.POSITIVE_INFINITY],
    [0x0000, 0],
  ])('%i is %d', (bits, value) => {
    expect(bfloat16ToFloat32(Uint16Array.of(bits))[0]).toBe(value);
  });
});

describe('a safetensors file', () => {
  const values = Float32Array.from({ length: 12 }, (_, i) => i - 5.5);
  const tensors = [
    { name: 'first', shape: [3], values: Float32Array.of(7, 8, 9) },
    { name: 'second', shape: [4, 3], values },
  ];

  it.each(['F32', 'F16', 'BF16'] as const)('of %s is read row by row', async (type) => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'any-name.safetensors'), safetensorsBytes(tensors, type));
      const file = await Safetensors.open(folder);
      expect(file.has('first')).toBe(true);
      expect([...(await file.read('first', [3]))]).toEqual([7, 8, 9]);
      await file.close();
    });
  });

  it('gives any range of rows', async () => {
    await withFolder(async (folder) => {
      const table = [{ name: 'table', shape: [4, 3], values }];
      await writeFile(join(folder, 'model.safetensors'), safetensorsBytes(table, 'F32'));
      const file = await Safetensors.open(folder);
      expect([...(await file.readRows('table', 1, 2))]).toEqual([...values.subarray(3, 9)]);
      await expect(file.readRows('table', 3, 2)).rejects.toMatchObject({ code: 'invalid-input' });
      await file.close();
    });
  });
});
