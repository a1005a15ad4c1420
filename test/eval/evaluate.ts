import { Reranker } from '../../src/reranker/index.ts';
import { bm25 } from '../../src/tickets/index.ts';

interface Labelled {
  readonly id: string;
  readonly title?: string;
  readonly text: string;
  readonly kind: string;
}

export interface Split {
  readonly archive: readonly Labelled[];
  readonly queries: readonly Labelled[];
}

interface Complaint {
  readonly title: string;
  readonly text: string;
}

/** Shares of queries, 0…1. */
interface Accuracy {
  readonly queries: number;
  readonly bm25Top1: number;
  readonly bm25Top3: number;
  readonly modelTop1: number;
  readonly modelTop3: number;
  /** Queries with a right answer among the candidates at all. */
  readonly reachable: number;
}

/** Of the pairs at or above a score: how many are right, and how many of all right pairs they are. */
interface Threshold {
  readonly score: number;
  readonly precision: number;
  readonly coverage: number;
}

/** Same kind of problem counts as right. BM25's best `candidates` of the archive are reordered by the model. */
export async function evaluateSplit(options: {
  model: string;
  split: Split;
  candidates: number;
}): Promise<{ accuracy: Accuracy; thresholds: Threshold[]; info: Reranker['info'] }> {
  const { archive, queries } = options.split;
  const reranker = await Reranker.load({ model: options.model, device: 'wasm' });
  const texts = archive.map((document) => [document.title, document.text].filter(Boolean).join('\n'));
  const lexical = bm25(texts);
  const pairs: { score: number; right: boolean }[] = [];
  const results = await inOrder(queries, async ({ text, kind }) => {
    const first = lexical.rank(text).slice(0, options.candidates);
    const right = (index: number): boolean => archive[index]?.kind === kind;
    const documents = first.map((index) => ({ id: String(index), text: texts[index] ?? '' }));
    const ranked = await reranker.rank(text, documents, { strategy: 'exhaustive' });
    for (const { id, score } of ranked) pairs.push({ score, right: right(Number(id)) });
    return { bm25: first.map(right), model: ranked.map(({ id }) => right(Number(id))) };
  });
  const { info } = reranker;
  await reranker.dispose();
  const scores = [0.3, 0.5, 0.7, 0.85, 0.9, 0.95];
  return {
    accuracy: accuracyOf(results),
    thresholds: scores.map((score) => thresholdOf(score, pairs)),
    info,
  };
}

/** A lexical task: the complaint whose title is the query counts as right, among BM25's best `candidates` texts. */
export async function evaluateComplaints(options: {
  model: string;
  complaints: readonly Complaint[];
  queries: number;
  candidates: number;
}): Promise<Accuracy> {
  const { complaints } = options;
  const reranker = await Reranker.load({ model: options.model, device: 'wasm' });
  const lexical = bm25(complaints.map(({ text }) => text));
  const results = await inOrder(complaints.slice(0, options.queries), async ({ title }, own) => {
    const first = lexical.rank(title).slice(0, options.candidates);
    const documents = first.map((index) => ({ id: String(index), text: complaints[index]?.text ?? '' }));
    const ranked = await reranker.rank(title, documents, { strategy: 'exhaustive' });
    return { bm25: first.map((index) => index === own), model: ranked.map(({ id }) => Number(id) === own) };
  });
  await reranker.dispose();
  return accuracyOf(results);
}

interface Result {
  /** Whether the candidate at each rank is right. */
  readonly bm25: readonly boolean[];
  readonly model: readonly boolean[];
}

async function inOrder<T>(
  queries: readonly T[],
  evaluate: (query: T, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, query] of queries.entries()) {
    results.push(await evaluate(query, index));
    if (results.length % 50 === 0) console.log(`${results.length} of ${queries.length} queries`);
  }
  return results;
}

function accuracyOf(results: readonly Result[]): Accuracy {
  const share = (hit: (result: Result) => boolean): number => results.filter(hit).length / results.length;
  return {
    queries: results.length,
    bm25Top1: share(({ bm25 }) => bm25[0] === true),
    bm25Top3: share(({ bm25 }) => bm25.slice(0, 3).includes(true)),
    modelTop1: share(({ model }) => model[0] === true),
    modelTop3: share(({ model }) => model.slice(0, 3).includes(true)),
    reachable: share(({ bm25 }) => bm25.includes(true)),
  };
}

function thresholdOf(score: number, pairs: readonly { score: number; right: boolean }[]): Threshold {
  const above = pairs.filter((pair) => pair.score >= score);
  const hits = above.filter(({ right }) => right).length;
  const all = pairs.filter(({ right }) => right).length;
  return { score, precision: hits / above.length, coverage: hits / all };
}
