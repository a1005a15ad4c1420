import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaseMatcherError } from '../../src/errors.ts';
import {
  DEFAULT_THRESHOLDS,
  type MatchOptions,
  type MatchState,
  match,
  mergeScores,
  parseLexicon,
  type Ranker,
  secondRound,
} from '../../src/matching/index.ts';
import zh from '../../src/matching/lexicon/zh.json';
import { type Match, mergeRounds } from '../../src/matching/merge.ts';
import { type CandidateSource, type FindOptions, listSource, type Ticket } from '../../src/tickets/index.ts';

const lexicon = parseLexicon(zh);
const onScreen: Ticket = {
  id: 'GZ1',
  text: '3号楼电梯经常卡顿，物业推诿，昨天下午王先生被吓到。',
  category: ['住房城乡建设', '电梯安全'],
};
const unlike: Ticket[] = [
  { id: 'HIS1', text: '电梯广告收益没有公示' },
  { id: 'HIS2', text: '想加装电梯要什么手续' },
];
const alike: Ticket[] = [
  { id: 'HIS3', text: '升降机坏了没人修' },
  { id: 'HIS4', text: '扶梯故障半个月，特种设备没人管', category: ['住房城乡建设', '扶梯'] },
];

/** Scores by the ticket's text, whatever the query; others get 0.1. */
function rankerOf(scores: Readonly<Record<string, number>>): Ranker & { queries: string[] } {
  const queries: string[] = [];
  return {
    queries,
    async rank(query, documents) {
      queries.push(query);
      return documents.map((document) => {
        const score = scores[document.text] ?? 0.1;
        return { ...document, score, logit: Math.log(score / (1 - score)), rank: 1, truncated: false };
      });
    },
  };
}

/** Answers the first call and the second with other tickets. */
function twoRounds(
  ...rounds: readonly (readonly Ticket[])[]
): CandidateSource & { asked: [Ticket, FindOptions][] } {
  const asked: [Ticket, FindOptions][] = [];
  return {
    asked,
    async find(ticket, options) {
      asked.push([ticket, options]);
      return [...(rounds[asked.length - 1] ?? [])];
    },
  };
}

async function search(given: Partial<MatchOptions> & { ranker?: Ranker }): Promise<MatchState[]> {
  const states: MatchState[] = [];
  const { ranker = rankerOf({}), ...options } = given;
  await match(onScreen, {
    source: twoRounds(unlike, alike),
    ready: async () => ({ ranker, thresholds: DEFAULT_THRESHOLDS }),
    fallbackOrder: () => [],
    limit: 50,
    generalise: async () => ({ secondRound, lexicon }),
    signal: new AbortController().signal,
    onState: (state) => states.push(state),
    ...options,
  });
  return states;
}

function ranked(states: readonly MatchState[]) {
  const last = states[states.length - 1];
  if (last?.phase !== 'ranked') throw new Error(`not ranked but ${last?.phase}`);
  return last;
}

const idsOf = ({ matches }: { matches: readonly Match[] }) => matches.map(({ ticket }) => ticket.id);

