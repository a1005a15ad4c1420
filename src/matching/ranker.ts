/**
 * What matching needs of a reranker. Structurally the `rank` of the public class `Reranker`, declared here so that
 * this room depends on no engine: hosts and tests may pass anything of this shape.
 */
export interface Ranker {
  /**
   * Scores every document against the query.
   * @returns the documents, best first; one entry per document given, whatever their ids.
   * Rejects with a `CaseMatcherError`, or with an AbortError once `signal` is aborted.
   */
  rank(
    query: string,
    documents: readonly RankerDocument[],
    options?: RankerOptions,
  ): Promise<readonly ScoredDocument[]>;
}

export interface RankerDocument {
  readonly id: string;
  readonly text: string;
}

export interface ScoredDocument extends RankerDocument {
  /** sigmoid(logit), 0…1. */
  readonly score: number;
  /** logit(yes) − logit(no): the order is made on this, because the score saturates. */
  readonly logit: number;
  /** 1 is best. */
  readonly rank: number;
  /** Whether the text was cut to the document budget. */
  readonly truncated: boolean;
}

export interface RankerOptions {
  /** The task in words, for the model. */
  readonly instruction?: string;
  readonly topK?: number;
  readonly maxDocumentTokens?: number;
  readonly signal?: AbortSignal;
  readonly onScore?: (document: ScoredDocument, done: number, total: number) => void;
}
