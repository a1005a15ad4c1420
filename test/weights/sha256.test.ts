import { createHash } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { sha256 } from '../../src/weights/sha256.ts';

afterEach(() => vi.unstubAllGlobals());

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i);

it('is the same with and without crypto.subtle', async () => {
  const expected = createHash('sha256').update(bytes).digest('hex');
  expect(await sha256(bytes)).toBe(expected);
  vi.stubGlobal('crypto', undefined);
  expect(await sha256(bytes)).toBe(expected);
});
