import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Tokenizer as Library } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytePairs } from '../../src/reranker/byte-pairs.ts';
import { Tokenizer } from '../../src/reranker/tokenizer.ts';
import { wellFormed } from '../../src/well-formed.ts';

interface Json {
  readonly added_tokens: readonly { readonly content: string; readonly id: number }[];
  readonly model: { readonly vocab: Record<string, number>; readonly merges: readonly (readonly string[])[] };
}

const ROOT = resolve(import.meta.dirname, '../..');
const PACK = resolve(ROOT, 'public/models/demo');

const read = (path: string): string => readFileSync(path, 'utf8');
const manifest = JSON.parse(read(resolve(PACK, 'manifest.json')));
const json = JSON.parse(read(resolve(PACK, manifest.tokenizer.chunks[0].path))) as Json;
const library = new Library({ ...json, added_tokens: [] }, {});
const tokenizer = new Tokenizer(json);

const idsOfLibrary = (text: string): number[] => library.encode(text, { add_special_tokens: false }).ids;

describe('byte pairs', () => {
  it("gives the library's ids for the desk's tickets", () => {
    const tickets = read(resolve(ROOT, 'src/demo/archive.jsonl')).trim().split('\n').slice(0, 300);
    expect(tickets.map((ticket) => tokenizer.encodeText(ticket))).toEqual(tickets.map(idsOfLibrary));
  });

  it("gives the library's ids for any text", () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('电梯', '…\r\n', '\u0000', "it's", 'e\u0301', '㍿', '👩‍👩‍👧', '𠮷', '  '),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        expect(tokenizer.encodeText(text)).toEqual(idsOfLibrary(wellFormed(text)));
      }),
    );
  });

  it('gives the same ids for merges that are written as one string', () => {
    const merges = json.model.merges.map((merge) => merge.join(' '));
    const same = new Tokenizer({ ...json, model: { ...json.model, merges } });
    const text = '电梯困人,已派人维修。The lift stopped.';
    expect(same.encodeText(text)).toEqual(tokenizer.encodeText(text));
  });

  it('merges what ranks lowest first, and of equals the leftmost', () => {
    const model = { type: 'BPE', vocab: { a: 0, b: 1, aa: 2, ab: 3 }, merges: ['a a', 'a b'] };
    expect(new BytePairs(model).encode('aaab')).toEqual([2, 3]);
  });

  it('never takes what every object has for a token', () => {
    const word = 'constructor';
    const starts = Array.from(word, (_, i) => word.slice(0, i)).slice(1);
    const merges = starts.map((start) => `${start} ${word[start.length]}`);
    expect(new BytePairs({ type: 'BPE', vocab: {}, merges }).encode(word)).toEqual([]);
  });

  it.each([
    undefined,
    null,
    { type: 'WordPiece', vocab: {} },
    { type: 'BPE', vocab: {}, merges: 'a b' },
    { type: 'BPE', vocab: {}, merges: [], byte_fallback: true },
    { type: 'BPE', vocab: {}, merges: [], end_of_word_suffix: '</w>' },
  ])('refuses %o', (model) => {
    expect(() => new BytePairs(model)).toThrow(expect.objectContaining({ code: 'not-a-model' }));
  });
});
