import { describe, expect, it } from 'vitest';
import { OfficialTokenizer } from '../../src/pack/official-tokenizer.ts';
import { TOKENIZER } from './model-writer.ts';

function withModel(model: object): OfficialTokenizer {
  const json = { ...TOKENIZER, model: { ...TOKENIZER.model, ...model } };
  return new OfficialTokenizer(new TextEncoder().encode(JSON.stringify(json, undefined, 2)), 10);
}

function compactMerges(merges: readonly unknown[]): unknown {
  const { compact } = withModel({ merges });
  return JSON.parse(new TextDecoder().decode(compact)).model.merges;
}

describe('a tokenizer.json in a pack', () => {
  it('has its merges as one string each, which is shorter and read sooner', () => {
    const merges = [
      ['y', 'e'],
      ['ye', 's'],
    ];
    expect(compactMerges(merges)).toEqual(['y e', 'ye s']);
    expect(compactMerges(['y e', 'ye s'])).toEqual(['y e', 'ye s']);
  });

  it('keeps merges as they are where a part holds a space', () => {
    const merges = [
      ['y', 'e'],
      ['y ', 'e'],
    ];
    expect(compactMerges(merges)).toEqual(merges);
  });

  it.each([{ type: 'WordPiece' }, { byte_fallback: true }, { ignore_merges: true }])(
    'is refused where the engine could not read it: %o',
    (model) => {
      expect(() => withModel(model)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    },
  );
});
