import type { PackManifest, PromptTemplate } from './manifest.ts';

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

/** The tiers of the hotline that the project began with; not calibrated on any model. */
export const DEFAULT_THRESHOLDS: PackManifest['thresholds'] = { high: 0.85, medium: 0.7 };
