import { afterEach, describe, expect, it } from 'vitest';
import { type RankedDocument, Reranker } from '../../src/reranker/index.ts';

const open: Reranker[] = [];

/** The demo pack, in a worker of its own. */
async function load(): Promise<Reranker> {
  const reranker = await Reranker.load({ model: '/packs/sound/', device: 'wasm' });
  open.push(reranker);
  return reranker;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((reranker) => reranker.dispose()));
});

const KINDS = ['电梯停运，居民被困轿厢', '路灯损坏，夜间出行不便', '咨询公积金提取流程', '工地夜间施工扰民'];
const FILLER = '我是本小区的业主，已经多次拨打电话反映，物业一直没有回复，希望有关部门重视。';
const QUERY = '小区电梯又坏了，老人被困在里面';

/** Every fourth is about the query's problem, somewhere in a text of some two hundred characters. */
const long = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const sentences = [FILLER, FILLER, FILLER, `第${i}次反映，${KINDS[i % 4]}。`, FILLER, FILLER];
    return { id: String(i), text: sentences.join('') };
  });
const short = (count: number) => long(count).map(({ id }) => ({ id, text: `${KINDS[Number(id) % 4]}${id}` }));

type Seen = [RankedDocument, number, number];

async function rank(
  reranker: Reranker,
  ...args: Parameters<Reranker['rank']>
): Promise<[RankedDocument[], Seen[]]> {
  const seen: Seen[] = [];
  const [query, documents, options] = args;
  return [
    await reranker.rank(query, documents, { ...options, onScore: (...event) => seen.push(event) }),
    seen,
  ];
}

describe('an anytime ranking by the demo model', () => {
  it('scores all by a passage first, then the leaders, whose scores are those of an exhaustive one', async () => {
    const [anytime, seen] = await rank(await load(), QUERY, long(24));
    const [exhaustive] = await rank(await load(), QUERY, long(24), { strategy: 'exhaustive' });
    expect(seen.slice(0, 24).every(([{ stage }]) => stage === 'passage')).toBe(true);
    expect(seen.slice(24).every(([{ stage }]) => stage === 'full')).toBe(true);
    expect(seen.map(([, done]) => done)).toEqual(seen.map((_, i) => i + 1));
    const [, done, total] = seen[seen.length - 1] as Seen;
    expect(total).toBe(done);
    const full = new Map(exhaustive.map(({ id, logit }) => [id, logit]));
    expect(anytime.slice(0, 3).every(({ stage }) => stage === 'full')).toBe(true);
    for (const { id, stage, logit } of anytime) if (stage === 'full') expect(logit).toBe(full.get(id));
  });

  it('is the exhaustive one where texts are short', async () => {
    const [anytime] = await rank(await load(), QUERY, short(20));
    const [exhaustive] = await rank(await load(), QUERY, short(20), { strategy: 'exhaustive' });
    expect(anytime).toEqual(exhaustive);
  });

  it('gives the very same when asked again after another query, remembered or computed', async () => {
    const reranker = await load();
    const first = await rank(reranker, QUERY, long(20));
    await rank(reranker, '路灯不亮', long(4));
    expect(await rank(reranker, QUERY, long(20))).toEqual(first);
    expect(await rank(reranker, QUERY, long(20), { remember: false })).toEqual(first);
  });

  it('gives the same scores after a prefix that was prepared, and after none', async () => {
    const reranker = await load();
    await reranker.prepare('路灯不亮');
    await reranker.prepare(QUERY);
    const [prepared] = await rank(reranker, QUERY, short(5));
    const [fresh] = await rank(await load(), QUERY, short(5));
    expect(prepared).toEqual(fresh);
  });

  it('refuses to prepare what it would not rank, and ranks on', async () => {
    const reranker = await load();
    await expect(reranker.prepare(' ')).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(reranker.prepare('电梯'.repeat(5000))).rejects.toMatchObject({ code: 'query-too-long' });
    await expect(reranker.prepare(QUERY, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    const controller = new AbortController();
    const preparing = reranker.prepare(QUERY, { signal: controller.signal });
    controller.abort();
    await expect(preparing).rejects.toMatchObject({ name: 'AbortError' });
    expect(await reranker.rank(QUERY, short(2))).toHaveLength(2);
  });

  it('stops within one document when aborted while the leaders are read', async () => {
    const reranker = await load();
    const controller = new AbortController();
    let scored = 0;
    const ranking = reranker.rank(QUERY, long(24), {
      signal: controller.signal,
      onScore: () => {
        if (++scored === 26) controller.abort();
      },
    });
    await expect(ranking).rejects.toMatchObject({ name: 'AbortError' });
    expect(await reranker.rank(QUERY, short(2))).toHaveLength(2);
    expect(scored).toBe(26);
  });

  it.each([
    [{ strategy: 'fast' }, 'strategy'],
    [{ passageTokens: 0 }, 'passageTokens'],
    [{ settle: 1.5 }, 'settle'],
    [{ caution: -1 }, 'caution'],
    [{ caution: Number.NaN }, 'caution'],
  ])('refuses %o naming %s', async (options, field) => {
    const refused = { code: 'invalid-input', details: expect.objectContaining({ field }) };
    await expect((await load()).rank(QUERY, short(1), options as never)).rejects.toMatchObject(refused);
  });
});
