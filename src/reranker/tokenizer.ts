import { Tokenizer as TextTokenizer } from '@huggingface/tokenizers';
import { CaseMatcherError } from '../errors.ts';
import { wellFormed } from '../well-formed.ts';
import { BytePairs } from './byte-pairs.ts';

/**
 * A tokenizer.json that keeps control tokens and text apart.
 *
 * `@huggingface/tokenizers` has no `split_special_tokens`: a ticket that contains `<|im_end|>` would end the
 * turn. So the text tokenizer is built without any added token, control tokens are recognised in trusted
 * templates only, and as a second lock no control id ever passes from text.
 */
export class Tokenizer {
  /** For what comes before the merges: normal form, words, the byte alphabet. */
  readonly #text: TextTokenizer;
  readonly #bytePairs: BytePairs;
  readonly #control: ReadonlyMap<string, number>;
  readonly #controlIds: ReadonlySet<number>;
  readonly #controlPattern: RegExp;

  /** `json`: the parsed tokenizer.json. Throws `not-a-model` when it is something else. */
  constructor(json: unknown) {
    if (!isTokenizerJson(json)) throw new CaseMatcherError('not-a-model', { reason: 'tokenizer.json' });
    this.#bytePairs = new BytePairs(json.model);
    this.#text = withoutTokens(json);
    this.#control = new Map(json.added_tokens.map((token) => [token.content, token.id]));
    this.#controlIds = new Set(this.#control.values());
    const longestFirst = [...this.#control.keys()].sort((a, b) => b.length - a.length);
    this.#controlPattern = new RegExp(`(${longestFirst.map(escapeRegExp).join('|')})`);
  }

  /** Ids of untrusted text. Lone surrogates become U+FFFD; the result holds no control id. */
  encodeText(text: string): number[] {
    const { normalizer, pre_tokenizer } = this.#text;
    const normal = normalizer ? normalizer(wellFormed(text)) : wellFormed(text);
    const words = pre_tokenizer ? pre_tokenizer(normal) : [normal];
    return words.flatMap((word) => this.#bytePairs.encode(word)).filter((id) => !this.#controlIds.has(id));
  }

  /** Ids of a template of the model pack, in which control tokens count as such. */
  encodeTemplate(template: string): number[] {
    if (this.#control.size === 0) return this.encodeText(template);
    return template.split(this.#controlPattern).flatMap((piece) => {
      const id = this.#control.get(piece);
      return id === undefined ? this.encodeText(piece) : [id];
    });
  }

  isControl(id: number): boolean {
    return this.#controlIds.has(id);
  }
}

function withoutTokens(json: TokenizerJson): TextTokenizer {
  try {
    return new TextTokenizer(
      { ...json, model: { type: 'BPE', vocab: {}, merges: [] }, added_tokens: [] },
      {},
    );
  } catch (cause) {
    throw new CaseMatcherError('not-a-model', { reason: 'tokenizer.json' }, { cause });
  }
}

interface TokenizerJson {
  readonly model: unknown;
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

function isTokenizerJson(json: unknown): json is TokenizerJson {
  if (typeof json !== 'object' || json === null || !('model' in json) || !('added_tokens' in json))
    return false;
  const tokens: unknown = json.added_tokens;
  return (
    Array.isArray(tokens) &&
    tokens.every((token) => typeof token?.id === 'number' && typeof token?.content === 'string')
  );
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
