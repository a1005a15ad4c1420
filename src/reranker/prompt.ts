import { CaseMatcherError } from '../errors.ts';
import type { PromptTemplate } from '../weights/index.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Tokens of a query that are read: some 1,600 Chinese characters, past the 95th percentile of real complaints. */
export const MAX_QUERY_TOKENS = 1024;

/** Enough characters for any token budget; beyond them tokenising only costs time. */
export const CHARACTERS_PER_TOKEN = 32;

export interface DocumentPart {
  /** With the template's end. */
  readonly ids: Int32Array;
  readonly truncated: boolean;
}

/** Queries that begin differently enough to tell where the constant part of a prompt ends. */
const PROBES = ['a', '0', '电', '（'];

/**
 * The official prompt (form (a) of the model card's "Transformers" section) as token ids, in two parts: what all
 * documents of a query share, and what is each document's own.
 *
 * The cut lies between `<Document>:` and ` {document}`: there the parts tokenise exactly as the whole does. The
 * query's end may merge with the newline after it, so the body is tokenised as one string.
 */
export class Prompt {
  readonly #tokenizer: Tokenizer;
  readonly #template: PromptTemplate;
  readonly #head: readonly number[];
  readonly #tail: readonly number[];
  /** The latest, which is asked for at every call. */
  #constant: { readonly instruction: string; readonly ids: Int32Array } | undefined;

  constructor(tokenizer: Tokenizer, template: PromptTemplate) {
    this.#tokenizer = tokenizer;
    this.#template = template;
    this.#head = tokenizer.encodeTemplate(template.prefix);
    this.#tail = tokenizer.encodeTemplate(template.suffix);
  }

  /** Tokens that follow every document. */
  get tailLength(): number {
    return this.#tail.length;
  }

  /**
   * System text, instruction and query, up to and including `<Document>:`. The query is never cut: one over
   * {@link MAX_QUERY_TOKENS} throws `query-too-long` (`details.tokens`, `details.limit`), so that the caller can
   * shorten it and say so.
   */
  prefix(query: string, instruction = this.#template.instruction): Int32Array {
    const readable = query.slice(0, MAX_QUERY_TOKENS * CHARACTERS_PER_TOKEN);
    const body = this.#body(readable, instruction);
    const tokens = body.length - this.#body('', instruction).length;
    if (tokens > MAX_QUERY_TOKENS || readable.length < query.length) {
      const estimate = Math.ceil((tokens * query.length) / readable.length);
      const details = { tokens: Math.max(estimate, MAX_QUERY_TOKENS + 1), limit: MAX_QUERY_TOKENS };
      throw new CaseMatcherError('query-too-long', details);
    }
    return Int32Array.from([...this.#head, ...body]);
  }

  /** What every prefix of this instruction begins with; a query may still merge with its last tokens. */
  constant(instruction = this.#template.instruction): Int32Array {
    if (this.#constant?.instruction !== instruction) {
      this.#constant = { instruction, ids: this.#inCommon(instruction) };
    }
    return this.#constant.ids;
  }

  #inCommon(instruction: string): Int32Array {
    const [first, ...others] = PROBES.map((query) => this.prefix(query, instruction)) as [
      Int32Array,
      Int32Array,
    ];
    const end = first.findIndex((id, i) => others.some((other) => other[i] !== id));
    return first.subarray(0, end === -1 ? first.length : end);
  }

  /** Tokens of a piece of a document. */
  count(text: string): number {
    return this.#tokenizer.encodeText(text).length;
  }

  /** The document's own part: its text cut to `maxTokens`, then the template's end, which is never cut. */
  document(text: string, maxTokens: number): DocumentPart {
    const readable = text.slice(0, maxTokens * CHARACTERS_PER_TOKEN);
    const ids = this.#tokenizer.encodeText(fill(this.#template.document, { document: readable }));
    const truncated = ids.length > maxTokens || readable.length < text.length;
    return { ids: Int32Array.from([...ids.slice(0, maxTokens), ...this.#tail]), truncated };
  }

  #body(query: string, instruction: string): number[] {
    return this.#tokenizer.encodeText(fill(this.#template.body, { instruction, query }));
  }
}

/** Fills `{name}` in a template once; what is filled in is not looked at again. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
