import { clear, createStore, delMany, getMany, keys, type UseStore, update } from 'idb-keyval';
import { parseUsageRecord, type UsageRecord } from '../matching/index.ts';

const DATABASE = 'case-matcher-usage';
const DEFAULT_DAYS = 90;
/** So many acts a day are no agent's; what comes after them is not kept. */
const MOST_A_DAY = 5000;

/**
 * What agents did, kept on this computer: a list of records for each day in IndexedDB, which the tabs of an origin share.
 * Records hold ids, numbers and times, and no text. Counting is a convenience: where storage is missing, full or broken,
 * nothing is kept, reads find nothing, and nobody is bothered.
 */
export class UsageStore {
  readonly #days: number;
  // It opens its connection at the first use, and anew after one that broke.
  readonly #store = createStore(DATABASE, 'days');
  #pruned = '';

  /** @param days how many days are kept, today included. */
  constructor({ days = DEFAULT_DAYS }: { readonly days?: number } = {}) {
    this.#days = days;
  }

  /** Adds a record to its day, and drops the days that are too old by then. Resolves to whether it is kept. */
  async add(record: UsageRecord): Promise<boolean> {
    const day = record.at.slice(0, 10);
    return this.#try(false, async (store) => {
      let kept = false;
      // One transaction, so that two tabs cannot lose each other's records.
      await update<UsageRecord[]>(
        day,
        (records = []) => {
          kept = records.length < MOST_A_DAY;
          return kept ? [...records, record] : records;
        },
        store,
      );
      await this.#prune(day, store);
      return kept;
    });
  }

  /** All records since a day (`YYYY-MM-DD`), or of all days, oldest day first. */
  async records(since = ''): Promise<readonly UsageRecord[]> {
    return this.#try([], async (store) => {
      const days = (await keys<string>(store)).filter((day) => day >= since).sort();
      return (await getMany<unknown>(days, store))
        .flatMap((records) => (Array.isArray(records) ? records : []))
        .flatMap((record) => parseUsageRecord(record) ?? []);
    });
  }

  /** Forgets everything. Resolves to whether it is gone. */
  async clear(): Promise<boolean> {
    return this.#try(false, async (store) => {
      await clear(store);
      return true;
    });
  }

  async #prune(today: string, store: UseStore): Promise<void> {
    if (this.#pruned === today) return;
    const oldest = new Date(Date.parse(`${today}T00:00:00Z`) - (this.#days - 1) * 86_400_000);
    const old = (await keys<string>(store)).filter((day) => day < oldest.toISOString().slice(0, 10));
    if (old.length > 0) await delMany(old, store);
    this.#pruned = today;
  }

  async #try<T>(otherwise: T, use: (store: UseStore) => Promise<T>): Promise<T> {
    try {
      return await use(this.#store);
    } catch {
      return otherwise;
    }
  }
}
