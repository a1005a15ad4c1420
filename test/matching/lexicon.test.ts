import { describe, expect, it } from 'vitest';
import { extendLexicon, type Lexicon, parseLexicon } from '../../src/matching/index.ts';
import { Concepts } from '../../src/matching/lexicon/concepts.ts';
import en from '../../src/matching/lexicon/en.json';
import zh from '../../src/matching/lexicon/zh.json';

const lift = { key: 'lift', class: '特种设备', label: '电梯', synonyms: ['升降机'], broader: 'equipment' };
const equipment = { key: 'equipment', class: '特种设备', label: '特种设备' };
const small = { language: 'zh', entries: [lift, equipment], stopWords: ['请问', '的'] };

const keysIn = (lexicon: Lexicon, text: string) =>
  new Concepts(lexicon)
    .find(text)
    .flatMap(({ entry, start, end }) => [`${entry?.key} ${text.slice(start, end)}`]);

describe('the lexicons that are shipped', () => {
  it('are sound: no word in two entries, no unknown key, no circle', () => {
    expect(parseLexicon(zh).entries.length).toBeGreaterThanOrEqual(200);
    expect(parseLexicon(en).entries.length).toBeGreaterThanOrEqual(50);
  });

  it('cover the classes of a 12345 hotline', () => {
    const classes = new Set(parseLexicon(zh).entries.map((entry) => entry.class));
    for (const name of (
      '住房城乡建设 交通运输 市容环卫 生态环境 市场监管 人社 教育 医疗卫生 民政 公安 水电气热 农业农村 ' +
      '消费维权 噪音 物业 特种设备 停车 消防应急 政务服务 通信 文旅体育 自然资源'
    ).split(' ')) {
      expect(classes).toContain(name);
    }
  });

  it('list no stop word that is also a word of an entry, and none twice', () => {
    for (const lexicon of [parseLexicon(zh), parseLexicon(en)]) {
      const words = new Set(lexicon.entries.flatMap(({ label, synonyms = [] }) => [label, ...synonyms]));
      expect(lexicon.stopWords.filter((word) => words.has(word))).toEqual([]);
      expect(new Set(lexicon.stopWords).size).toBe(lexicon.stopWords.length);
    }
  });

  it('know the article’s words for the same thing', () => {
    const lexicon = parseLexicon(zh);
    const keyOf = (word: string) => keysIn(lexicon, word).map((found) => found.split(' ')[0]);
    expect(keyOf('垂直运输设备')).toEqual(keyOf('电梯'));
    expect(keyOf('升降机')).toEqual(keyOf('电梯'));
    expect(keyOf('拖了')).toEqual(keyOf('超期'));
  });
});

