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
  /**
   * Computes what can be computed before the documents are known; what it rejects with, `rank` will reject with too.
   */
  prepare?(query: string, options?: Pick<RankerOptions, 'instruction' | 'signal'>): Promise<void>;
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
  /** Whether the score is one of a passage of the text alone; `full`, which is final, where absent. */
  readonly stage?: 'passage' | 'full';
}

export interface RankerOptions {
  /** The task in words, for the model. */
  readonly instruction?: string;
  readonly topK?: number;
  readonly maxDocumentTokens?: number;
  /** How many of the best are to be read in full, where others are read by a passage. */
  readonly settle?: number;
  readonly signal?: AbortSignal;
  /** Of `total` readings `done` are made; a document may be read twice, the second time in full. */
  readonly onScore?: (document: ScoredDocument, done: number, total: number) => void;
}
