import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Safetensors } from '../../src/pack/safetensors.ts';
import { safetensorsBytes } from './model-writer.ts';
import { withFolder } from './pack-runner.ts';

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
