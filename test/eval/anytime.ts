import { type RankedDocument, type RankOptions, Reranker } from '../../src/reranker/index.ts';
import { Leaders } from '../../src/reranker/leaders.ts';
import { type Agreement, agreement, byLogit, meanAgreement } from './agreement.ts';
import { PackParts } from './pack-parts.ts';

/** A query and its candidates; `right`, where it is known which answer it. */
export interface RankTask {
  readonly query: string;
  readonly texts: readonly string[];
  readonly right?: readonly boolean[];
}

/** A kind of ranking beside the exhaustive one, over all tasks. */
export interface Compared extends Agreement {
  /** Documents read in full, beside those that were short enough; mean of a query. */
  readonly leaders: number;
  /** How many times fewer tokens were computed, the query's own included. */
  readonly tokens: number;
  /** How many times less time it took; absent where it was not run but computed from what was. */
  readonly time?: number;
  /** Share of queries whose best, and one of whose best three, is right. */
  readonly right1?: number;
  readonly right3?: number;
}

interface Reading {
  readonly logit: number;
  readonly tokens: number;
  readonly stage: 'passage' | 'full';
}

/** What a run of one query gave: the readings of each document, its order, and what it took. */
interface Run {
  readonly readings: readonly (readonly Reading[])[];
  readonly order: readonly number[];
  readonly milliseconds: number;
  /** Of the query, but for what all queries begin with, which is kept. */
  readonly queryTokens: number;
}

/** One reranker a strategy, so that neither finds a prefix that the other has computed. */
class Bench {
  readonly #exhaustive: Reranker;
  readonly #anytime: Reranker;
  readonly #queryTokens: (query: string) => number;

  private constructor(exhaustive: Reranker, anytime: Reranker, queryTokens: (query: string) => number) {
    this.#exhaustive = exhaustive;
    this.#anytime = anytime;
    this.#queryTokens = queryTokens;
  }

  static async load(model: string): Promise<Bench> {
    const prompt = await (await PackParts.open(model)).prompt();
    const load = () => Reranker.load({ model, device: 'wasm' });
    const constant = prompt.constant().length;
    return new Bench(await load(), await load(), (query) => prompt.prefix(query).length - constant);
  }

  exhaustive(task: RankTask, options: RankOptions = {}): Promise<Run> {
    return this.#run(this.#exhaustive, task, { ...options, strategy: 'exhaustive' });
  }

  anytime(task: RankTask, options: RankOptions = {}): Promise<Run> {
    return this.#run(this.#anytime, task, options);
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#exhaustive.dispose(), this.#anytime.dispose()]);
  }

  async #run(reranker: Reranker, { query, texts }: RankTask, options: RankOptions): Promise<Run> {
    const readings: Reading[][] = texts.map(() => []);
    const onScore = ({ id, logit, tokens, stage }: RankedDocument) =>
      readings[Number(id)]?.push({ logit, tokens, stage });
    const documents = texts.map((text, i) => ({ id: String(i), text }));
    // Another query in between, so that this one's prefix is not found computed.
    await reranker.prepare('-');
    const started = performance.now();
    const ranked = await reranker.rank(query, documents, { ...options, remember: false, onScore });
    const milliseconds = performance.now() - started;
    const order = ranked.map(({ id }) => Number(id));
    return { readings, order, milliseconds, queryTokens: this.#queryTokens(query) };
  }
}

/**
 * Speed and agreement with the exhaustive ranking: `byDefault` run side by side with it; `swept` from one run a
 * number of passage tokens, with each caution followed through from its logits; and `shorter`, the exhaustive ranking
 * itself of the same documents without their last five characters: what so small a change does to the model's order.
 */
