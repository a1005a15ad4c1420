import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaseMatcherError } from '../../src/errors.ts';
import { evidenceOf, partsOf } from '../../src/matching/evidence.ts';
import {
  DEFAULT_THRESHOLDS,
  type Explanation,
  explain,
  type MatchState,
  mergeScores,
  parseLexicon,
  type Ranker,
} from '../../src/matching/index.ts';
import zh from '../../src/matching/lexicon/zh.json';
import type { Match } from '../../src/matching/merge.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';

const lexicon = parseLexicon(zh);
const onScreen: Ticket = { id: 'GZ1', text: '电梯困人，等配件拖了两周。' };
const past: Ticket[] = [
  { id: 'HIS1', title: '电梯', text: '您好，电梯又坏了。里面困了两个人！配件一直没到。请尽快处理。' },
  { id: 'HIS2', text: '升降机被困。绿化带没人修剪。' },
];

/** Scores a sentence by how often it says one of these words, and notes what it was asked. */
function wordRanker(...words: string[]): Ranker & {
  asked: { query: string; texts: string[]; instruction: string | undefined; settle: number | undefined }[];
} {
  const asked: {
    query: string;
    texts: string[];
    instruction: string | undefined;
    settle: number | undefined;
  }[] = [];
  return {
    asked,
    async rank(query, documents, { instruction, settle } = {}) {
      asked.push({ query, texts: documents.map(({ text }) => text), instruction, settle });
      return documents.map((document) => {
        const logit = words.filter((word) => document.text.includes(word)).length * 3 - 3;
        return { ...document, logit, score: 1 / (1 + Math.exp(-logit)), rank: 1, truncated: false };
      });
    },
  };
}

function rankedState(
  logits: readonly number[],
  extra: object = {},
): Extract<MatchState, { phase: 'ranked' }> {
  const scores = new Map(
    logits.map((logit, index) => [index, { logit, score: 1 / (1 + Math.exp(-logit)), truncated: false }]),
  );
  const matches = mergeScores(past, scores, DEFAULT_THRESHOLDS);
  return { phase: 'ranked', matches, query: onScreen.text, queryShortened: false, ...extra };
}

async function explained(
  state: Extract<MatchState, { phase: 'ranked' | 'unranked' }>,
  ranker: Ranker | undefined,
  options: Partial<Parameters<typeof explain>[2]> = {},
): Promise<[Match, Explanation][]> {
  const told: [Match, Explanation][] = [];
  await explain(onScreen, state, {
    lexicon,
    shown: state.matches,
    ranker,
    signal: new AbortController().signal,
    onExplained: (match, explanation) => told.push([match, explanation]),
    ...options,
  });
  return told;
}

const sentencesOf = (ticket: Ticket, { evidence }: Explanation) =>
  evidence?.map(({ field, start, end }) => ticket[field]?.slice(start, end));

describe('explain', () => {
  it('tells the words of all shown at once, then the sentences of one after the other', async () => {
    const ranker = wordRanker('困', '梯');
    const told = await explained(rankedState([3, 2]), ranker, { instruction: 'Judge.' });
    expect(told.map(([{ ticket }, { evidence }]) => [ticket.id, evidence !== undefined])).toEqual([
      ['HIS1', false],
      ['HIS2', false],
      ['HIS1', true],
      ['HIS2', true],
    ]);
    const [, , [match, first], [other, second]] = told as [
      unknown,
      unknown,
      [Match, Explanation],
      [Match, Explanation],
    ];
    expect(first.shared.map(({ label }) => label)).toContain('困人');
    expect(sentencesOf(match.ticket, first)).toEqual(['您好，电梯又坏了。', '里面困了两个人！']);
    expect(sentencesOf(other.ticket, second)).toEqual(['升降机被困。']);
    // By the same query and instruction as the ranking, all of them read in full.
    expect(ranker.asked).toEqual([
      {
        query: onScreen.text,
        // A plea says nothing of the matter and is not asked about.
        texts: ['您好，电梯又坏了。', '里面困了两个人！', '配件一直没到。'],
        instruction: 'Judge.',
        settle: 3,
      },
      { query: onScreen.text, texts: ['升降机被困。', '绿化带没人修剪。'], instruction: 'Judge.', settle: 2 },
    ]);
  });

  it('tells the differences of a medium match alone', async () => {
    // 0.95, and 0.75.
    const told = await explained(rankedState([3, 1.1]), undefined);
    expect(told.map(([{ tier }, { differences }]) => [tier, differences.length > 0])).toEqual([
      ['high', false],
      ['medium', true],
    ]);
  });

  it('explains those shown and no others', async () => {
    const state = rankedState([3, 2]);
    const told = await explained(state, wordRanker('困'), { shown: state.matches.slice(1) });
    expect(new Set(told.map(([{ ticket }]) => ticket.id))).toEqual(new Set(['HIS2']));
  });

  it('asks of a widened match by the widened query, and of these first, since the engine holds it', async () => {
    const generalisation = { widenings: [], query: '特种设备故障', found: 1, counts: [] };
    const state = rankedState([3, 2], { generalisation });
    const shown = state.matches.map((match, i) => (i === 1 ? { ...match, widenings: [] } : match));
    const ranker = wordRanker('困');
    await explained(state, ranker, { shown });
    expect(ranker.asked.map(({ query }) => query)).toEqual(['特种设备故障', onScreen.text]);
  });

  it('is without evidence where no model ranked', async () => {
    const { matches, query } = rankedState([3, 2]);
    const state = { phase: 'unranked', error: new Error(), matches, query, queryShortened: false } as const;
    const told = await explained(state, undefined);
    expect(told).toHaveLength(2);
    for (const [, explanation] of told) expect(explanation).not.toHaveProperty('evidence');
  });

  it('rejects with the ranker’s error; what was told stays', async () => {
    const error = new CaseMatcherError('worker-crashed');
    const told: string[] = [];
    const failing = explained(
      rankedState([3, 2]),
      { rank: () => Promise.reject(error) },
      {
        onExplained: ({ ticket }) => told.push(ticket.id),
      },
    );
    await expect(failing).rejects.toBe(error);
    expect(told).toEqual(['HIS1', 'HIS2']);
  });

  it('stops when aborted, with the signal at the ranker, and tells nothing from then on', async () => {
    const controller = new AbortController();
    let told = 0;
    const ranker: Ranker = {
      rank: (_, __, { signal } = {}) => {
        expect(signal).toBe(controller.signal);
        controller.abort();
        return wordRanker('困').rank('', []);
      },
    };
    const pending = explained(rankedState([3, 2]), ranker, {
      signal: controller.signal,
      onExplained: () => {
        told++;
      },
    });
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
    expect(told).toBe(2);
    await expect(explained(rankedState([3]), ranker, { signal: controller.signal })).rejects.toThrow();
  });
});

