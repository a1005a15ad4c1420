import type { Match, UsageAct } from '../matching/index.ts';
import { isNotedUnused } from './unused-note.ts';
import type { UsageKeeper } from './usage-keeper.ts';

interface Counted {
  /** `off` where the host wants nothing counted. */
  readonly usage: 'on' | 'off' | undefined;
  readonly mode: 'panel' | 'monitor' | undefined;
}

/** What the acts are about: the ticket on screen, and the model that ranked. */
interface About {
  readonly ticketId: string;
  readonly model: string | undefined;
}

/** What the panel does by itself. */
type Showing = 'shown' | 'generalised';

/** Counts what is done with the cases, on this computer alone: ids, numbers and times, without any text. */
export class Usage {
  readonly #host: Counted;
  readonly #about: () => About;
  #kept: Promise<UsageKeeper> | undefined;
  #unused: boolean | undefined;

  constructor(host: Counted, about: () => About) {
    this.#host = host;
    this.#about = about;
  }

  /**
   * Whether cases were shown on this computer for weeks and nobody did anything with them, as it was known when this was
   * first asked; no longer once someone does.
   */
  get unused(): boolean {
    this.#unused ??= isNotedUnused();
    return this.#unused && this.#host.usage !== 'off';
  }

  /** The panel shows cases. */
  show(act: Showing, matches: readonly Match[]): void {
    this.#count(act, matches);
  }

  /** Someone does something. */
  count(act: Exclude<UsageAct, Showing>, matches: readonly Match[] = []): void {
    this.#unused = false;
    this.#count(act, matches);
  }

  /** As CSV: a line for each case of each act, or the counts and rates of each day. */
  async csv(by: 'act' | 'day'): Promise<string> {
    return (await this.#keeper()).csv(by);
  }

  async clear(): Promise<void> {
    await (await this.#keeper()).clear();
  }

  #count(act: UsageAct, matches: readonly Match[]): void {
    if (this.#host.usage === 'off') return;
    const { ticketId, model } = this.#about();
    const unseen = this.#host.mode === 'monitor';
    const about = { ticketId, matches, unseen, at: new Date(), ...(model === undefined ? {} : { model }) };
    // Counting is a convenience: without its file nothing is counted.
    this.#keeper()
      .then((keeper) => keeper.count(act, about))
      .catch(() => {});
  }

  /** After a failure the next call asks for it again. */
  #keeper(): Promise<UsageKeeper> {
    this.#kept ??= import('./usage-keeper.ts').then(({ UsageKeeper }) => new UsageKeeper());
    this.#kept.catch(() => {
      this.#kept = undefined;
    });
    return this.#kept;
  }
}
