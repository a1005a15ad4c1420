import { abortReason, CaseMatcherError } from '../errors.ts';
import { Leaders } from './leaders.ts';
import type { LoadedModel } from './loaded-model.ts';
import { nextTask } from './next-task.ts';
import { Passages } from './passage.ts';
import type { Prefixes } from './prefixes.ts';
import type { DocumentPart } from './prompt.ts';
import { groupByBudget } from './run-plan.ts';
import type { ScoreMemory } from './score-memory.ts';
import type { Prefix } from './scorer.ts';
import type { RankStage, RankStrategy } from './types.ts';

/** Texts that are tokenised at once: ten thousand need not be in memory as ids. */
const TOKENISED_AHEAD = 16;

/** Times its tokens that a text must have before a passage of it is read: a leader is read twice. */
const WORTHWHILE = 2;

/** What `rank` is asked for, with all defaults filled in. */
export interface RankArgument extends PrepareArgument {
  readonly texts: readonly string[];
  readonly maxDocumentTokens: number;
  readonly strategy: RankStrategy;
  readonly passageTokens: number;
  readonly settle: number;
  readonly caution: number;
  readonly remember: boolean;
}

export interface PrepareArgument {
  readonly query: string;
  readonly instruction?: string;
}

export interface ScoreEvent {
  /** Index into `texts`. */
  readonly index: number;
  readonly logit: number;
  readonly truncated: boolean;
  readonly stage: RankStage;
  readonly tokens: number;
  /** Readings made, and readings that will be made as far as is known. */
  readonly done: number;
  readonly total: number;
}

/** What a call works with; the last two outlive it. */
export interface RankModel extends Pick<LoadedModel, 'scorer' | 'prompt' | 'maxPositions'> {
  readonly prefixes: Prefixes;
  readonly memory: ScoreMemory;
}

/** A text to be scored, whole or by a passage. */
interface Reading {
  readonly index: number;
  readonly stage: ScoreEvent['stage'];
  readonly part: DocumentPart;
  /** Whether the text is longer than what is read of it in full. */
  readonly truncated: boolean;
}

/** A reading and what came of it. */
interface Scored extends Reading {
  readonly logit: number;
}

interface RunOptions {
  readonly signal: AbortSignal;
  /** Awaited between two runs of the model: waiting messages are let in, and perhaps a more urgent call. */
  readonly pause?: () => Promise<void>;
  readonly onScore: (event: ScoreEvent) => void;
}

/** Computes what all documents of a query share, and keeps it for the {@link RankRun} to come. */
export async function prepare(
  model: RankModel,
  { query, instruction }: PrepareArgument,
  { signal }: Pick<RunOptions, 'signal'>,
): Promise<void> {
  const { prompt, prefixes } = model;
  const ids = prompt.prefix(query, instruction);
  await prefixes.get({ ids, constant: prompt.constant(instruction), signal });
}

/** One call of `rank`: scores every text, in order, and with passages the leaders once more. */
export class RankRun {
  readonly #model: RankModel;
  readonly #argument: RankArgument;
  readonly #options: RunOptions;
  readonly #ids: Int32Array;
  /** Tokens of a text that are read in full. */
  readonly #budget: number;
  #prefix: Prefix | undefined;

  /** Throws `query-too-long`. */
  constructor(model: RankModel, argument: RankArgument, options: RunOptions) {
    this.#model = model;
    this.#argument = argument;
    this.#options = options;
    this.#ids = model.prompt.prefix(argument.query, argument.instruction);
    const { length } = this.#ids;
    const room = model.maxPositions - length - model.prompt.tailLength;
    if (room < 1) throw new CaseMatcherError('query-too-long', { tokens: length, limit: length + room - 1 });
    this.#budget = Math.min(argument.maxDocumentTokens, room);
  }

  /** An abort takes effect after one run of the model. */
  async run(): Promise<void> {
    const { strategy, passageTokens } = this.#argument;
    if (strategy === 'exhaustive' || WORTHWHILE * passageTokens >= this.#budget) await this.#readAll();
    else await this.#readPassagesFirst();
  }

  async #readAll(): Promise<void> {
    const total = this.#argument.texts.length;
    let done = 0;
    for await (const texts of this.#windows()) {
      await this.#score(texts.map(this.#whole), (scored) => this.#emit(scored, ++done, total));
    }
  }

