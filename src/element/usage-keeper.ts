import {
  isByPeople,
  isUnused,
  localDay,
  type UsageAbout,
  type UsageAct,
  unusedSince,
  usageByDay,
  usageCsv,
  usageDaysCsv,
  usageRecord,
} from '../matching/index.ts';
import { noteUnused } from './unused-note.ts';
import { UsageStore } from './usage-store.ts';

/** One for all elements of a page: its connection outlives the element that opened it. */
const store = new UsageStore();

/** Counts, keeps and tells: a file of its own, loaded when there is something to count. */
export class UsageKeeper {
  #acted = false;
  #judged = false;

  /** Once a page it also notes for the next whether all this is used. */
  async count(act: UsageAct, about: UsageAbout): Promise<void> {
    if (isByPeople(act)) {
      this.#acted = true;
      noteUnused(false);
    }
    await store.add(usageRecord(act, about));
    if (act !== 'shown' || this.#judged) return;
    this.#judged = true;
    const today = localDay(about.at);
    const unused = isUnused(await store.records(unusedSince(today)), today);
    noteUnused(unused && !this.#acted);
  }

  /** As CSV: a line for each case of each act, or the counts and rates of each day. */
  async csv(by: 'act' | 'day'): Promise<string> {
    const records = await store.records();
    return by === 'day' ? usageDaysCsv(usageByDay(records)) : usageCsv(records);
  }

  async clear(): Promise<void> {
    noteUnused(false);
    await store.clear();
  }
}
