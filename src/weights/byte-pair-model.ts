/** The `model` of a tokenizer.json of Qwen's kind, which is what the engine reads. */
export interface BytePairModel {
  readonly vocab: Readonly<Record<string, number>>;
  /** By rank, as `left right` or `[left, right]`. */
  readonly merges: readonly (string | readonly [string, string])[];
}

/** Settings by which other kinds of tokenizer do more; empty or false where they do not. */
const OTHER_KINDS = ['byte_fallback', 'ignore_merges', 'continuing_subword_prefix', 'end_of_word_suffix'];

export function isBytePairModel(model: unknown): model is BytePairModel {
  if (typeof model !== 'object' || model === null) return false;
  const { type, vocab, merges, ...settings } = model as Record<string, unknown>;
  return (
    type === 'BPE' &&
    typeof vocab === 'object' &&
    vocab !== null &&
    Array.isArray(merges) &&
    !OTHER_KINDS.some((name) => settings[name])
  );
}