describe('the second round', () => {
  it('comes when all is low: the query is widened, and what is new and alike goes first, labelled', async () => {
    const source = twoRounds(unlike, [...alike, ...unlike]);
    const ranker = rankerOf({ 升降机坏了没人修: 0.95 });
    const states = await search({ source, ranker });
    expect(states.map(({ phase }) => phase)).toEqual([
      'finding',
      'ranking',
      'widening',
      'widening',
      'ranked',
    ]);
    const last = ranked(states);
    expect(idsOf(last)).toEqual(['HIS3', 'HIS1', 'HIS2', 'HIS4']);
    expect(last.matches.map(({ rank, firstStageRank }) => [rank, firstStageRank])).toEqual([
      [1, 3],
      [2, 1],
      [3, 2],
      [4, 4],
    ]);
    // A disposal found by a broader question is none to be reused unseen.
    expect(last.matches[0]).toMatchObject({ tier: 'medium', score: expect.closeTo(0.95) });
    expect(last.matches.map(({ widenings }) => widenings !== undefined)).toEqual([true, false, false, true]);
    expect(last.generalisation?.widenings).toEqual([
      { key: 'lift-stall', from: '电梯卡顿', to: '特种设备故障' },
      { key: 'property-shirking', from: '物业推诿', to: '主体责任不落实' },
      { key: 'category', from: '电梯安全', to: '住房城乡建设' },
    ]);
    expect(last.generalisation).toMatchObject({
      found: 2,
      counts: [
        { key: 'lift-stall', found: 2, helped: 1 },
        { key: 'property-shirking', found: 2, helped: 1 },
        { key: 'category', found: 1, helped: 0 },
      ],
    });
    expect(JSON.stringify(last.generalisation?.counts)).not.toMatch(/[\u4e00-\u9fff]/);
    expect(ranker.queries).toEqual([onScreen.text, last.generalisation?.query]);
  });

  it('asks the source with broader words, other wordings and the parent category, and says what was seen', async () => {
    const source = twoRounds(unlike, []);
    await search({ source });
    const [ticket, options] = source.asked[1] ?? [];
    for (const word of ['特种设备故障', '主体责任不落实', '升降机', '扶梯故障', '电梯安全']) {
      expect(ticket?.text).toContain(word);
    }
    for (const particular of ['3号楼', '昨天', '王先生']) expect(ticket?.text).not.toContain(particular);
    expect(ticket).toMatchObject({ id: 'GZ1', category: ['住房城乡建设'] });
    expect(ticket?.text.length).toBeLessThanOrEqual(400);
    expect(options?.seen?.map(({ id }) => id)).toEqual(['HIS1', 'HIS2']);
    expect(source.asked).toHaveLength(2);
  });

  it('scores only what was not seen', async () => {
    const texts: string[][] = [];
    const ranker: Ranker = {
      rank: async (query, documents) => {
        texts.push(documents.map(({ text }) => text));
        return rankerOf({}).rank(query, documents);
      },
    };
    await search({
      ranker,
      source: twoRounds(unlike, [unlike[0] as Ticket, alike[0] as Ticket, onScreen, alike[0] as Ticket]),
    });
    expect(texts[1]).toEqual(['升降机坏了没人修']);
  });

  it('takes from a list of the host what did not fit into the first', async () => {
    const source = listSource([...unlike, ...alike]);
    const last = ranked(await search({ source, limit: 2, ranker: rankerOf({ 升降机坏了没人修: 0.8 }) }));
    expect(idsOf(last)).toEqual(['HIS3', 'HIS1', 'HIS2', 'HIS4']);
  });

  it.each([
    ['something is medium, at its very edge', { ranker: rankerOf({ 电梯广告收益没有公示: 0.7 }) }],
    ['it is switched off', { generalise: undefined as never }],
    ['there is no lexicon', { generalise: async () => undefined }],
  ])('does not come where %s', async (_, given) => {
    const source = twoRounds(unlike, alike);
    const states = await search({ source, ...given });
    expect(ranked(states).generalisation).toBeUndefined();
    expect(source.asked).toHaveLength(1);
  });

  it('does come just below the edge', async () => {
    const below = rankerOf({ 电梯广告收益没有公示: 0.7 - 1e-9 });
    expect(ranked(await search({ ranker: below })).generalisation).toBeDefined();
  });

  it('does not come where nothing can be widened', async () => {
    const states: MatchState[] = [];
    await match(
      { id: '', text: '樱花开了' },
      {
        source: twoRounds(unlike, alike),
        ready: async () => ({ ranker: rankerOf({}), thresholds: DEFAULT_THRESHOLDS }),
        fallbackOrder: () => [],
        limit: 50,
        generalise: async () => ({ secondRound, lexicon }),
        signal: new AbortController().signal,
        onState: (state) => states.push(state),
      },
    );
    expect(states.map(({ phase }) => phase)).toEqual(['finding', 'ranking', 'ranked']);
  });

  it('that finds nothing new says so, and changes nothing', async () => {
    const last = ranked(await search({ source: twoRounds(unlike, unlike) }));
    expect(idsOf(last)).toEqual(['HIS1', 'HIS2']);
    expect(last.generalisation).toMatchObject({
      found: 0,
      counts: [{ helped: 0 }, { helped: 0 }, { helped: 0 }],
    });
  });

  it('that fails leaves what the first gave, with the reason', async () => {
    const error = new CaseMatcherError('http', { url: '/api', status: 500 });
    const source = twoRounds(unlike);
    const failing: CandidateSource = {
      find: (ticket, options) =>
        source.asked.length === 0 ? source.find(ticket, options) : Promise.reject(error),
    };
    const unanswered = ranked(await search({ source: failing }));
    expect(idsOf(unanswered)).toEqual(['HIS1', 'HIS2']);
    expect(unanswered.generalisation).toMatchObject({ error, counts: [] });

    const crashed = new CaseMatcherError('worker-crashed');
    const once = rankerOf({});
    const ranker: Ranker = {
      rank: (query, documents) =>
        once.queries.length === 0 ? once.rank(query, documents) : Promise.reject(crashed),
    };
    const unscored = ranked(await search({ ranker }));
    expect(idsOf(unscored)).toEqual(['HIS1', 'HIS2']);
    expect(unscored.generalisation).toMatchObject({ error: crashed, found: 2 });
  });

  it('ends with the search when that is aborted, and reports nothing from then on', async () => {
    const controller = new AbortController();
    const states: MatchState[] = [];
    const pending = search({
      signal: controller.signal,
      onState: (state) => {
        states.push(state);
        if (state.phase === 'widening') controller.abort();
      },
    });
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
    expect(states.map(({ phase }) => phase)).toEqual(['finding', 'ranking', 'widening']);
  });

  it('shortens a widened query that is too long', async () => {
    const inner = rankerOf({});
    const ranker: Ranker = {
      async rank(query, documents) {
        if (query.length > onScreen.text.length) {
          throw new CaseMatcherError('query-too-long', { tokens: query.length, limit: onScreen.text.length });
        }
        return inner.rank(query, documents);
      },
    };
    const last = ranked(await search({ ranker }));
    expect(last.queryShortened).toBe(false);
    expect(last.generalisation?.query).toBe(inner.queries[1]);
    expect(last.generalisation?.query).toContain('特种设备故障');
  });
});

