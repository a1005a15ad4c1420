export interface LoadReport {
  /** Until the engine can score. */
  readonly milliseconds: number;
  /** Version, threads, and what else the table should name. */
  readonly details: string;
  readonly threads: number;
}

export interface RankWork {
  readonly query: string;
  readonly documents: readonly string[];
  /** What the engine's own ranking call is given besides. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A score that the engine gave out. */
export interface ScoreEvent {
  /** The document's place in the work. */
  readonly document: number;
  /** logit(yes) − logit(no) */
  readonly logit: number;
  /** Whether the document was read as far as its budget goes; else a passage of it. */
  readonly full: boolean;
  /** Milliseconds since the start. */
  readonly at: number;
}

export interface RankReport {
  /** In the order in which they came; an engine may score a document several times, the last one counts. */
  readonly scores: readonly ScoreEvent[];
  /** Until the ranking was final. */
  readonly milliseconds: number;
}

export interface Prompt {
  /** Text before the query, between it and the document, and after the document. */
  readonly parts: readonly [string, string, string];
  readonly yes: number;
  readonly no: number;
}
