import { describe, expect, it, onTestFinished } from 'vitest';
import { type Archive, openArchive, openQueue } from '../../src/demo/api/archive.ts';

const now = new Date('2026-11-24T00:30:00+08:00');
const fixture = (name: string) => new URL(`./${name}`, import.meta.url);
const demo = (name: string) => new URL(`../../src/demo/${name}`, import.meta.url);

async function open(url = fixture('archive.fixture.jsonl')): Promise<Archive> {
  const archive = await openArchive(url, now);
  onTestFinished(() => archive.close());
  return archive;
}

const ids = (archive: Archive, query: string, except?: string) =>
  archive.search(query, { limit: 50, ...(except === undefined ? {} : { except }) }).map(({ id }) => id);

describe('the archive', () => {
  it('finds words of two characters, of letters and of digits, best first', async () => {
    const archive = await open();
    expect(ids(archive, '电梯')).toEqual(['P1']);
    expect(ids(archive, 'ｗｉｆｉ')).toEqual(['P3']);
    expect(ids(archive, '停车票，收费')).toEqual(['../P4', 'P3']);
    expect(ids(archive, '停车票，收费', '../P4')).toEqual(['P3']);
    expect(archive.search('停车', { limit: 1 })).toHaveLength(1);
  });

  it('reads no query syntax out of a ticket', async () => {
    const archive = await open();
    for (const query of [
      '"',
      '电梯" OR "噪声" NOT (',
      'terms:电梯 *',
      'NEAR(电梯)',
      '"); DROP TABLE ticket; --',
      '\0',
    ]) {
      expect(() => ids(archive, query)).not.toThrow();
    }
    expect(ids(archive, '')).toEqual([]);
    expect(ids(archive, '，。！ ')).toEqual([]);
    expect(ids(archive, '电梯'.repeat(20_000))).toEqual(['P1']);
    expect(archive.get('P1')?.id).toBe('P1');
  });

  it('ends yesterday: dates move by whole days and keep their time', async () => {
    const archive = await open();
    expect(archive.get('P1')).toMatchObject({
      createdAt: '2026-11-21T09:00:00+08:00',
      handling: {
        steps: [{ at: '2026-11-21T10:00:00+08:00' }],
        closedAt: '2026-11-23T09:00:00+08:00',
        days: 2,
      },
    });
  });

  it('keeps its labels to itself', async () => {
    const archive = await open();
    expect(archive.get('P1')).not.toHaveProperty('kind');
    expect(archive.search('电梯', { limit: 1 })[0]).not.toHaveProperty('kind');
  });

  it('knows nothing of ids that are not there', async () => {
    const archive = await open();
    for (const id of ['', '__proto__', 'P9']) expect(archive.get(id)).toBeUndefined();
  });
});

describe('the queue', () => {
  it('came in within the last day, without labels', async () => {
    const queue = await openQueue(fixture('queue.fixture.json'), now);
    expect(queue.map(({ createdAt }) => createdAt)).toEqual([
      '2026-11-23T08:30:00+08:00',
      '2026-11-22T20:00:00+08:00',
    ]);
    expect(queue[0]).not.toHaveProperty('kind');
  });
});

describe('the demo data', () => {
  it('loads, and every open ticket finds fifty past ones', async () => {
    const archive = await open(demo('archive.jsonl'));
    const queue = await openQueue(demo('queue.json'), now);
    expect(queue).toHaveLength(12);
    for (const { text } of queue) expect(ids(archive, text)).toHaveLength(50);
  });
});
