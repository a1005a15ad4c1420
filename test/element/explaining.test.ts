import { describe, expect, it } from 'vitest';
import type { CaseExplainDetail, CaseMatcherElement } from '../../src/element/index.ts';
import type { Ranker } from '../../src/matching/index.ts';
import type { CandidateSource, Ticket } from '../../src/tickets/index.ts';
import { archive, matched, once, onScreen, panel, until } from './panel.ts';
import { StagedRanker } from './staged-ranker.ts';

/** Gives every text this score. */
const flat = (score: number): Ranker & { queries: string[]; counts: number[] } => {
  const [queries, counts]: [string[], number[]] = [[], []];
  return {
    queries,
    counts,
    async rank(query, documents) {
      queries.push(query);
      counts.push(documents.length);
      const logit = Math.log(score / (1 - score));
      return documents.map((document) => ({ ...document, logit, score, rank: 1, truncated: false }));
    },
  };
};

function countingSource(...rounds: readonly (readonly Ticket[])[]): CandidateSource & { asked: Ticket[] } {
  const asked: Ticket[] = [];
  return {
    asked,
    async find(ticket) {
      asked.push(ticket);
      return [...(rounds[asked.length - 1] ?? [])];
    },
  };
}

describe('once a ranking is over', () => {
  it('the sentences of the cards, and of no other case, are asked about by the same query', async () => {
    const ranker = flat(0.9);
    const element = await panel({ ticket: onScreen, candidates: archive(10), ranker, instruction: 'Judge.' });
    await matched(element);
    await until(() => expect(ranker.queries).toHaveLength(4));
    expect(new Set(ranker.queries).size).toBe(1);
    expect(ranker.counts[0]).toBe(10);
    for (const sentences of ranker.counts.slice(1)) expect(sentences).toBeLessThanOrEqual(8);
    await element.updateComplete;
    expect(ranker.queries).toHaveLength(4);
  });

  it('the host is told where its ticket says the same, once for each case that is seen, without text', async () => {
    const told: CaseExplainDetail[] = [];
    const element = await panel();
    element.addEventListener('case-explain', ({ detail }) => told.push(detail));
    const ranker = flat(0.9);
    Object.assign(element, { ticket: onScreen, candidates: archive(5), ranker });
    await matched(element);
    await until(() => expect(ranker.queries).toHaveLength(4));
    await element.updateComplete;
    expect(told.map(({ ticketId, id, rank, tier }) => [ticketId, id, rank, tier])).toEqual(
      [1, 2, 3].map((rank) => [onScreen.id, `HIS${rank}`, rank, 'high']),
    );
    for (const { shared } of told) {
      const words = shared.map(({ field, start, end }) => onScreen[field]?.slice(start, end));
      expect(words).toContain('电梯');
      expect(words).not.toContain('建国路');
    }
    expect(JSON.stringify(told)).not.toMatch(/[\u4e00-\u9fff]/);
  });

  it('a new ticket does not wait for them', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(3), ranker });
    const end = matched(element);
    (await ranker.next()).finish();
    await end;
    const evidence = await ranker.nextEvidence();
    expect(evidence.options.signal?.aborted).toBe(false);
    element.ticket = { id: 'GZ2', text: '路灯不亮' };
    const next = await ranker.next();
    expect(next.query).toBe('路灯不亮');
    expect(evidence.options.signal?.aborted).toBe(true);
  });

  it('none are asked about where nobody sees the cards', async () => {
    const ranker = flat(0.9);
    const element = await panel({ ticket: onScreen, candidates: archive(3), ranker, mode: 'monitor' });
    await matched(element);
    await element.updateComplete;
    await new Promise((resolve) => setTimeout(resolve));
    expect(ranker.queries).toHaveLength(1);
  });

  it('a failure of the model is told, and the cases stay', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(1), ranker });
    const end = matched(element);
    (await ranker.next()).finish();
    await end;
    const told = once(element, 'case-error');
    (await ranker.nextEvidence()).fail(new Error('out of memory'));
    expect((await told).detail.code).toBe('unexpected');
    expect(element.shadowRoot?.querySelectorAll('[part=card]')).toHaveLength(1);
  });
});

describe('where nothing is alike', () => {
  const elevator: Ticket = {
    id: 'GZ1',
    text: '电梯经常卡顿，物业推诿。',
    category: ['住房城乡建设', '电梯安全'],
  };
  const others = [{ id: 'HIS9', text: '升降机坏了，特种设备没人管' }];

  async function widened(given: Partial<CaseMatcherElement> = {}) {
    const source = countingSource(archive(2), others);
    const errors: unknown[] = [];
    const ranker = flat(0.2);
    const element = await panel({ mode: 'monitor' });
    element.addEventListener('case-error', ({ detail }) => errors.push(detail));
    const end = matched(element);
    Object.assign(element, { ticket: elevator, source, ranker, ...given });
    return { element, detail: (await end).detail, source, errors, ranker };
  }

  it('the query is widened by the lexicon, and the event counts by key, without text', async () => {
    const { element, detail, source, errors } = await widened();
    expect(source.asked).toHaveLength(2);
    expect(source.asked[1]?.text).toContain('特种设备故障');
    expect(detail.widened).toEqual([
      { key: 'lift-stall', found: 1, helped: 0 },
      { key: 'property-shirking', found: 1, helped: 0 },
      { key: 'category', found: 0, helped: 0 },
    ]);
    expect(detail.ranked).toBe(3);
    expect(element.wideningCounts).toEqual(detail.widened);
    const again = matched(element);
    Object.assign(element, {
      source: countingSource(archive(2), others),
      ticket: { ...elevator, id: 'GZ2' },
    });
    await again;
    expect(element.wideningCounts[0]).toEqual({ key: 'lift-stall', found: 2, helped: 0 });
    expect(errors).toEqual([]);
  });

  it('it is not, where the host says no', async () => {
    const { detail, source } = await widened({ generalise: false });
    expect(source.asked).toHaveLength(1);
    expect(detail.widened).toBeUndefined();
    const element = await panel();
    element.setAttribute('generalise', 'off');
    expect(element.generalise).toBe(false);
    element.setAttribute('generalise', '');
    expect(element.generalise).toBe(true);
  });

  it('a host’s entries add to the lexicon, or take its place', async () => {
    const entries = [
      { key: 'stall', class: '我们的', label: '卡顿', broader: 'slow' },
      { key: 'slow', class: '我们的', label: '运行不畅' },
    ];
    const added = await widened({ lexicon: { extends: 'zh', entries } });
    expect(added.detail.widened?.map(({ key }) => key)).toContain('property-shirking');
    const replaced = await widened({ lexicon: { language: 'zh', entries, stopWords: [] } });
    expect(replaced.detail.widened?.map(({ key }) => key)).toEqual(['stall', 'category']);
  });

  it('a lexicon that is none is told of once, and the category still widens', async () => {
    const { detail, errors } = await widened({ lexicon: { entries: 'none' } as never });
    expect(errors).toMatchObject([
      { code: 'invalid-input', error: { details: { field: 'lexicon.entries' } } },
    ]);
    expect(detail.widened?.map(({ key }) => key)).toEqual(['category']);
  });
});
