import { bm25 } from '../../src/tickets/index.ts';
import type { RankTask } from './anytime.ts';

interface Labelled {
  readonly title?: string;
  readonly text: string;
  readonly kind?: string;
}

/** Some 900 Chinese characters: a longer query would be refused. */
const QUERY_CHARACTERS = 900;

/** Test queries, evenly spread, and of the archive BM25's best `candidates`. `parity` 0 or 1 takes one half of them. */
export async function splitTasks(options: {
  archive: readonly Labelled[];
  queries: readonly Labelled[];
  count: number;
  candidates: number;
  parity?: number;
}): Promise<RankTask[]> {
  const texts = options.archive.map(joined);
  const lexical = bm25(texts);
  const half = options.queries.filter((_, i) => options.parity === undefined || i % 2 === options.parity);
  return spread(half, options.count).map(({ text, kind }) => {
    const first = lexical.rank(text).slice(0, options.candidates);
    return {
      query: text,
      texts: first.map((index) => texts[index] as string),
      right: first.map((index) => options.archive[index]?.kind === kind),
    };
  });
}

/** Whole complaints as queries, and BM25's best `candidates` of the others. `parity` 0 or 1 takes one half of them. */
export async function complaintTasks(options: {
  complaints: readonly Labelled[];
  count: number;
  candidates: number;
  parity: number;
}): Promise<RankTask[]> {
  const texts = options.complaints.map(joined);
  const lexical = bm25(texts);
  const half = [...texts.keys()].filter((index) => index % 2 === options.parity);
  return spread(half, options.count).map((own) => {
    const query = (texts[own] as string).slice(0, QUERY_CHARACTERS);
    const others = lexical.rank(query).filter((index) => index !== own);
    return { query, texts: others.slice(0, options.candidates).map((index) => texts[index] as string) };
  });
}

function joined({ title = '', text }: Labelled): string {
  return text.trim().startsWith(title.trim()) ? text.trim() : `${title.trim()}\n${text.trim()}`;
}

function spread<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, Math.floor(all.length / count));
  return all.filter((_, index) => index % step === 0).slice(0, count);
}
