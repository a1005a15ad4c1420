import { Leaders } from '../../src/reranker/leaders.ts';
import { agreement, byLogit, meanAgreement } from './agreement.ts';

/** What an anytime ranking gives for a model whose passages foretell its full scores so well. */
export interface Fidelity {
  /** Correlation of a passage's logit with the full one. */
  readonly correlation: number;
  readonly top3: number;
  /** How many times fewer tokens than the exhaustive ranking. */
  readonly tokens: number;
}

/** Tokens that follow every document. */
const TAIL = 9;

/** What a text must have, times a passage's tokens, before it is read by a passage (rank-run.ts). */
const WORTHWHILE = 2;

/**
 * No model: logits drawn from a normal distribution, full and by passage with a given correlation, and the lengths of
 * the given documents, so as to see what the rule for leaders spares at which fidelity. Always the same draws.
 * @param options `lengths`: tokens of documents; the query is one of them.
 */
export async function simulateFidelity(options: {
  lengths: readonly number[];
  correlations: readonly number[];
  passageTokens: number;
  caution: number;
  queries: number;
  candidates: number;
}): Promise<Fidelity[]> {
  return options.correlations.map((correlation) => {
    const normal = normals(7);
    const results = Array.from({ length: options.queries }, () => simulate(options, correlation, normal));
    const sum = (part: 'exhaustive' | 'anytime'): number =>
      results.reduce((total, each) => total + each[part], 0);
    const { top3 } = meanAgreement(results.map(({ agreed }) => agreed));
    return { correlation, top3, tokens: sum('exhaustive') / sum('anytime') };
  });
}

function simulate(
  options: { lengths: readonly number[]; passageTokens: number; caution: number; candidates: number },
  correlation: number,
  normal: Normals,
) {
  const draw = (): number => options.lengths[Math.floor(normal.uniform() * options.lengths.length)] as number;
  const query = draw();
  const lengths = Array.from({ length: options.candidates }, () => Math.min(512, draw()));
  const full = lengths.map(() => normal.next());
  const leaders = new Leaders({ settle: 3, caution: options.caution });
  let tokens = query;
  const known = full.map((logit, index) => {
    const length = lengths[index] as number;
    if (length <= WORTHWHILE * options.passageTokens) {
      tokens += length + TAIL;
      leaders.addWhole(logit);
      return logit;
    }
    tokens += options.passageTokens + TAIL;
    const noise = Math.sqrt(1 - correlation ** 2) * normal.next();
    const passage = correlation * (correlation * logit + noise);
    leaders.addPassage(index, passage);
    return passage;
  });
  for (let [next] = leaders.pending(); next !== undefined; [next] = leaders.pending()) {
    known[next] = full[next] as number;
    tokens += (lengths[next] as number) + TAIL;
    leaders.addFull(known[next] as number);
  }
  return {
    agreed: agreement(byLogit(known), byLogit(full)),
    exhaustive: lengths.reduce((total, length) => total + length + TAIL, query),
    anytime: tokens,
  };
}

interface Normals {
  uniform(): number;
  next(): number;
}

/** Box–Muller over mulberry32. */
function normals(seed: number): Normals {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const next = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, next };
}
