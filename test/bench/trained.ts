import { Profile } from './browser.ts';
import { ourRows } from './engines.ts';
import { type RowTimes, startAll, timeAll } from './side-by-side.ts';
import type { Site } from './site.ts';
import type { Workload } from './workload.ts';

/** Exhaustive and anytime on the same weights, which were trained. */
export type TrainedTimes = readonly [exhaustive: RowTimes, anytime: RowTimes];

/**
 * Both strategies on the demo model in full size (`model/grown-pack.ts`): what an anytime ranking spares depends on how
 * much a passage tells of its text, of which random weights know nothing.
 */
export async function measureTrained(
  site: Site,
  workload: Workload,
  say: (line: string) => void,
): Promise<TrainedTimes> {
  say('Ranking by trained weights in full size …');
  const profile = await Profile.create();
  try {
    return await profile.visit(async (browser) => {
      const running = await startAll(browser, site.address, ourRows('/grown/'));
      const [exhaustive, anytime] = await timeAll(running, { ...workload, promptTokens: 0 }, say);
      return [exhaustive as RowTimes, anytime as RowTimes];
    });
  } finally {
    profile.remove();
  }
}

/** In words. */
export function trainedReport([exhaustive, anytime]: TrainedTimes, documents: number): string {
  const ratio = (exhaustive.all / anytime.all).toFixed(2);
  return (
    `The demo model in full size, by its own tokenizer: exhaustive ${exhaustive.all.toFixed(1)} s, ` +
    `anytime ${anytime.all.toFixed(1)} s (**${ratio}×**), ${anytime.readInFull.toFixed(1)} of ${documents} documents ` +
    `read in full, ${anytime.sameTop3?.toFixed(2)} of the 3 best the same. (By itself: \`npm run bench -- --trained\`.)`
  );
}
