import { describe, expect, it } from 'vitest';
import { CaseMatcherError } from '../../src/errors.ts';
import {
  DEFAULT_THRESHOLDS,
  type MatchOptions,
  type MatchState,
  match,
  type Ranker,
} from '../../src/matching/index.ts';
import type { Reranker } from '../../src/reranker/index.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';
import { scriptedRanker } from './scripted-ranker.ts';

const onScreen: Ticket = { id: 'GZ1', title: '电梯困人', text: '昨天下午困人15分钟。' };

function archive(...texts: string[]): Ticket[] {
  return texts.map((text, index) => ({ id: `HIS${index}`, text }));
}

function ready(ranker: Ranker): MatchOptions['ready'] {
  return async () => ({ ranker, thresholds: DEFAULT_THRESHOLDS });
}

async function search(
  candidates: readonly Ticket[],
  given: Partial<MatchOptions> & Pick<MatchOptions, 'ready'>,
): Promise<MatchState[]> {
  const states: MatchState[] = [];
  await match(onScreen, {
    source: { find: async () => [...candidates] },
    fallbackOrder: (_, documents) => [...documents.keys()].reverse(),
    limit: 50,
    signal: new AbortController().signal,
    onState: (state) => states.push(state),
    ...given,
  });
  return states;
}

function idsOf(state: MatchState | undefined): string[] {
  return state && 'matches' in state ? state.matches.map(({ ticket }) => ticket.id) : [];
}

