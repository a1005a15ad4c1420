import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Comparison } from '../../src/matching/comparison.ts';
import { parseLexicon, type TicketRange } from '../../src/matching/index.ts';
import zh from '../../src/matching/lexicon/zh.json';
import { pairs, segmentWith } from '../../src/matching/segment.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';

const lexicon = parseLexicon(zh);
const empty = { language: 'zh', entries: [], stopWords: [] };

const elevator: Ticket = {
  id: 'GZ1',
  text: '朝阳区建国路8号院3号楼电梯经常卡顿，昨天下午困人15分钟，物业说在等厂家配件，但已经拖了两周。',
  category: ['住房城乡建设', '电梯安全'],
};
const past: Ticket = {
  id: 'HIS1',
  title: '升降机停运',
  text: '海淀区中关村南二条12号院升降机被困三次，配件超期一个月没到，老人摔伤。',
  category: ['住房城乡建设', '电梯安全'],
};
const others: Ticket[] = [
  { id: 'HIS2', text: '电梯广告收益没有公示，物业不说。' },
  { id: 'HIS3', text: '电梯卡顿，经常停。' },
  { id: 'HIS4', text: '路灯不亮，物业不修。' },
];

const comparison = new Comparison(elevator, [past, ...others], { lexicon });
const slice = (ticket: Ticket, { field, start, end }: TicketRange) => ticket[field]?.slice(start, end);

describe('shared words', () => {
  it('are the article’s, in the words of offices, with synonyms as one, the rarest first', () => {
    const shared = comparison.shared(past);
    expect(shared.map(({ label }) => label)).toEqual(['困人', '配件', '超期', '电梯']);
    expect(shared[3]).toMatchObject({ term: '电梯', pastTerm: '升降机', key: 'lift' });
    const rarities = shared.map(({ rarity }) => rarity);
    expect([...rarities].sort((a, b) => b - a)).toEqual(rarities);
  });

  it('have ranges in both tickets, and in each of their fields', () => {
    const lift = comparison.shared(past).find(({ key }) => key === 'lift');
    expect(lift?.inTicket.map((range) => slice(elevator, range))).toEqual(['电梯']);
    expect(lift?.inPast.map((range) => [range.field, slice(past, range)])).toEqual([
      ['title', '升降机'],
      ['text', '升降机'],
    ]);
  });

  it('include words that the lexicon does not know, as their own label', () => {
    const words = new Comparison({ id: '1', text: '樱花凋谢太快' }, [], { lexicon: empty });
    expect(words.shared({ id: '2', text: '樱花什么时候开' })).toMatchObject([
      { label: '樱花', term: '樱花' },
    ]);
  });

  it('are pairs of characters where there is no dictionary, as one range where they touch', () => {
    const words = new Comparison({ id: '1', text: '樱花凋谢' }, [], { lexicon: empty, words: pairs });
    const shared = words.shared({ id: '2', text: '樱花凋落，樱花' });
    expect(shared.map(({ term, inPast }) => [term, inPast.map(({ start }) => start)])).toEqual([
      ['樱花', [0, 5]],
      ['花凋', [1]],
    ]);
    const tripled = new Comparison({ id: '1', text: '哈哈哈哈' }, [], { lexicon: empty, words: pairs });
    expect(tripled.shared({ id: '2', text: '哈哈哈' })[0]?.inPast).toEqual([
      { field: 'text', start: 0, end: 3 },
    ]);
  });

  it('are found in full-width letters and capitals as well', () => {
    const words = new Comparison({ id: '1', text: 'ＡＰＰ打不开' }, [], { lexicon });
    expect(words.shared({ id: '2', text: '下载app以后' })).toMatchObject([
      { term: 'ＡＰＰ', pastTerm: 'app' },
    ]);
  });

  it('are none of place, time, person and number alone', () => {
    const one = { id: '1', text: '昨天下午王女士在建国路88号反映路灯不亮，电话13812345678' };
    const other = { id: '2', text: '昨天下午王女士在建国路88号反映噪音，电话13812345678' };
    expect(new Comparison(one, [], { lexicon }).shared(other)).toEqual([]);
  });
});

