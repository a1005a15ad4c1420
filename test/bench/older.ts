import { Profile } from './browser.ts';
import { ourRows, transformersRow } from './engines.ts';
import { type RowTimes, startAll, timeAll } from './side-by-side.ts';
import type { Site } from './site.ts';
import type { Workload } from './workload.ts';

/** V8 then does without the four-byte dot product of newer processors, and our kernels find that they cannot use it. */
const WITHOUT_DOT_PRODUCT = '--js-flags=--no-enable-avx-vnni';

/** Both strategies and transformers.js q8 on this processor as if it were an older one. */
export async function measureOlder(
  site: Site,
  { workload, ...rest }: { workload: Workload; promptTokens: number; threads: number },
  say: (line: string) => void,
): Promise<RowTimes[]> {
  const rows = [...ourRows('/pack/'), transformersRow('q8', rest)];
  return Profile.once(
    async (browser) => {
      const running = await startAll(browser, site.address, rows);
      return timeAll(running, { ...workload, ...rest }, say);
    },
    { flags: [WITHOUT_DOT_PRODUCT] },
  );
}

/** In words, and a table. */
export function olderReport(times: readonly RowTimes[], { queries, documents }: Workload): string {
  const [exhaustive, anytime] = times.map(({ all }) => all) as [number, number];
  const lines = times.map(({ name, measured, firstTop3, all }) => {
    const ratios = [exhaustive, anytime].map((seconds) => `${(all / seconds).toFixed(2)}×`);
    return `| ${[name, measured, firstTop3.toFixed(1), all.toFixed(1), ...ratios].join(' | ')} |`;
  });
  const tokens = queries.map((query) => query.tokens).join(', ');
  return [
    `Chromium with \`${WITHOUT_DOT_PRODUCT}\`: products of int16 pairs, as on processors before Intel's of 2021 and AMD's Zen 5. ` +
      `Real complaints: queries of ${tokens} tokens, ${documents.length} documents; random weights, so that all are read in full.`,
    [
      '| engine | measured on | first top 3, s | all, s | × exhaustive | × anytime |',
      '|---|---|---|---|---|---|',
      ...lines,
    ].join('\n'),
  ].join('\n\n');
}