describe('match', () => {
  it('shows the first-stage order at once, then scores as they arrive, then the final order', async () => {
    const states = await search(archive('a', 'b', 'c'), { ready: ready(scriptedRanker([-1, 2, 0.5])) });
    expect(states.map(({ phase }) => phase)).toEqual([
      'finding',
      'ranking',
      'ranking',
      'ranking',
      'ranking',
      'ranked',
    ]);
    expect(states[1]).toMatchObject({ done: 0, total: 3 });
    expect(idsOf(states[1])).toEqual(['HIS0', 'HIS1', 'HIS2']);
    expect(idsOf(states[3])).toEqual(['HIS1', 'HIS0', 'HIS2']);
    expect(idsOf(states[5])).toEqual(['HIS1', 'HIS2', 'HIS0']);
    expect(states[5]).toMatchObject({
      queryShortened: false,
      matches: [{ tier: 'high' }, { tier: 'low' }, { tier: 'low' }],
    });
  });

  it('shows the first-stage order before the ranker is ready', async () => {
    const states: MatchState[] = [];
    const search = new AbortController();
    const pending = match(onScreen, {
      source: { find: async () => archive('a') },
      ready: () => new Promise(() => {}),
      fallbackOrder: () => [],
      limit: 50,
      signal: search.signal,
      onState: (state) => {
        states.push(state);
      },
    });
    await Promise.race([pending, new Promise((done) => setTimeout(done))]);
    expect(states.map(({ phase }) => phase)).toEqual(['finding', 'ranking']);
  });

  it('keeps tickets with equal or odd ids apart', async () => {
    const twins = ['__proto__', '__proto__', 'constructor', ''].map((id, index) => ({
      id,
      text: `${index}`,
    }));
    const last = (await search(twins, { ready: ready(scriptedRanker([1, 4, 3, 2])) })).pop();
    expect(last && 'matches' in last && last.matches.map(({ ticket }) => ticket.text)).toEqual([
      '1',
      '2',
      '3',
      '0',
    ]);
  });

  it('leaves out the ticket on screen and what is beyond the limit', async () => {
    const candidates = [onScreen, ...archive('a', 'b', 'c')];
    const last = (await search(candidates, { ready: ready(scriptedRanker([1, 2, 3])), limit: 2 })).pop();
    expect(idsOf(last)).toEqual(['HIS1', 'HIS0']);
  });

  it('keeps a candidate without text, unscored, and does not ask the model about it', async () => {
    const ranker = scriptedRanker([-9, 0, -9]);
    const last = (await search(archive('a', ' ', 'c'), { ready: ready(ranker) })).pop();
    expect(ranker.calls[0]?.texts).toEqual(['a', 'c']);
    expect(idsOf(last)).toEqual(['HIS0', 'HIS2', 'HIS1']);
    expect(last && 'matches' in last && last.matches[2]?.score).toBeUndefined();
  });

  it('says empty where the source finds nothing, and failed where it cannot be asked', async () => {
    const ranker = scriptedRanker([]);
    expect((await search([], { ready: ready(ranker) })).pop()).toEqual({ phase: 'empty' });
    const error = new CaseMatcherError('http', { url: '/api', status: 500 });
    const source = { find: () => Promise.reject(error) };
    expect((await search([], { ready: ready(ranker), source })).pop()).toEqual({ phase: 'failed', error });
    const throwing = {
      find: () => {
        throw error;
      },
    };
    expect((await search([], { ready: ready(ranker), source: throwing })).pop()).toEqual({
      phase: 'failed',
      error,
    });
    expect(ranker.calls).toEqual([]);
  });

  it('falls back to the order without a model when the ranker fails or cannot be had', async () => {
    const error = new CaseMatcherError('worker-crashed');
    const failing = { rank: () => Promise.reject(error) };
    for (const unready of [ready(failing), () => Promise.reject(error)]) {
      const last = (await search(archive('a', 'b'), { ready: unready })).pop();
      expect(last).toMatchObject({ phase: 'unranked', error });
      expect(idsOf(last)).toEqual(['HIS1', 'HIS0']);
    }
  });

  it('orders without a model, and tells of no error, where none is to be asked', async () => {
    const states = await search(archive('a', 'b'), { ready: async () => undefined });
    expect(states.map(({ phase }) => phase)).toEqual(['finding', 'ranking', 'unranked']);
    const last = states[states.length - 1];
    expect(last && 'error' in last).toBe(false);
    expect(idsOf(last)).toEqual(['HIS1', 'HIS0']);
  });

  it('drops scores of a run that failed half-way', async () => {
    const ranker = scriptedRanker([3, 2]);
    const failing: Ranker = {
      async rank(query, documents, options) {
        await ranker.rank(query, documents.slice(0, 1), options);
        throw new CaseMatcherError('device-lost');
      },
    };
    const last = (await search(archive('a', 'b'), { ready: ready(failing) })).pop();
    expect(last && 'matches' in last && last.matches.map(({ score }) => score)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('counts scores that are no numbers as a failure', async () => {
    const last = (await search(archive('a'), { ready: ready(scriptedRanker([Number.NaN])) })).pop();
    expect(last).toMatchObject({ phase: 'unranked', error: { code: 'self-test-failed' } });
  });

  it('keeps the first-stage order when the fallback fails too', async () => {
    const states = await search(archive('a', 'b'), {
      ready: () => Promise.reject(new Error('no')),
      fallbackOrder: () => {
        throw new Error('no');
      },
    });
    expect(idsOf(states.pop())).toEqual(['HIS0', 'HIS1']);
  });

  it('shortens a query that is too long until it fits, and says so', async () => {
    const limit = 40;
    const inner = scriptedRanker([1, 2]);
    const strict: Ranker = {
      async rank(query, documents, options) {
        if (query.length > limit)
          throw new CaseMatcherError('query-too-long', { tokens: query.length, limit });
        return inner.rank(query, documents, options);
      },
    };
    const states: MatchState[] = [];
    await match(
      { id: '', title: '标题', text: '长'.repeat(500) },
      {
        source: { find: async () => archive('a', 'b') },
        ready: ready(strict),
        fallbackOrder: () => [],
        limit: 50,
        signal: new AbortController().signal,
        onState: (state) => states.push(state),
      },
    );
    expect(states.pop()).toMatchObject({ phase: 'ranked', queryShortened: true });
    expect(inner.calls[0]?.query).toMatch(/^标题\n长+$/);
  });

  it('gives up on a query that never fits, with the reason', async () => {
    let calls = 0;
    const never: Ranker = {
      async rank() {
        calls += 1;
        throw new CaseMatcherError('query-too-long', { tokens: 10, limit: 9 });
      },
    };
    const last = (await search(archive('a'), { ready: ready(never) })).pop();
    expect(last).toMatchObject({
      phase: 'unranked',
      error: { code: 'query-too-long' },
      queryShortened: false,
    });
    expect(calls).toBe(5);
  });

  it('rejects when aborted and reports nothing from then on', async () => {
    for (const phase of ['finding', 'ranking'] as const) {
      const controller = new AbortController();
      const states: MatchState[] = [];
      const pending = search(archive('a', 'b'), {
        ready: ready(scriptedRanker([1, 2])),
        signal: controller.signal,
        onState: (state) => {
          states.push(state);
          if (state.phase === phase) controller.abort();
        },
      });
      await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
      expect(states.pop()?.phase).toBe(phase);
    }
  });

  it('ignores scores that come after the end', async () => {
    let late: () => void = () => {};
    const chatty: Ranker = {
      async rank(_, documents, options) {
        const scored = { id: '0', text: 'a', score: 0.9, logit: 2, rank: 1, truncated: false };
        late = () => options?.onScore?.(scored, 1, documents.length);
        return [scored];
      },
    };
    const states: MatchState[] = [];
    await search(archive('a'), { ready: ready(chatty), onState: (state) => states.push(state) });
    late();
    expect(states.pop()?.phase).toBe('ranked');
  });

  it('lets a ranker that is ready begin with the query while candidates are being fetched', async () => {
    const begun: string[] = [];
    const ranker: Ranker = {
      ...scriptedRanker([1]),
      async prepare(query, options) {
        begun.push(`${query} ${options?.instruction}`);
        throw new CaseMatcherError('query-too-long', { tokens: 10, limit: 9 });
      },
    };
    const source = {
      find: async () => {
        await new Promise((resolve) => setTimeout(resolve));
        expect(begun).toEqual(['电梯困人\n昨天下午困人15分钟。 Judge.']);
        return archive('a');
      },
    };
    const states = await search([], { ready: ready(ranker), source, instruction: 'Judge.' });
    expect(states.pop()?.phase).toBe('ranked');
    expect(begun).toHaveLength(1);
  });

  it('asks no ranker to begin that is ready only after the candidates', async () => {
    const ranker: Ranker = {
      ...scriptedRanker([1]),
      async prepare() {
        throw new Error('too late');
      },
    };
    const late = async () => {
      await new Promise((resolve) => setTimeout(resolve));
      return { ranker, thresholds: DEFAULT_THRESHOLDS };
    };
    expect((await search(archive('a'), { ready: late })).pop()?.phase).toBe('ranked');
  });

  it('tells first scores from second readings, of which a text has both', async () => {
    const asked: unknown[] = [];
    const twice: Ranker = {
      async rank(_, documents, options = {}) {
        asked.push(options.settle);
        const of = (index: number, logit: number, stage: 'passage' | 'full') => {
          const document = documents[index] as { id: string; text: string };
          return { ...document, logit, score: 1 / (1 + Math.exp(-logit)), rank: 1, truncated: false, stage };
        };
        const first = [of(0, 1, 'passage'), of(1, 3, 'passage'), of(2, 2, 'full')];
        for (const [i, scored] of first.entries()) options.onScore?.(scored, i + 1, 4);
        const again = of(1, 0, 'full');
        options.onScore?.(again, 4, 4);
        return [first[2], first[0], again] as never;
      },
    };
    const states = await search(archive('a', 'b', 'c'), { ready: ready(twice), top: 2 });
    const rankings = states.flatMap((state) => (state.phase === 'ranking' ? [state] : []));
    expect(rankings.map(({ done, total, refined }) => ({ done, total, refined }))).toEqual([
      { done: 0, total: 3, refined: undefined },
      { done: 1, total: 3, refined: undefined },
      { done: 2, total: 3, refined: undefined },
      { done: 3, total: 3, refined: { done: 0, total: 1 } },
      { done: 3, total: 3, refined: { done: 1, total: 1 } },
    ]);
    expect(idsOf(rankings[3])).toEqual(['HIS1', 'HIS2', 'HIS0']);
    expect(states[states.length - 1]).toMatchObject({
      phase: 'ranked',
      matches: [{ stage: 'full' }, { stage: 'passage' }, { stage: 'full' }],
    });
    expect(idsOf(states.pop())).toEqual(['HIS2', 'HIS0', 'HIS1']);
    expect(asked).toEqual([2]);
  });

  it('takes the public Reranker as a Ranker', () => {
    const asRanker: (reranker: Reranker) => Ranker = (reranker) => reranker;
    expect(asRanker).toBeTypeOf('function');
  });
});
