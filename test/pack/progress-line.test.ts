import { describe, expect, it } from 'vitest';
import { ProgressLine } from '../../src/pack/progress-line.ts';

function record(
  isTTY: boolean,
  columns = 120,
): { line: ProgressLine; written: string[]; clock: { now: number } } {
  const written: string[] = [];
  const clock = { now: 0 };
  const output = { isTTY, columns, write: (text: string) => written.push(text) };
  return { line: new ProgressLine(output, () => clock.now), written, clock };
}

describe('progress on a terminal', () => {
  it('is one line with bar, bytes, rate and time left', () => {
    const { line, written, clock } = record(true);
    for (const [now, done] of [
      [0, 200e6],
      [1000, 210e6],
      [2000, 220e6],
    ] as const) {
      clock.now = now;
      line.show({ label: 'a.safetensors', done, total: 1.2e9, bytes: true });
    }
    expect(written.at(-1)).toBe(
      '\ra.safetensors  [====                    ]  18 %  220.0 MB of 1.20 GB  10.0 MB/s  1:38 left\x1b[K',
    );
  });

  it('fits the terminal: the bar gives way first', () => {
    const step = { label: 'model.safetensors', done: 596e6, total: 1.19e9, bytes: true };
    const widths = [120, 60, 48, 30].map((columns) => {
      const { line, written } = record(true, columns);
      line.show(step);
      return written[0]?.slice(1, -3) ?? '';
    });
    expect(widths).toEqual([
      'model.safetensors  [============            ]  50 %  596.0 MB of 1.19 GB',
      'model.safetensors  [======     ]  50 %  596.0 MB of 1.19 GB',
      'model.safetensors  50 %  596.0 MB of 1.19 GB',
      'model.safetensors  50 %  596.',
    ]);
  });

  it('is not drawn more often than anyone can see, but always at the end', () => {
    const { line, written, clock } = record(true);
    for (let done = 1; done <= 1000; done++) {
      clock.now += 1;
      line.show({ label: 'a', done, total: 1000 });
    }
    expect(written.length).toBe(11);
    expect(written.at(-1)).toContain('100 %');
  });

  it('leaves room for notes, and a new line for a new step', () => {
    const { line, written } = record(true);
    line.show({ label: 'a', done: 1, total: 2 });
    line.note('connection lost');
    line.show({ label: 'b', done: 1, total: 2 });
    line.end();
    line.end();
    expect(written.slice(1)).toEqual([
      '\rconnection lost\x1b[K\n',
      '\n',
      expect.stringMatching(/^\rb/),
      '\n',
    ]);
  });

  it('counts the rate anew when a file starts again', () => {
    const { line, written, clock } = record(true);
    line.show({ label: 'a', done: 500, total: 1000, bytes: true });
    clock.now = 1000;
    line.show({ label: 'a', done: 0, total: 1000, bytes: true });
    expect(written.at(-1)).not.toContain('/s');
  });

  it('says nothing of shares where the size is unknown', () => {
    const { line, written } = record(true);
    line.show({ label: 'a', done: 5e6, bytes: true });
    expect(written).toEqual(['\ra  5.0 MB\x1b[K']);
  });
});

describe('progress elsewhere', () => {
  it('is a plain line at every tenth', () => {
    const { line, written } = record(false);
    for (let done = 0; done <= 1000; done++) line.show({ label: 'a', done, total: 1000 });
    line.end();
    expect(written.length).toBe(11);
    expect(written[1]).toBe('a  10 %\n');
    expect(written.every((text) => text.endsWith(' %\n') && !text.startsWith('\r'))).toBe(true);
  });

  it('is one line for a small file', () => {
    const { line, written } = record(false);
    for (let done = 0; done <= 422; done += 211)
      line.show({ label: 'config.json', done, total: 422, bytes: true });
    expect(written).toEqual(['config.json  100 %  0.4 kB of 0.4 kB\n']);
  });
});