describe('a host’s lexicon', () => {
  it('is read as it is, without fields unknown', () => {
    expect(parseLexicon({ ...small, extra: 1 })).toEqual(small);
    expect(parseLexicon({ language: 'zh', entries: [] })).toEqual({
      language: 'zh',
      entries: [],
      stopWords: [],
    });
  });

  it.each([
    [null, 'lexicon'],
    [[], 'lexicon.entries'],
    [{ ...small, language: 5 }, 'lexicon.language'],
    [{ ...small, entries: 'none' }, 'lexicon.entries'],
    [{ ...small, entries: [lift, null] }, 'lexicon.entries[1]'],
    [{ ...small, entries: [{ ...equipment, key: '__proto__' }] }, 'lexicon.entries[0].key'],
    [{ ...small, entries: [{ ...equipment, key: 'category' }] }, 'lexicon.entries[0].key'],
    [{ ...small, entries: [{ ...equipment, key: 'two words' }] }, 'lexicon.entries[0].key'],
    [{ ...small, entries: [{ ...equipment, label: ' ' }] }, 'lexicon.entries[0].label'],
    [{ ...small, entries: [{ ...equipment, label: '长'.repeat(61) }] }, 'lexicon.entries[0].label'],
    [{ ...small, entries: [{ ...equipment, synonyms: ['设备', 7] }] }, 'lexicon.entries[0].synonyms[1]'],
    [{ ...small, entries: [{ ...equipment, severe: 'yes' }] }, 'lexicon.entries[0].severe'],
    [{ ...small, entries: [{ ...equipment, parts: ['equipment'] }] }, 'lexicon.entries[0].parts'],
    [{ ...small, entries: [lift] }, 'lexicon.entries[0].broader'],
    [{ ...small, entries: [equipment, { ...equipment, label: '设备' }] }, 'lexicon.entries[1].key'],
    [{ ...small, entries: [equipment, { ...lift, synonyms: ['特种设备'] }] }, 'lexicon.entries[1]'],
    // The same word in full-width letters.
    [
      {
        ...small,
        entries: [
          { ...equipment, synonyms: ['KTV'] },
          { ...lift, synonyms: ['ｋｔｖ'] },
        ],
      },
      'lexicon.entries[1]',
    ],
    [{ ...small, entries: [equipment, { ...lift, parts: ['lift', 'unknown'] }] }, 'lexicon.entries[1].parts'],
    [{ ...small, entries: [lift, { ...equipment, broader: 'lift' }] }, 'lexicon.entries[0].broader'],
    [{ ...small, entries: [{ ...equipment, broader: 'equipment' }] }, 'lexicon.entries[0].broader'],
    [{ ...small, stopWords: {} }, 'lexicon.stopWords'],
  ])('that is wrong is refused by the place of its fault (%#)', (value, field) => {
    expect(() => parseLexicon(value)).toThrow(
      expect.objectContaining({ code: 'invalid-input', details: expect.objectContaining({ field }) }),
    );
  });

  it('takes nothing from a prototype', () => {
    expect(() => parseLexicon(Object.create(small))).toThrow(/language|entries/);
    const polluted = JSON.parse('{"__proto__": {"entries": []}, "language": "zh"}');
    expect(() => parseLexicon(polluted)).toThrow(/entries/);
  });

  it('adds to another, whose entry of the same key it replaces and whose words it takes over', () => {
    const extended = extendLexicon(small, {
      entries: [
        { key: 'lift', class: '电梯', label: '直梯', broader: 'equipment' },
        { key: 'hoist', class: '特种设备', label: '升降机', broader: 'equipment' },
      ],
      stopWords: ['的', '您好'],
    });
    expect(extended.entries.map(({ key }) => key)).toEqual(['equipment', 'lift', 'hoist']);
    expect(extended.stopWords).toEqual(['请问', '的', '您好']);
    expect(keysIn(extended, '升降机和直梯和电梯')).toEqual(['hoist 升降机', 'lift 直梯']);
    const taking = extendLexicon(small, { entries: [{ key: 'hoist', class: '特种设备', label: '升降机' }] });
    expect(keysIn(taking, '升降机')).toEqual(['hoist 升降机']);
    expect(() => extendLexicon(small, { entries: [{ key: 'a', class: 'b', label: '电梯' }] })).toThrow(
      /entries/,
    );
    expect(() => extendLexicon(small, 'more')).toThrow(/lexicon/);
  });
});

describe('looking words up', () => {
  const lexicon = parseLexicon({
    language: 'zh',
    entries: [
      equipment,
      { key: 'lamp', class: '照明', label: '路灯', synonyms: ['小区路灯'] },
      { key: 'lift', class: '特种设备', label: 'lift' },
      { key: 'lamp-out', class: '照明', label: '路灯特种设备', parts: ['lamp', 'equipment'] },
    ],
    stopWords: ['小区', '请'],
  });

  it('takes the longest of those that begin at one place', () => {
    expect(keysIn(lexicon, '小区路灯')).toEqual(['lamp 小区路灯']);
    expect(keysIn(lexicon, '小区的路灯')).toEqual(['undefined 小区', 'lamp 路灯']);
  });

  it('finds whole words of letters, also beside Chinese', () => {
    expect(keysIn(lexicon, 'the lift, lifting, a shoplift, 坐lift下楼')).toEqual(['lift lift', 'lift lift']);
  });

  it('finds a whole by its parts, not by its label, which would hide them', () => {
    expect(keysIn(lexicon, '路灯特种设备')).toEqual(['lamp 路灯', 'equipment 特种设备']);
    const concepts = new Concepts(lexicon);
    expect(concepts.compounds(new Set(['lamp', 'equipment'])).map(({ key }) => key)).toEqual(['lamp-out']);
    expect(concepts.compounds(new Set(['lamp']))).toEqual([]);
  });
});
