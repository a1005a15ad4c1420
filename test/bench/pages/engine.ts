/** What an engine's page offers; `bench.ts` calls these by name. */
export interface EnginePage<Options> {
  /** Loads the engine, from the browser's own store where it can. */
  load(options: Options): Promise<LoadReport>;
  rank(work: RankWork): Promise<RankReport>;
}

export interface LoadReport {
  /** Until the engine can score. */
  readonly milliseconds: number;
  /** Version, threads, and what else the table should name. */
  readonly details: string;
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
