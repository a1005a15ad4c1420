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
    const json = { ...soundManifest(), version: 1 };
    expect(() => parseManifest(json, URL)).toThrow(expect.objectContaining({ code: 'not-a-model' }));
  });

  type Manifest = ReturnType<typeof soundManifest>;
  const chunk = (m: Manifest) => m.tokenizer.chunks[0] as Manifest['tokenizer']['chunks'][0];
  const answer = (m: Manifest) => m.knownAnswers[0] as Manifest['knownAnswers'][0];
  const encode = (m: Manifest, encoding: string, size?: number) => {
    const [file] = m.variants['wasm-fp32'].weights as [Manifest['tokenizer']];
    Object.assign(file, { encoding });
    if (size !== undefined) Object.assign(file, { size, chunks: [{ ...file.chunks[0], size }] });
  };
  const damages: [string, (manifest: Manifest) => void][] = [
    ['an empty hash', (m) => (chunk(m).sha256 = '')],
    ['a hash of the wrong length', (m) => (chunk(m).sha256 = 'ab')],
    ['an upper-case hash', (m) => (chunk(m).sha256 = 'A'.repeat(64))],
    ['a path out of the folder', (m) => (chunk(m).path = '../secret')],
    ['a path to another host', (m) => (chunk(m).path = 'https://evil.test/x')],
    ['a negative size', (m) => (chunk(m).size = -1)],
    ['a chunk of a gigabyte', (m) => (chunk(m).size = 2 ** 30)],
    ['sizes that do not add up', (m) => (m.tokenizer.size = 11)],
    ['a file without chunks', (m) => (m.tokenizer.chunks.length = 0)],
    ['no variants', (m) => (m.variants = {} as never)],
    ['a variant without its embedding', (m) => (m.embeddings = {} as never)],
    ['an embedding of the wrong shape', (m) => (m.embeddings.int8.rows = 7)],
    ['no known answers', (m) => (m.knownAnswers.length = 0)],
    ['known answers past the sequence', (m) => (answer(m).read = [3])],
    ['known ids past the vocabulary', (m) => (answer(m).ids = [0, 1, 4])],
    ['too few known logits', (m) => (m.variants['wasm-fp32'].knownLogits = [])],
    ['a tolerance of NaN', (m) => (m.variants['wasm-fp32'].tolerance = Number.NaN)],
    ['no prompt', (m) => (m.prompt = undefined as never)],
    ['no layers', (m) => (m.model.layers = 0)],
    ['heads that no KV head serves', (m) => (m.model.heads = 3)],
    [
      'int8 weights that are not of the size which the shape asks for',
      (m) => Object.assign(m.variants, { 'wasm-int8': m.variants['wasm-fp32'] }),
    ],
    ['an encoding of weights that is unknown', (m) => encode(m, 'zip')],
    ['half a float16', (m) => encode(m, 'float16', 7)],
    ['a threshold past 1', (m) => (m.thresholds.high = 85)],
  ];
  it('takes what a GPU needs where it is told, and fails closed where that is nonsense', () => {
    const withNeeds = (needs: unknown) => {
      const manifest = soundManifest();
      Object.assign(manifest.variants['wasm-fp32'], { needs });
      return manifest;
    };
    const manifest = withNeeds({ buffer: 1, memory: 2 });
    expect(parseManifest(manifest, URL)).toEqual(manifest);
    for (const needs of [null, 1, {}, { buffer: 1 }, { buffer: -1, memory: 2 }, { buffer: 1, memory: '2' }]) {
      expect(() => parseManifest(withNeeds(needs), URL)).toThrow(
        expect.objectContaining({ code: 'integrity' }),
      );
    }
  });

  it.each(damages)('fails closed on %s', (_, damage) => {
    const manifest = soundManifest();
    damage(manifest);
    expect(() => parseManifest(manifest, URL)).toThrow(expect.objectContaining({ code: 'integrity' }));
  });
});
