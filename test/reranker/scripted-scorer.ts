import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Prefixes } from '../../src/reranker/prefixes.ts';
import { Prompt } from '../../src/reranker/prompt.ts';
import { type RankArgument, RankRun, type ScoreEvent } from '../../src/reranker/rank-run.ts';
import { ScoreMemory } from '../../src/reranker/score-memory.ts';
import type { Prefix, Scorer } from '../../src/reranker/scorer.ts';
import { Tokenizer } from '../../src/reranker/tokenizer.ts';
import { promptTemplate } from '../../src/weights/official-prompt.ts';

interface ScriptedPrefix extends Prefix {
  readonly ids: readonly number[];
}

/** A scorer that computes nothing: it gives what the script says, and notes what it was asked. */
export class ScriptedScorer implements Scorer {
  /** Ids given to each prefill, and of what it went on from. */
  readonly prefills: { ids: readonly number[]; after: readonly number[] }[] = [];
  readonly runs: (readonly Int32Array[])[] = [];
  readonly held = new Set<Prefix>();
  together = 0;
  readonly #logit: (suffix: Int32Array, prefix: readonly number[]) => number;

  constructor(logit: (suffix: Int32Array, prefix: readonly number[]) => number = (suffix) => suffix.length) {
    this.#logit = logit;
  }

  async prefill(prefix: Int32Array, { signal, after }: { signal?: AbortSignal; after?: Prefix } = {}) {
    if (signal?.aborted) throw new DOMException('aborted', 'AbortError');
    const before = (after as ScriptedPrefix | undefined)?.ids ?? [];
    this.prefills.push({ ids: [...prefix], after: before });
    const ids = [...before, ...prefix];
    const made: ScriptedPrefix = { length: ids.length, ids };
    this.held.add(made);
    return made;
  }

  tokensTogether(): number {
    return this.together;
  }

  async score(prefix: Prefix, suffixes: readonly Int32Array[]): Promise<Float32Array> {
    if (!this.held.has(prefix)) throw new Error('scored after a prefix that was released');
    this.runs.push(suffixes);
    return Float32Array.from(suffixes, (suffix) => this.#logit(suffix, (prefix as ScriptedPrefix).ids));
  }

  release(prefix: Prefix): void {
    if (!this.held.delete(prefix)) throw new Error('released twice');
  }
}

const DEMO = resolve('public/models/demo');

/** With the demo model's tokenizer: a token for almost every character. */
export function demoPrompt(): Prompt {
  const { tokenizer } = JSON.parse(readFileSync(resolve(DEMO, 'manifest.json'), 'utf8'));
  const json = readFileSync(resolve(DEMO, tokenizer.chunks[0].path), 'utf8');
  return new Prompt(new Tokenizer(JSON.parse(json)), promptTemplate());
}

export function rankModel(scorer: Scorer, options: { prompt?: Prompt; memory?: ScoreMemory } = {}) {
  const { prompt = demoPrompt(), memory = new ScoreMemory() } = options;
  return { scorer, prompt, maxPositions: 2048, prefixes: new Prefixes(scorer), memory };
}

export const ARGUMENT: RankArgument = {
  query: '电梯困人',
  texts: [],
  maxDocumentTokens: 512,
  strategy: 'anytime',
  passageTokens: 20,
  settle: 3,
  caution: 2.5,
  remember: true,
};

/** All events of one call. */
export async function ranked(
  model: ReturnType<typeof rankModel>,
  argument: Partial<RankArgument>,
  options: { signal?: AbortSignal; onScore?: (event: ScoreEvent) => void } = {},
): Promise<ScoreEvent[]> {
  const events: ScoreEvent[] = [];
  const { signal = new AbortController().signal } = options;
  const onScore = (event: ScoreEvent): void => {
    events.push(event);
    options.onScore?.(event);
  };
  await new RankRun(model, { ...ARGUMENT, ...argument }, { signal, onScore }).run();
  return events;
}