describe('differences', () => {
  const kinds = (ticket: Ticket, other: Ticket) =>
    new Comparison(ticket, [other, ...others], { lexicon })
      .differences(other)
      .map(({ kind, ticket, past }) => [kind, ticket?.text, past?.text]);

  it('name what is graver, the amounts that differ, and the rarest words of one alone', () => {
    expect(kinds(elevator, past)).toEqual([
      ['severity', undefined, '摔伤'],
      ['amount', '两周', '一个月'],
      ['term', '卡顿', undefined],
      ['term', undefined, '停运'],
      ['term', undefined, '老人'],
    ]);
  });

  it('name the categories where both have one and they differ, and no place', () => {
    const lamp = { id: '1', text: '路灯不亮', category: ['市容环卫', '照明设施'], place: '东澜区' };
    const tender = { id: '2', text: '路灯采购', category: ['政务服务', '招标采购'], place: '西澜区' };
    expect(kinds(lamp, tender)).toContainEqual(['category', '照明设施', '招标采购']);
    expect(kinds(lamp, { ...tender, category: [] }).map(([kind]) => kind)).not.toContain('category');
    expect(JSON.stringify(kinds(lamp, tender))).not.toContain('澜区');
  });

  it('are none between a ticket and itself', () => {
    for (const ticket of [elevator, past, ...others])
      expect(kinds(ticket, { ...ticket, id: '' })).toEqual([]);
  });
});

const piece = fc.constantFrom(
  ...'电梯 升降机 困人 被困 路灯 不亮 配件 拖了两周 15分钟 建国路88号 王先生 昨天下午 樱花 。 ， ＫＴＶ 😀 \ud800 ㎡ ﬁ İ 請 '.split(
    ' ',
  ),
  '\n',
  ' ',
);
const text = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''));
/** Any field may be missing, `text` too, as in a host's object. */
const ticket = fc.record(
  { id: fc.constantFrom('1', '__proto__'), text, title: text, category: fc.array(text), place: text },
  { requiredKeys: ['id'] },
) as fc.Arbitrary<Ticket>;
const segments = fc.constantFrom(pairs, segmentWith(new Intl.Segmenter('zh', { granularity: 'word' })));

function expectSound(of: Ticket, ranges: readonly TicketRange[]): void {
  let last: TicketRange | undefined;
  for (const range of ranges) {
    expect(slice(of, range)?.length).toBe(range.end - range.start);
    expect(range.end).toBeGreaterThan(range.start);
    if (last?.field === range.field) expect(range.start).toBeGreaterThanOrEqual(last.end);
    last = range;
  }
}

describe('for any tickets', () => {
  it('ranges are slices of the tickets, in order, without overlap', () => {
    fc.assert(
      fc.property(ticket, fc.array(ticket, { minLength: 1, maxLength: 5 }), segments, (one, all, words) => {
        const compared = new Comparison(one, all, { lexicon, words });
        for (const other of all) {
          for (const { inTicket, inPast, rarity } of compared.shared(other)) {
            expect(inTicket.length * inPast.length).toBeGreaterThan(0);
            expect(rarity).toBeGreaterThanOrEqual(0);
            expectSound(one, inTicket);
            expectSound(other, inPast);
          }
          for (const difference of compared.differences(other)) {
            expect(difference.ticket ?? difference.past).toBeDefined();
            expectSound(one, difference.ticket?.ranges ?? []);
            expectSound(other, difference.past?.ranges ?? []);
          }
        }
      }),
    );
  });

  it('the order of the candidates changes nothing', () => {
    fc.assert(
      fc.property(
        ticket,
        fc
          .array(ticket, { minLength: 1, maxLength: 6 })
          .chain((all) =>
            fc.tuple(
              fc.constant(all),
              fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
            ),
          ),
        (one, [all, shuffled]) => {
          const [compared, again] = [all, shuffled].map(
            (given) => new Comparison(one, given, { lexicon }),
          ) as [Comparison, Comparison];
          for (const other of all) {
            expect(again.shared(other)).toEqual(compared.shared(other));
            expect(again.differences(other)).toEqual(compared.differences(other));
          }
        },
      ),
    );
  });
});
