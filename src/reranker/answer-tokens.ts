import { CaseMatcherError } from '../errors.ts';
import type { AnswerTokens } from './exported-scorer.ts';
import type { Tokenizer } from './tokenizer.ts';

const CONTROL_TOKENS = ['<|im_start|>', '<|im_end|>', '<think>', '</think>'];

/**
 * The ids of "yes" and "no" in a tokenizer that came without a word on them. Throws `not-a-model` where one of them is
 * no single token, or where the tokenizer lacks a control token of the official prompt: it is of another model.
 */
export function answerTokens(tokenizer: Tokenizer, vocabulary: number): AnswerTokens {
  const single = (word: string, ids: readonly number[]): number => {
    const [id] = ids;
    if (id !== undefined && ids.length === 1 && id < vocabulary) return id;
    throw new CaseMatcherError('not-a-model', { reason: `tokenizer.json: no token ${word}` });
  };
  for (const word of CONTROL_TOKENS) {
    const ids = tokenizer.encodeTemplate(word);
    single(
      word,
      ids.filter((id) => tokenizer.isControl(id)),
    );
  }
  return { yes: single('yes', tokenizer.encodeText('yes')), no: single('no', tokenizer.encodeText('no')) };
}
