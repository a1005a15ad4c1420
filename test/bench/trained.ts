import { Profile } from './browser.ts';
import { ourRows, transformersRow } from './engines.ts';
import { type RowTimes, startAll, timeAll } from './side-by-side.ts';
import type { Site } from './site.ts';
import type { Workload } from './workload.ts';

/** Both strategies on the same weights, which were trained, and transformers.js on random ones. */
export type TrainedTimes = readonly [exhaustive: RowTimes, anytime: RowTimes, other: RowTimes];

/**
 * Both strategies on the demo model in full size (`model/grown-pack.ts`), and transformers.js q8, which takes the time it
 * takes whatever its weights: what an anytime ranking spares depends on how much a passage tells of its text, of which
 * random weights know nothing. Each reads the same texts by its own tokenizer; the demo model's makes more tokens of them.
 */
export async function measureTrained(
  site: Site,
  work: Workload & { readonly promptTokens: number; readonly threads: number },
  say: (line: string) => void,
): Promise<TrainedTimes> {
  const profile = await Profile.create();
  try {
    return await profile.visit(async (browser) => {
      const rows = [...ourRows('/grown/'), transformersRow('q8', work)];
      const running = await startAll(browser, site.address, rows);
      const [exhaustive, anytime, other] = await timeAll(running, work, say);
      return [exhaustive as RowTimes, anytime as RowTimes, other as RowTimes];
    });
  } finally {
    profile.remove();
  }
}

/** In words. */
export function trainedReport([exhaustive, anytime, other]: TrainedTimes, { documents }: Workload): string {
  const seconds = ({ all }: RowTimes): string => all.toFixed(1);
  const count = documents.length;
  return [
    `${count} real complaints, the demo model in full size: exhaustive ${seconds(exhaustive)} s; anytime ` +
      `${seconds(anytime)} s (**${(exhaustive.all / anytime.all).toFixed(2)}× faster**), with ` +
      `${anytime.readInFull.toFixed(1)} of them read in full and ${anytime.sameTop3?.toFixed(2)} of the 3 best the same.`,
    `${other.name}, the same texts, random weights: ${seconds(other)} s, measured on ${other.measured} of them; anytime is ` +
      `**${(other.all / anytime.all).toFixed(1)}× faster**, exhaustive ${(other.all / exhaustive.all).toFixed(1)}×.`,
  ].join('\n\n');
}
