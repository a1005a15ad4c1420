import type { ExportedDtype } from '../weights/exported-dtypes.ts';
import type { Device, VariantName } from '../weights/manifest.ts';
import type { ByteSource } from '../weights/transfer.ts';
import type { ExportedOptions } from './model-address.ts';

/** A candidate as the model sees it. Ids need not be unique: results keep one entry per document given. */
export interface RerankDocument {
  readonly id: string;
  readonly text: string;
}

export interface RankedDocument extends RerankDocument {
  /** sigmoid(logit), 0…1. */
  readonly score: number;
  /** logit(yes) − logit(no): rank on this, the score saturates. */
  readonly logit: number;
  /** 1 is best. Inside `onScore`: the rank among those scored so far. */
  readonly rank: number;
  /** Whether the text was cut to the document budget. */
  readonly truncated: boolean;
  /**
   * What the score was made of: `full`, the text as far as the document budget goes, which is final; or `passage`, the
   * sentences of it that matter most for this query.
   */
  readonly stage: RankStage;
  /** Tokens that the score was made of, those of the query aside. */
  readonly tokens: number;
}

export type RankStage = 'passage' | 'full';

/**
 * `exhaustive` reads every document in full. `anytime` first reads a passage of each that is longer, and then those
 * in full that could be among the best: see {@link RankOptions.settle}.
 */
export type RankStrategy = 'anytime' | 'exhaustive';

/** What an engine knows of itself; the page adds how it came by it. */
export type EngineInfo = Omit<RerankerInfo, 'tab' | 'shared' | 'loadMilliseconds'>;

export type LoadPhase = 'manifest' | 'download' | 'runtime' | 'self-test' | 'ready';

export interface LoadProgress {
  readonly phase: LoadPhase;
  /** Bytes of the chosen variant at hand so far, from cache or network. */
  readonly loaded: number;
  /** All bytes of the chosen variant; 0 until the manifest is read. */
  readonly total: number;
  /** Bytes that came over the network, those that had to be fetched again among them. */
  readonly fetched: number;
  /** Over the network in the last ten seconds; undefined while nothing is fetched, or not for long enough to tell. */
  readonly bytesPerSecond?: number | undefined;
  /** Until all bytes are at hand, at that rate; undefined where it cannot be told, or nothing arrives. */
  readonly secondsLeft?: number | undefined;
  /**
   * Where bytes come from now, while there is a `download`; from another tab of this origin, which downloads, by way of
   * what it stores.
   */
  readonly from?: ByteSource | undefined;
}

export interface LoadOptions {
  /**
   * URL of a model pack's folder or of its manifest.json; or of the folder of an export in the layout of
   * transformers.js (config.json, tokenizer.json, onnx/model*.onnx), which as `org/name` is looked for on a host.
   */
  readonly model: string | URL;
  /** For exports: where they are looked for by name, and which of their graphs is taken. */
  readonly exported?: ExportedOptions;
  readonly device?: 'auto' | Device;
  /**
   * After so many seconds without a call from any tab the engine ends and its memory is free; the next call loads it
   * again from the browser's store. Of several tabs the longest counts. 0 or Infinity: never. Default 600: longer than
   * an agent's look at one ticket, and 600 MB are not held through a lunch break.
   */
  readonly idleSeconds?: number;
  /** Tries again what ended in a crash twice and is therefore passed over (`crash-loop`). */
  readonly retry?: boolean;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

export interface RankOptions {
  /** The task in words, for the model; the pack's own by default. */
  readonly instruction?: string;
  /** Return only the best so many. */
  readonly topK?: number;
  /** Tokens of a document that are read, as far as the model's positions allow; the rest is cut. Default 512. */
  readonly maxDocumentTokens?: number;
  /** Default `anytime`. */
  readonly strategy?: RankStrategy;
  /** Anytime: tokens of a passage. Default 40. A document of at most twice as many is read whole at once. */
  readonly passageTokens?: number;
  /** Anytime: how many of the best are read in full and can be displaced by no other. Default `topK`, else 3. */
  readonly settle?: number;
  /**
   * Anytime: how far a full score may lie above what its passage's foretells, in standard deviations of those of this
   * call that were read in full so far. More reads more documents in full. Default 3.25.
   */
  readonly caution?: number;
  /** Whether scores computed before, by the same model for the same texts, are taken as they were. Default true. */
  readonly remember?: boolean;
  readonly signal?: AbortSignal;
  /**
   * Called for every score, twice for a document that was read by a passage and then in full. `done` of `total`
   * readings are made; `total` is what is known by now, and may change while it is found out who must be read in full.
   * Where the engine ends in mid-call (its tab was closed, its GPU lost) and another takes over, all starts anew: with
   * `done` at 1 again, ranks among the new scores, and only these in the result.
   */
  readonly onScore?: (document: RankedDocument, done: number, total: number) => void;
}

export type PrepareOptions = Pick<RankOptions, 'instruction' | 'signal'>;

/** A step down, and why. */
export interface Fallback {
  readonly device: Device;
  /** That its threads alone were given up, and it computes with one; else all of it was. */
  readonly only?: 'threads';
  /** A code of {@link CaseMatcherErrorCode}, or `not-isolated`. */
  readonly code: string;
  readonly reason: string;
}

export interface RerankerInfo {
  readonly model: string;
  /** Of a pack; of an export the kind of its weights. */
  readonly variant: VariantName | ExportedDtype;
  readonly device: Device;
  readonly threads: number;
  /** Where the engine runs: in a worker of the page, or of a hidden frame that gives it threads. */
  readonly host: 'worker' | 'frame';
  /** Whether this tab runs it, or another one of the same origin. */
  readonly tab: 'this' | 'another';
  /** Whether one engine serves all tabs. Without Web Locks (an insecure context) each has its own. */
  readonly shared: boolean;
  /** What was to be had before, and why it was left. */
  readonly fallbacks: readonly Fallback[];
  /** Whether the weights are kept for the next visit. */
  readonly persisted: boolean;
  readonly fetchedBytes: number;
  readonly totalBytes: number;
  readonly loadMilliseconds: number;
  /** The self-test, which is also the warm-up run. */
  readonly warmUpMilliseconds: number;
  /**
   * Largest distance of the self-test from the known answers, in logits; of an export, which has none, that of runs
   * which should be alike, in parts of the length of their logits.
   */
  readonly selfTestError: number;
  /** URLs of the WebAssembly files that were fetched; none where our own kernels compute. */
  readonly runtimeFiles: readonly string[];
  /** Weights held in memory, in bytes; embeddings are read from disk as they are needed. */
  readonly weightBytes: number;
  readonly thresholds: { readonly high: number; readonly medium: number };
  /** Of an export only. */
  readonly exported?: {
    /** Whether the query is computed once for all documents; else the device got that wrong and each pair is whole. */
    readonly reusesPrefix: boolean;
    /** Whether the weights were checked by SHA-256; else the server named none, and by their length alone. */
    readonly hashed: boolean;
  };
}