describe('both rounds', () => {
  const text = fc.constantFrom('电梯卡顿', '升降机坏了', '路灯不亮', '物业推诿', '', ' ', '樱花');
  const past = fc.record(
    { id: fc.constantFrom('a', 'b', 'c', '__proto__', ''), text, title: text, category: fc.array(text) },
    { requiredKeys: ['id'] },
  ) as fc.Arbitrary<Ticket>;
  const score = fc.constantFrom(0.1, 0.7 - 1e-12, 0.7, 0.85 - 1e-12, 0.85, 0.99);

  it('lose no candidate, whatever fields it lacks, and give each the tier of its score', async () => {
    const both = fc.tuple(fc.array(past, { minLength: 1, maxLength: 8 }), fc.array(past, { maxLength: 8 }));
    await fc.assert(
      fc.asyncProperty(
        both,
        fc.array(score, { minLength: 20, maxLength: 20 }),
        async ([one, two], scores) => {
          let given = 0;
          const ranker: Ranker = {
            rank: async (_, documents) =>
              documents.map((document) => {
                const value = scores[given++ % scores.length] as number;
                const logit = Math.log(value / (1 - value));
                return { ...document, score: value, logit, rank: 1, truncated: false };
              }),
          };
          const { matches, generalisation } = ranked(await search({ source: twoRounds(one, two), ranker }));
          const first = matches
            .filter(({ widenings }) => widenings === undefined)
            .map(({ ticket }) => ticket);
          expect(new Set(first)).toEqual(new Set(one));
          expect(first).toHaveLength(one.length);
          expect(matches).toHaveLength(one.length + (generalisation?.found ?? 0));
          expect(matches.map(({ rank }) => rank)).toEqual(matches.map((_, index) => index + 1));
          for (const { score: value, tier, widenings } of matches) {
            if (value === undefined) expect(tier).toBeUndefined();
            else if (value < 0.7) expect(tier).toBe('low');
            else expect(tier).toBe(value < 0.85 || widenings ? 'medium' : 'high');
          }
          const firstIsLow = matches.every(({ widenings, tier }) => widenings || (tier ?? 'low') === 'low');
          expect(generalisation !== undefined).toBe(firstIsLow);
        },
      ),
    );
  });
});

describe('mergeRounds', () => {
  const logit = fc.option(fc.integer({ min: -4, max: 4 }));
  const scored = (logits: readonly (number | null)[], prefix: string) =>
    mergeScores(
      logits.map((_, index) => ({ id: `${prefix}${index}`, text: '诉求' })),
      new Map(
        logits.flatMap((value, index) =>
          value === null
            ? []
            : [[index, { logit: value, score: 1 / (1 + Math.exp(-value)), truncated: false }] as const],
        ),
      ),
      DEFAULT_THRESHOLDS,
    );
  const widenings = [{ key: 'lift', from: '电梯', to: '特种设备' }];

  it('loses and repeats no match, keeps the order of each round, and puts alike ones of the second first', () => {
    fc.assert(
      fc.property(fc.array(logit, { maxLength: 30 }), fc.array(logit, { maxLength: 30 }), (one, two) => {
        const first = scored(
          one.map((value) => (value === null ? null : Math.min(value, 0))),
          'a',
        );
        const second = scored(two, 'b');
        const merged = mergeRounds(first, second, widenings);
        expect(merged.map(({ rank }) => rank)).toEqual(merged.map((_, index) => index + 1));
        const ids = merged.map(({ ticket }) => ticket.id);
        expect(ids.filter((id) => id.startsWith('a'))).toEqual(first.map(({ ticket }) => ticket.id));
        expect(ids.filter((id) => id.startsWith('b'))).toEqual(second.map(({ ticket }) => ticket.id));
        expect(new Set(merged.map(({ firstStageRank }) => firstStageRank)).size).toBe(
          first.length + second.length,
        );
        expect(merged.filter(({ tier }) => tier === 'high')).toEqual([]);
        const alike = second.filter(({ tier }) => tier === 'high' || tier === 'medium').length;
        expect(merged.slice(0, alike).every(({ tier, widenings }) => tier === 'medium' && widenings)).toBe(
          true,
        );
        expect(merged.slice(alike, alike + first.length).every(({ widenings }) => !widenings)).toBe(true);
        expect(mergeRounds(first, second, widenings)).toEqual(merged);
      }),
    );
  });
});
