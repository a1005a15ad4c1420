import type { Difference, Tier } from '../../matching/index.ts';
import type { LoadPhase } from '../../reranker/types.ts';
import type { Satisfaction, Solved } from '../../tickets/ticket.ts';
import type { FailureCode } from '../events.ts';
import type { RoundTime } from '../view/format.ts';

/** Every word the element says, in one language. Numbers come formatted where they need a format. */
export interface Messages {
  /** BCP 47, for the `lang` of what is drawn. */
  readonly language: string;
  readonly heading: string;

  // States
  readonly noTicket: string;
  readonly noTicketHint: string;
  readonly readingTicket: string;
  readonly finding: string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly failed: string;
  readonly unranked: string;
  readonly notByModel: string;
  readonly retry: string;
  /** The list is one from before, because the source cannot be reached. */
  readonly kept: string;
  readonly keptWords: (time: string) => string;
  /** All cases were found not relevant. */
  readonly allRejected: string;
  readonly errors: Readonly<Record<FailureCode, string>>;
  /** In place of `invalid-input`, when the host named no model or no source of past tickets. */
  readonly noModel: string;
  readonly noSource: string;

  // Progress
  readonly firstStage: string;
  readonly loading: Readonly<Record<LoadPhase, string>>;
  readonly bytes: (loaded: string, total: string) => string;
  readonly timeLeft: (time: RoundTime) => string;
  /** Another tab downloads the model. */
  readonly waitingForTab: string;
  readonly ranking: (done: number, total: number) => string;
  /** All have a first score, and the best are read in full. */
  readonly refining: (done: number, total: number) => string;
  readonly firstPass: string;
  readonly found: (count: number) => string;
  readonly ranked: (total: number, seconds: string) => string;
  readonly foundWorthReusing: (count: number, total: number) => string;
  readonly noneWorthReusing: string;
  /** The query is being widened, since nothing was worth reusing. */
  readonly widening: string;
  readonly listed: (total: number) => string;
  readonly queryShortened: string;
  /** Age counts within a tier. */
  readonly byAge: string;
  /** The ticket was edited or asked for again, and the cases on screen are those of before. */
  readonly renewing: string;

  // Cards
  readonly tiers: Readonly<Record<Tier, string>>;
  readonly score: (value: string) => string;
  readonly truncated: string;
  readonly passageOnly: string;
  readonly rest: (count: number) => string;
  readonly open: string;
  readonly openCase: (title: string) => string;
  readonly opensInNewTab: string;
  readonly more: string;
  readonly less: string;

  // Acts
  readonly adopt: string;
  readonly adopted: string;
  readonly copy: string;
  readonly copied: string;
  readonly link: string;
  readonly linked: string;
  readonly reject: string;
  readonly rejectedCount: (count: number) => string;
  readonly undo: string;
  readonly refresh: string;
  readonly contact: string;
  /** An act on the case of this title, for people who hear one button after the other. */
  readonly actOn: (act: string, title: string) => string;
  /** What is said once it is done. */
  readonly said: {
    readonly adopted: (id: string) => string;
    readonly adoptedByCopy: (id: string) => string;
    readonly copied: (id: string) => string;
    readonly notCopied: string;
    readonly linked: (id: string) => string;
    readonly unlinked: (id: string) => string;
    readonly rejected: (id: string) => string;
    readonly restored: (id: string) => string;
  };

  // Keys
  readonly keys: string;

  // Why a case is shown
  readonly shared: string;
  readonly differs: string;
  readonly widened: string;
  /** Two words for the same thing: of the ticket on screen, and of the past one. */
  readonly synonyms: (term: string, pastTerm: string) => string;
  readonly difference: Readonly<Record<Difference['kind'], string>>;
  readonly inTicket: (text: string) => string;
  readonly inPast: (text: string) => string;
  readonly widenedTo: (from: string, to: string) => string;
  readonly duplicates: (count: number) => string;

  readonly tree: string;
  readonly path: string;

  // Handling
  /** Before the handling of a case that may be reused as it is. */
  readonly reference: (id: string) => string;
  /** Before the handling of any other. */
  readonly caseId: (id: string) => string;
  readonly report: string;
  readonly notHandled: string;
  readonly noSteps: string;
  readonly reply: string;
  readonly steps: string;
  readonly days: (days: string) => string;
  readonly daysOf: (days: string, limit: string) => string;
  readonly daysLate: (days: string, late: string) => string;
  readonly solved: Readonly<Record<Solved, string>>;
  readonly satisfaction: Readonly<Record<Satisfaction, string>>;

  // Where it was computed
  readonly onGpu: string;
  readonly onCpu: (threads: number) => string;
  readonly textStaysHere: string;
  readonly byHost: string;
  readonly fallback: (device: string) => string;
  /** In its place, where the device computes something else than it should. */
  readonly distrusted: (device: string) => string;
  /** Starts on a device, or with threads, have ended in a crash, and are left out until someone wants them tried. */
  readonly crashed: (device: string) => string;
  readonly threadsCrashed: string;
  readonly notPersisted: string;
}
