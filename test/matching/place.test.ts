import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSites, groupBySite, parsePlace } from '../../src/matching/place.ts';

const places = fc.array(
  fc.constantFrom(
    ...[
      '滨江区长河街道阳光小区3号楼',
      '阳光小区',
      '西城区阳光小区',
      '西城区金桥街道阳光小区',
      '长河街道阳光小区北门',
    ],
    ...['长河街道', '滨江区长河街道', '建和路88号', '建和路88号2号楼', '', '滨江区'],
  ),
);

describe('parsePlace', () => {
  it.each([
    ['朝阳区建国路8号院3号楼', { district: '朝阳区', street: '', site: '建国路8号', building: '3' }],
    ['建国路８号院三号楼', { district: '', street: '', site: '建国路8号', building: '3' }],
    [
      '西城区金融街街道丰盛胡同5号',
      { district: '西城区', street: '金融街街道', site: '丰盛胡同5号', building: '' },
    ],
    [
      '某省某市朝阳区第二十一小学附近',
      { district: '朝阳区', street: '', site: '第二十一小学', building: '' },
    ],
    ['百合一期10幢4单元', { district: '', street: '', site: '百合1期', building: '10' }],
    ['阳光花园Ａ座', { district: '', street: '', site: '阳光花园', building: 'a' }],
    ['松岭区石泉镇王庄村村口', { district: '松岭区', street: '石泉镇', site: '王庄村', building: '' }],
    ['云杉路与望河东路交叉口', { district: '', street: '', site: '云杉路与望河东路', building: '' }],
    ['望河东路、云杉路路口', { district: '', street: '', site: '云杉路与望河东路', building: '' }],
    ['滨江区长河街道', { district: '滨江区', street: '长河街道', site: '', building: '' }],
    ['阳光小区 东门', { district: '', street: '', site: '阳光小区', building: '' }],
    ['红旗路集贸市场', { district: '', street: '', site: '红旗路集贸市场', building: '' }],
  ])('takes %s apart', (text, place) => {
    expect(parsePlace(text)).toEqual(place);
  });

  it.each([undefined, '', '滨江区', '3号楼', 'A座', '二〇三室', '，。'])('finds no place in %s', (text) => {
    expect(parsePlace(text)).toBeUndefined();
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const place = parsePlace(text);
        if (place) expect(place.street + place.site).not.toBe('');
      }),
    );
  });
});

describe('compareSites', () => {
  const compare = (a: string, b: string) => compareSites(parsePlace(a), parsePlace(b));

  it('knows a site by any of its spellings', () => {
    expect(compare('滨江区长河街道阳光小区3号楼', '阳光小区三号楼')).toBe('same');
    expect(compare('阳光小区3号楼', '阳光小区')).toBe('same');
  });

  it('takes another district, street or building for another place', () => {
    expect(compare('滨江区阳光小区', '西城区阳光小区')).toBe('different');
    expect(compare('阳光小区3号楼', '阳光小区5号楼')).toBe('different');
  });

  it('does not take silence for likeness', () => {
    expect(compare('长河街道', '长河街道阳光小区')).toBe('unknown');
    expect(compareSites(undefined, parsePlace('阳光小区'))).toBe('unknown');
  });
});

describe('groupBySite', () => {
  const groups = (...texts: string[]) => groupBySite(texts.map(parsePlace));

  it('joins buildings of a compound and places that leave out the district', () => {
    expect(groups('滨江区阳光小区3号楼', '阳光小区5号楼', '滨江区长河街道阳光小区')).toEqual([[0, 1, 2]]);
  });

  it('leaves alone what could mean two places', () => {
    expect(groups('滨江区阳光小区', '西城区阳光小区', '阳光小区')).toEqual([[0], [1], [2]]);
  });

  it('groups by street where no site is stated', () => {
    expect(groups('滨江区长河街道', '长河街道', '长河街道阳光小区', '滨江区')).toEqual([[0, 1], [2]]);
  });

  it('puts every known place into one group, whatever the order', () => {
    const named = (texts: readonly string[]) =>
      groupBySite(texts.map(parsePlace))
        .map((indices) =>
          indices
            .map((index) => texts[index])
            .sort()
            .join('|'),
        )
        .sort();
    fc.assert(
      fc.property(places, (texts) => {
        const known = [...texts.keys()].filter((index) => parsePlace(texts[index]) !== undefined);
        expect(
          groupBySite(texts.map(parsePlace))
            .flat()
            .sort((a, b) => a - b),
        ).toEqual(known);
        expect(named([...texts].reverse())).toEqual(named(texts));
      }),
    );
  });
});
