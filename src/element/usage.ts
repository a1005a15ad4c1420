import type { Match, UsageAct } from '../matching/index.ts';
import type { UsageStore } from './usage-store.ts';

interface Counted {
  /** `off` where the host wants nothing counted. */
  readonly usage: 'on' | 'off' | undefined;
}

type Keeper = typeof import('./usage-keeper.ts') & { readonly store: UsageStore };

/** What the acts are about: the ticket on screen, and the model that ranked. */
interface About {
  readonly ticketId: string;
  readonly model: string | undefined;
}

/** Counts what is done with the cases, on this computer alone: ids, numbers and times, without any text. */
export class Usage {
  readonly #host: Counted;
  readonly #about: () => About;
  #kept: Promise<Keeper> | undefined;

  constructor(host: Counted, about: () => About) {
    this.#host = host;
    this.#about = about;
  }

  count(act: UsageAct, matches: readonly Match[] = []): void {
    if (this.#host.usage === 'off') return;
    const { ticketId, model } = this.#about();
    const about = { ticketId, matches, at: new Date(), ...(model === undefined ? {} : { model }) };
    // Counting is a convenience: without its file nothing is counted.
    this.#keeper()
      .then(({ store, usageRecord }) => store.add(usageRecord(act, about)))
      .catch(() => {});
  }

  /** As CSV: a line for each case of each act, or the counts and rates of each day. */
  async csv(by: 'act' | 'day'): Promise<string> {
    const { store, usageByDay, usageCsv, usageDaysCsv } = await this.#keeper();
    const records = await store.records();
    return by === 'day' ? usageDaysCsv(usageByDay(records)) : usageCsv(records);
  }

  async clear(): Promise<void> {
    await (await this.#keeper()).store.clear();
  }

  /** What keeps and tells them is a file of its own. After a failure the next call asks for it again. */
  #keeper(): Promise<Keeper> {
    this.#kept ??= import('./usage-keeper.ts').then((module) => ({
      ...module,
      store: new module.UsageStore(),
    }));
    this.#kept.catch(() => {
      this.#kept = undefined;
    });
    return this.#kept;
  }
}
