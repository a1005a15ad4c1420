import { describe, expect, it } from 'vitest';
import { amountsIn, numberOf } from '../../src/matching/amounts.ts';

const amounts = (text: string) =>
  amountsIn(text).map(({ kind, value }) => [kind, Math.round(value * 1440) / 1440]);

describe('amounts', () => {
  it('are read in digits and in Chinese numerals, in units of their kind', () => {
    expect(amounts('困人15分钟，拖了两周，停水3.5天，等了半个小时')).toEqual(
      [
        ['duration', 15 / 1440],
        ['duration', 14],
        ['duration', 3.5],
        ['duration', 0.5 / 24],
      ].map(([kind, value]) => [kind, Math.round((value as number) * 1440) / 1440]),
    );
    expect(amounts('多收300元，欠薪2万元，十二个人，三次')).toEqual([
      ['money', 300],
      ['money', 20_000],
      ['people', 12],
      ['times', 3],
    ]);
    expect(amounts('waiting 2 weeks for 3 people')).toEqual([]);
    expect(amounts('waiting 2weeks')).toEqual([['duration', 14]]);
  });

  it('are not read out of dates', () => {
    expect(amounts('2024年5月3日，八月份，今年')).toEqual([]);
    expect(amounts('三个月没到账，一年多了')).toEqual([
      ['duration', 90],
      ['duration', 365],
    ]);
  });

  it('know Chinese numerals, and which make no number', () => {
    const numerals = ['十', '十五', '二十', '三百零五', '一千二百', '两万', '一万五千', '半', '12'];
    expect(numerals.map(numberOf)).toEqual([10, 15, 20, 305, 1200, 20_000, 15_000, 0.5, 12]);
    for (const none of ['十十', '百', '万万', '一二', '零']) expect(numberOf(none)).not.toBeGreaterThan(0);
  });
});