  async #readPassagesFirst(): Promise<void> {
    const { query, texts, settle, caution } = this.#argument;
    const passages = new Passages(query);
    const leaders = new Leaders({ settle, caution });
    const long: number[] = [];
    for await (const window of this.#windows()) {
      for (const { index, text } of window) {
        const { part } = this.#whole({ index, text });
        passages.add(text);
        if (this.#isLong(part)) long.push(part.ids.length);
      }
    }
    if (!this.#pays(long, leaders.least)) return this.#readAll();

    let done = 0;
    for await (const window of this.#windows()) {
      const readings = window.map(({ index, text }) => this.#passage(passages, index, text));
      await this.#score(readings, (scored) => {
        if (scored.stage === 'full') leaders.addWhole(scored.logit);
        else leaders.addPassage(scored.index, scored.logit);
        this.#emit(scored, ++done, texts.length + leaders.certain);
      });
    }
    for (let next = leaders.pending(); next.length > 0; next = leaders.pending()) {
      await this.#pause();
      await this.#score(this.#together(next), (scored) => {
        leaders.addFull(scored.logit);
        this.#emit(scored, ++done, done + leaders.pending().length);
      });
    }
  }

  /** Texts in order, some at a time; between them an abort is heard. */
  async *#windows(): AsyncGenerator<{ index: number; text: string }[], void> {
    const { texts } = this.#argument;
    for (let start = 0; start < texts.length; start += TOKENISED_AHEAD) {
      await this.#pause();
      yield texts.slice(start, start + TOKENISED_AHEAD).map((text, i) => ({ index: start + i, text }));
    }
  }

  readonly #whole = ({ index, text }: { index: number; text: string }): Reading => {
    const part = this.#model.prompt.document(text, this.#budget);
    return { index, stage: 'full', part, truncated: part.truncated };
  };

  #isLong({ ids }: DocumentPart): boolean {
    return ids.length - this.#model.prompt.tailLength > WORTHWHILE * this.#argument.passageTokens;
  }

  /** Whether passages of the long texts and the fewest `leaders` are less to read than these texts themselves. */
  #pays(long: readonly number[], leaders: number): boolean {
    const passage = this.#argument.passageTokens + this.#model.prompt.tailLength;
    const whole = long.reduce((sum, length) => sum + length, 0);
    return long.length * passage + (leaders * whole) / long.length < whole;
  }

  /** A text for which a passage would spare little is read whole: its score is final. */
  #passage(passages: Passages, index: number, text: string): Reading {
    const { prompt } = this.#model;
    const { passageTokens } = this.#argument;
    const whole = this.#whole({ index, text });
    if (!this.#isLong(whole.part)) return whole;
    const passage = passages.of(text, {
      tokens: passageTokens,
      within: this.#budget,
      count: (sentence) => prompt.count(sentence),
    });
    return { ...whole, stage: 'passage', part: prompt.document(passage, passageTokens) };
  }

  /** As many of these texts, from the first on, as are best read in one run. */
  #together(indices: readonly number[]): Reading[] {
    const { texts } = this.#argument;
    const readings: Reading[] = [];
    // Where nothing had to be computed so far, this will be remembered as well: one by one is as good.
    let room = this.#prefix === undefined ? 0 : this.#model.scorer.tokensTogether(this.#prefix);
    for (const index of indices) {
      const reading = this.#whole({ index, text: texts[index] as string });
      room -= reading.part.ids.length;
      if (readings.length > 0 && room < 0) break;
      readings.push(reading);
    }
    return readings;
  }

  /** Scores those that are not remembered in as few runs as is best. */
  async #score(readings: readonly Reading[], onScored: (scored: Scored) => void): Promise<void> {
    const { scorer, memory } = this.#model;
    const { signal } = this.#options;
    const unknown: { reading: Reading; key: string | undefined }[] = [];
    for (const reading of readings) {
      const key = this.#argument.remember ? await memory.key(this.#ids, reading.part.ids) : undefined;
      const logit = key === undefined ? undefined : memory.get(key);
      if (logit === undefined) unknown.push({ reading, key });
      else onScored({ ...reading, logit });
    }
    if (unknown.length === 0) return;
    let prefix = await this.#ready();
    const lengths = unknown.map(({ reading }) => reading.part.ids.length);
    for (const group of groupByBudget(lengths, () => scorer.tokensTogether(prefix))) {
      await this.#pause();
      // What another call has computed meanwhile may have taken its place.
      prefix = await this.#ready();
      const suffixes = group.map((i) => (unknown[i] as { reading: Reading }).reading.part.ids);
      const logits = await scorer.score(prefix, suffixes, { signal });
      group.forEach((i, place) => {
        const { reading, key } = unknown[i] as { reading: Reading; key: string | undefined };
        const logit = finite(logits[place]);
        if (key !== undefined) memory.set(key, logit);
        onScored({ ...reading, logit });
      });
    }
  }

  /** What the documents share, once a score must be computed. */
  async #ready(): Promise<Prefix> {
    const { prompt, prefixes } = this.#model;
    const { signal } = this.#options;
    const constant = prompt.constant(this.#argument.instruction);
    const prefix = await prefixes.get({ ids: this.#ids, constant, signal });
    this.#prefix = prefix;
    return prefix;
  }

  #emit({ index, stage, logit, truncated, part }: Scored, done: number, total: number): void {
    const tokens = part.ids.length;
    this.#options.onScore({ index, stage, logit, truncated, tokens, done, total });
  }

  async #pause(): Promise<void> {
    await (this.#options.pause ?? nextTask)();
    if (this.#options.signal.aborted) throw abortReason(this.#options.signal);
  }
}

/** A run that gives NaN computes nonsense; it must not be sorted. */
function finite(logit: number | undefined): number {
  if (logit !== undefined && Number.isFinite(logit)) return logit;
  throw new CaseMatcherError('runtime-unavailable', { reason: 'the model returned no number' });
}
