import { Tokenizer } from '@huggingface/tokenizers';
import { isBytePairModel } from '../weights/byte-pair-model.ts';
import type { PromptTemplate } from '../weights/manifest.ts';
import { inputError } from './input-error.ts';
import { isRecord, parseJson } from './safetensors.ts';

const FILE = 'tokenizer.json';
const KIND = "no byte-pair tokenizer of Qwen3's kind";
const CONTROL_TOKENS = ['<|im_start|>', '<|im_end|>', '<think>', '</think>'];

export interface AnswerTokens {
  readonly yes: number;
  readonly no: number;
}

/** tokenizer.json, read as the browser will read it, so that what cannot work there is refused here. */
export class OfficialTokenizer {
  readonly answers: AnswerTokens;
  /** The same JSON without the white space that official files are laid out with; each merge as one string. */
  readonly compact: Uint8Array;
  readonly #tokenizer: Tokenizer;
  readonly #vocabulary: number;

  /**
   * @param vocabulary rows of the embedding table: no id may reach it
   * @throws CaseMatcherError `invalid-input`: not a tokenizer, or one without the control tokens and both answers
   */
  constructor(bytes: Uint8Array, vocabulary: number) {
    const json = parseJson(new TextDecoder().decode(bytes), FILE);
    this.#vocabulary = vocabulary;
    this.compact = new TextEncoder().encode(JSON.stringify(json, mergesAsStrings));
    this.answers = { yes: answerId(json, 'yes', vocabulary), no: answerId(json, 'no', vocabulary) };
    try {
      this.#tokenizer = new Tokenizer(json as object, {});
    } catch (cause) {
      throw inputError(FILE, 'not a tokenizer that can be used', cause);
    }
    if (!isRecord(json) || !isBytePairModel(json.model)) throw inputError(FILE, KIND);
    for (const token of CONTROL_TOKENS) {
      if (this.#encode(token).length !== 1) throw inputError(FILE, `no control token ${token}`);
    }
  }

  /** Two short prompts of different queries, as the model will see them. */
  encodePrompts(template: PromptTemplate): [number[], number[]] {
    return [this.#encodePrompt(template, '电梯经常停运'), this.#encodePrompt(template, 'Noise at night')];
  }

  #encodePrompt(template: PromptTemplate, query: string): number[] {
    const { prefix, body, document, suffix, instruction } = template;
    const filled = body.replace('{instruction}', () => instruction).replace('{query}', () => query);
    return this.#encode(
      `${prefix}${filled}${document.replace('{document}', '电梯困人,已派人维修')}${suffix}`,
    );
  }

  #encode(text: string): number[] {
    const { ids } = this.#tokenizer.encode(text, { add_special_tokens: false });
    const outside = ids.find((id) => !(id < this.#vocabulary));
    if (outside !== undefined) throw inputError(FILE, `token ${outside} is outside the model's vocabulary`);
    return ids;
  }
}

/** `["a","b"]` as `a b`, which takes less room and less time to read; unless a part holds a space. */
function mergesAsStrings(key: string, value: unknown): unknown {
  const fits = key === 'merges' && Array.isArray(value) && value.every(isPairOfWords);
  return fits ? value.map((merge) => merge.join(' ')) : value;
}

function isPairOfWords(merge: unknown): merge is [string, string] {
  return (
    Array.isArray(merge) &&
    merge.length === 2 &&
    merge.every((part) => typeof part === 'string' && !part.includes(' '))
  );
}

function answerId(tokenizer: unknown, word: string, vocabulary: number): number {
  const vocab = isRecord(tokenizer) && isRecord(tokenizer.model) ? tokenizer.model.vocab : undefined;
  if (!isRecord(vocab)) throw inputError(FILE, 'no vocabulary');
  const id = Object.hasOwn(vocab, word) ? vocab[word] : undefined;
  if (Number.isSafeInteger(id) && (id as number) >= 0 && (id as number) < vocabulary) return id as number;
  throw inputError(FILE, `no token "${word}" inside the model's vocabulary`);
}