describe('evidence', () => {
  const signal = new AbortController().signal;
  const of = (ticket: Ticket, ranker: Ranker) =>
    evidenceOf(ticket, { ranker, query: '电梯', mentions: [], shared: [], signal });

  it('is one sentence where no other comes close', async () => {
    const ticket = { id: '1', text: '绿化没人修剪。电梯困人。' };
    expect(await of(ticket, wordRanker('电梯', '困人'))).toMatchObject([{ start: 7, end: 12 }]);
  });

  it('is of the title where the text is blank, and none where both are', async () => {
    expect(await of({ id: '1', title: '电梯困人', text: ' ' }, wordRanker('困'))).toMatchObject([
      { field: 'title', start: 0, end: 4 },
    ]);
    const ranker = wordRanker('困');
    expect(await of({ id: '1', text: '。。！' }, ranker)).toEqual([]);
    expect(await of({ id: '1' } as Ticket, ranker)).toEqual([]);
    expect(ranker.asked).toEqual([]);
  });

  it('passes over scores that are no numbers and ids that are none of ours', async () => {
    const odd: Ranker = {
      rank: async (_, documents) =>
        [Number.NaN, 1].map((logit, i) => ({
          id: i === 0 ? '0' : '77',
          text: documents[0]?.text ?? '',
          logit,
          score: logit,
          rank: 1,
          truncated: false,
        })),
    };
    expect(await of({ id: '1', text: '电梯。' }, odd)).toEqual([]);
  });

  it('asks of a long report the eight parts that share the most, in their order', async () => {
    const text = `${Array.from({ length: 20 }, (_, i) => `第${i}句说别的。`).join('')}最后电梯困人。`;
    const at = text.indexOf('电梯');
    const inPast = [{ field: 'text', start: at, end: at + 2 }] as const;
    const shared = [{ label: '电梯', term: '电梯', pastTerm: '电梯', rarity: 1, inTicket: [], inPast }];
    const ranker = wordRanker('困');
    await evidenceOf({ id: '1', text }, { ranker, query: '电梯', mentions: [], shared, signal });
    expect(ranker.asked[0]?.texts).toHaveLength(8);
    expect(ranker.asked[0]?.texts[7]).toBe('最后电梯困人。');
  });
});

describe('parts of a ticket', () => {
  const texts = (text: string) => partsOf({ text }).map(({ start, end }) => text.slice(start, end));

  it('are its sentences, and of a long one the clauses, short ones with their neighbours', () => {
    expect(texts('电梯坏了。没人修。')).toEqual(['电梯坏了。', '没人修。']);
    expect(
      texts(
        '东澜区建和路88号2号楼电梯经常卡顿，昨天下午困人15分钟，物业说在等厂家配件，但已经拖了两周，请尽快处理。',
      ),
    ).toEqual([
      '东澜区建和路88号2号楼电梯经常卡顿，',
      '昨天下午困人15分钟，物业说在等厂家配件，',
      '但已经拖了两周，请尽快处理。',
    ]);
  });

  it('are slices without blanks around them, in order, without overlap, and lose no letter', () => {
    const piece = fc.constantFrom(
      '电梯坏了',
      '，',
      '。',
      ' ',
      '\n',
      '很长的一段话没有任何标点符号一直说下去',
      '😀',
      '.',
      '3',
      '、',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        let last = 0;
        for (const { field, start, end } of partsOf({ text })) {
          expect(field).toBe('text');
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
          expect(text.slice(last, start)).not.toMatch(/[\p{L}\p{N}]/u);
          last = end;
        }
        expect(text.slice(last)).not.toMatch(/[\p{L}\p{N}]/u);
      }),
    );
  });
});