export async function evaluateAnytime(options: {
  model: string;
  tasks: readonly RankTask[];
  passageTokens: readonly number[];
  cautions: readonly number[];
}): Promise<{
  exhaustive: Compared;
  byDefault: Compared;
  shorter: Compared;
  swept: { passageTokens: number; caution: number; compared: Compared }[];
}> {
  const { tasks } = options;
  const bench = await Bench.load(options.model);
  const exhaustive: Run[] = [];
  const anytime: Run[] = [];
  const shorter: Run[] = [];
  const swept = new Map<string, Run[]>();
  for (const [index, task] of tasks.entries()) {
    // Which comes first changes, lest the machine's mood counts for one of them.
    if (index % 2 === 0) anytime.push(await bench.anytime(task));
    const whole = await bench.exhaustive(task);
    if (index % 2 === 1) anytime.push(await bench.anytime(task));
    exhaustive.push(whole);
    const cut = { ...task, texts: task.texts.map(withoutEnd) };
    shorter.push(await bench.exhaustive(cut, { maxDocumentTokens: 507 }));
    for (const passageTokens of options.passageTokens) {
      const passages = await bench.anytime(task, { passageTokens, caution: 0 });
      for (const caution of options.cautions) {
        const key = `${passageTokens} ${caution}`;
        swept.set(key, [...(swept.get(key) ?? []), followed(passages, whole, caution)]);
      }
    }
    if ((index + 1) % 10 === 0) console.log(`${index + 1} of ${tasks.length} queries`);
  }
  await bench.dispose();
  const compared = (runs: readonly Run[]) => compare(runs, exhaustive, tasks);
  return {
    exhaustive: compared(exhaustive),
    byDefault: compared(anytime),
    shorter: compared(shorter),
    swept: [...swept].map(([key, runs]) => {
      const [passageTokens, caution] = key.split(' ').map(Number) as [number, number];
      const { time: _, ...rest } = compared(runs);
      return { passageTokens, caution, compared: rest };
    }),
  };
}

/** The run that another caution would have made: all logits are known. */
function followed(passages: Run, exhaustive: Run, caution: number): Run {
  const leaders = new Leaders({ settle: 3, caution });
  const readings = passages.readings.map(([first]) => [first as Reading]);
  for (const [index, [first]] of readings.entries()) {
    if ((first as Reading).stage === 'full') leaders.addWhole((first as Reading).logit);
    else leaders.addPassage(index, (first as Reading).logit);
  }
  for (let [next] = leaders.pending(); next !== undefined; [next] = leaders.pending()) {
    const full = exhaustive.readings[next]?.[0] as Reading;
    leaders.addFull(full.logit);
    readings[next]?.push(full);
  }
  const last = readings.map((all) => (all[all.length - 1] as Reading).logit);
  return { ...passages, readings, order: byLogit(last) };
}

function compare(runs: readonly Run[], exhaustive: readonly Run[], tasks: readonly RankTask[]): Compared {
  const sum = (of: readonly Run[], what: (run: Run) => number): number =>
    of.reduce((total, run) => total + what(run), 0);
  const isRight = (run: Run, index: number, depth: number): boolean =>
    run.order.slice(0, depth).some((document) => tasks[index]?.right?.[document]);
  const rightWithin = (depth: number): number =>
    runs.filter((run, index) => isRight(run, index, depth)).length / runs.length;
  return {
    ...meanAgreement(runs.map(({ order }, i) => agreement(order, exhaustive[i]?.order ?? []))),
    leaders: sum(runs, ({ readings }) => readings.filter((all) => all.length > 1).length) / runs.length,
    tokens: sum(exhaustive, tokensOf) / sum(runs, tokensOf),
    time: sum(exhaustive, ({ milliseconds }) => milliseconds) / sum(runs, ({ milliseconds }) => milliseconds),
    ...(tasks[0]?.right === undefined ? {} : { right1: rightWithin(1), right3: rightWithin(3) }),
  };
}

function tokensOf({ readings, queryTokens }: Run): number {
  return readings.flat().reduce((sum, { tokens }) => sum + tokens, queryTokens);
}

function withoutEnd(text: string): string {
  return Array.from(text).slice(0, -5).join('');
}
