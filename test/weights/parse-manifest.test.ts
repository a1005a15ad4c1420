import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../src/weights/parse-manifest.ts';
import { soundManifest } from './sound-manifest.ts';

const URL = 'https://pack.test/manifest.json';

describe('parseManifest', () => {
  it('takes a sound manifest as it is', () => {
    const manifest = soundManifest();
    expect(parseManifest(manifest, URL)).toEqual(manifest);
  });

  it.each([null, [], 'text', 3, {}, { format: 'other' }])('calls %o no model', (json) => {
    expect(() => parseManifest(json, URL)).toThrow(expect.objectContaining({ code: 'not-a-model' }));
  });

  it('calls a pack of another version no model', () => {
    const json = { ...soundManifest(), version: 2 };
    expect(() => parseManifest(json, URL)).toThrow(expect.objectContaining({ code: 'not-a-model' }));
  });

  const damages: [string, (manifest: ReturnType<typeof soundManifest>) => void][] = [
    ['an empty hash', (m) => (m.tokenizer.chunks[0].sha256 = '')],
    ['a hash of the wrong length', (m) => (m.tokenizer.chunks[0].sha256 = 'ab')],
    ['an upper-case hash', (m) => (m.tokenizer.chunks[0].sha256 = 'A'.repeat(64))],
    ['a path out of the folder', (m) => (m.tokenizer.chunks[0].path = '../secret')],
    ['a path to another host', (m) => (m.tokenizer.chunks[0].path = 'https://evil.test/x')],
    ['a negative size', (m) => (m.tokenizer.chunks[0].size = -1)],
    ['a chunk of a gigabyte', (m) => (m.tokenizer.chunks[0].size = 2 ** 30)],
    ['sizes that do not add up', (m) => (m.tokenizer.size = 11)],
    ['a file without chunks', (m) => (m.tokenizer.chunks.length = 0)],
    ['no variants', (m) => (m.variants = {} as never)],
    ['a variant without its embedding', (m) => (m.embeddings = {} as never)],
    ['an embedding of the wrong shape', (m) => (m.embeddings.int8.rows = 7)],
    ['no known answers', (m) => (m.knownAnswers.length = 0)],
    ['known answers past the sequence', (m) => (m.knownAnswers[0].read = [3])],
    ['known ids past the vocabulary', (m) => (m.knownAnswers[0].ids = [0, 1, 4])],
    ['too few known logits', (m) => (m.variants['wasm-int8'].knownLogits = [])],
    ['a tolerance of NaN', (m) => (m.variants['wasm-int8'].tolerance = Number.NaN)],
    ['no prompt', (m) => (m.prompt = undefined as never)],
    ['no layers', (m) => (m.model.layers = 0)],
    ['heads that no KV head serves', (m) => (m.model.heads = 3)],
    ['a threshold past 1', (m) => (m.thresholds.high = 85)],
  ];
  it.each(damages)('fails closed on %s', (_, damage) => {
    const manifest = soundManifest();
    damage(manifest);
    expect(() => parseManifest(manifest, URL)).toThrow(expect.objectContaining({ code: 'integrity' }));
  });
});
