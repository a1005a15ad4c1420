import { render } from 'lit';
import { describe, expect, it } from 'vitest';
import { en } from '../../src/element/locales/en.ts';
import { zhCN } from '../../src/element/locales/zh-CN.ts';
import { formatRate, roundTime } from '../../src/element/view/format.ts';
import type { Panel } from '../../src/element/view/model.ts';
import { progressLine } from '../../src/element/view/progress.ts';
import type { LoadProgress } from '../../src/reranker/types.ts';

const progress: LoadProgress = { phase: 'download', loaded: 260e6, total: 609e6, fetched: 260e6 };

function words(changes: Partial<LoadProgress>, messages = zhCN): string {
  const place = document.createElement('div');
  const panel = { messages, state: { phase: 'idle' }, progress: { ...progress, ...changes } };
  render(progressLine(panel as Panel), place);
  return place.querySelector('.progress-words')?.textContent ?? '';
}

describe('a model on its way', () => {
  it('is told in bytes, rate and time left, in both languages', () => {
    const known = { bytesPerSecond: 3.24e6, secondsLeft: 107 };
    expect(words(known)).toBe('加载模型 42% · 260 / 609 MB · 3.2 MB/s · 约剩 2 分钟');
    expect(words(known, en)).toBe('Loading model 42% · 260 / 609 MB · 3.2 MB/s · 2 min left');
  });

  it('is told without what is not known', () => {
    expect(words({})).toBe('加载模型 42% · 260 / 609 MB');
    expect(words({ bytesPerSecond: 0 })).toBe('加载模型 42% · 260 / 609 MB · 0 kB/s');
  });

  it('is waited for where another tab downloads it', () => {
    expect(words({ from: 'other-tab' })).toBe('另一个标签页正在下载模型…');
    expect(words({ from: 'other-tab' }, en)).toBe('Another tab is downloading the model…');
  });
});

it.each([
  [0, '0 kB/s'],
  [850, '0.85 kB/s'],
  [61_400, '61 kB/s'],
  [999_600, '1000 kB/s'],
  [1e6, '1 MB/s'],
  [12_345_678, '12 MB/s'],
])('%i bytes a second are %s', (bytes, said) => {
  expect(formatRate(bytes)).toBe(said);
});

it.each([
  [0.4, { count: 5, unit: 'second' }],
  [42, { count: 40, unit: 'second' }],
  [58, { count: 1, unit: 'minute' }],
  [89, { count: 1, unit: 'minute' }],
  [1700, { count: 28, unit: 'minute' }],
  [7000, { count: 2, unit: 'hour' }],
])('%d seconds are said as %o', (seconds, said) => {
  expect(roundTime(seconds)).toEqual(said);
});
