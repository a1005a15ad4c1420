import type { PromptTemplate } from '../weights/manifest.ts';
import { inputError } from './input-error.ts';
import { isRecord } from './safetensors.ts';

/** The README's default of Qwen3-Reranker. */
export const DEFAULT_INSTRUCTION =
  'Given a web search query, retrieve relevant passages that answer the query';

/**
 * The official prompt: README of QwenLM/Qwen3-Embedding, "Transformers" section. It is cut where tokens never merge:
 * at the control tokens, and between `<Document>:` and the space.
 */
export function promptTemplate(instruction: string = DEFAULT_INSTRUCTION): PromptTemplate {
  const system =
    'Judge whether the Document meets the requirements based on the Query and the Instruct provided. ' +
    'Note that the answer can only be "yes" or "no".';
  return {
    prefix: `<|im_start|>system\n${system}<|im_end|>\n<|im_start|>user\n`,
    body: '<Instruct>: {instruction}\n<Query>: {query}\n<Document>:',
    document: ' {document}',
    suffix: '<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n',
    instruction,
  };
}

/**
 * The ids of the answers in a parsed tokenizer.json.
 *
 * @throws CaseMatcherError `invalid-input` when it is no BPE tokenizer with both words
 */
export function answerTokens(tokenizer: unknown, vocabulary: number): { yes: number; no: number } {
  const vocab = isRecord(tokenizer) && isRecord(tokenizer.model) ? tokenizer.model.vocab : undefined;
  if (!isRecord(vocab)) throw inputError('tokenizer.json', 'no vocabulary');
  const id = (word: string): number => {
    const value = Object.hasOwn(vocab, word) ? vocab[word] : undefined;
    if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < vocabulary)
      return value as number;
    throw inputError('tokenizer.json', `no token "${word}" inside the model's vocabulary`);
  };
  return { yes: id('yes'), no: id('no') };
}
