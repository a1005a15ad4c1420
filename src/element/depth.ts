import type { ReactiveControllerHost } from 'lit';
import type { CasePath, HandlingTree, Insights, Match } from '../matching/index.ts';
import type { Ticket } from '../tickets/index.ts';

/** What is drawn once the first cases are on screen. */
export type Deeper = typeof import('./deeper.ts');

type Host = ReactiveControllerHost & { readonly renderRoot: DocumentFragment | HTMLElement };

/** Brings what is drawn later, and keeps what was computed for it until the cases are others. */
export class Depth {
  readonly #host: Host;
  #asked = false;
  #module: Deeper | undefined;
  readonly #insights = new Kept<Insights>();
  readonly #tree = new Kept<HandlingTree | undefined>();
  readonly #path = new Kept<CasePath>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Absent until it is there; asking for it brings it. */
  get module(): Deeper | undefined {
    if (this.#asked) return this.#module;
    this.#asked = true;
    import('./deeper.ts').then(
      (module) => {
        this.#module = module;
        module.addStyles(this.#host.renderRoot);
        this.#host.requestUpdate();
      },
      // A file of a build that is no longer served: the cases do without.
      () => {},
    );
    return undefined;
  }

  /** After a failure the next question tries again. */
  retry(): void {
    this.#asked = this.#module !== undefined;
  }

  insights(matches: readonly Match[], ticket: Ticket | undefined): Insights | undefined {
    const { module } = this;
    const now = module?.localDay(new Date());
    if (!module || now === undefined) return undefined;
    return this.#insights.of([module, matches, ticket, now], () =>
      module.insights(matches, { now, ...(ticket ? { ticket } : {}) }),
    );
  }

  /** @param matches the cases to compare, as one array that stays the same while they do. */
  tree(matches: readonly Match[]): HandlingTree | undefined {
    const { module } = this;
    return (
      module &&
      this.#tree.of([module, ...matches.map(({ ticket }) => ticket)], () => module.handlingTree(matches))
    );
  }

  path(match: Match): CasePath | undefined {
    const { module } = this;
    return module && this.#path.of([module, match.ticket], () => module.casePath(match));
  }
}

/** The last result, for as long as what it was made of is the same. */
class Kept<T> {
  #last: { readonly from: readonly unknown[]; readonly value: T } | undefined;

  of(from: readonly unknown[], make: () => T): T {
    const last = this.#last;
    if (last?.from.length === from.length && last.from.every((part, index) => part === from[index]))
      return last.value;
    const value = make();
    this.#last = { from, value };
    return value;
  }
}
