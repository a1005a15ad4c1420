import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { isShortcut, parseShortcut } from './shortcut.ts';

/** What a key asks for. */
export type Command =
  | { readonly name: 'card'; readonly number: number }
  | { readonly name: PanelCommand }
  | { readonly name: CaseCommand };

/** Commands for the case that has the focus, or else for the first. */
export type CaseCommand = 'adopt' | 'copy' | 'link' | 'reject' | 'open' | 'details' | 'path';

/** Commands for the panel as a whole. */
export type PanelCommand = 'tree' | 'insights' | 'undo' | 'refresh' | 'keys' | 'back';

/** Each command's key, as it is written in the list of keys and in `aria-keyshortcuts`. */
export const KEYS: Readonly<Record<CaseCommand | PanelCommand, string>> = {
  adopt: 'A',
  copy: 'C',
  link: 'L',
  reject: 'N',
  open: 'O',
  details: 'D',
  path: 'P',
  tree: 'T',
  insights: 'I',
  undo: 'U',
  refresh: 'R',
  keys: '?',
  back: 'Escape',
};

const COMMANDS = new Map<string, Command>([
  ...Object.entries(KEYS).map(([name, key]): [string, Command] => [key.toLowerCase(), { name } as Command]),
  // As a Chinese keyboard types it.
  ['？', { name: 'keys' }],
]);

interface Options {
  /** Does it; returns whether there was anything to do. Only then is the key taken from the page. */
  readonly run: (command: Command) => boolean;
  /** Brings the focus into the panel. */
  readonly enter: () => void;
}

/**
 * The keys of the panel. Letters and digits count only while the focus is inside, and not where someone types; the
 * one shortcut that leads into the panel is left to any handler of the page that took it.
 */
export class Keys implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement & { readonly shortcut: string | undefined };
  readonly #options: Options;
  #used = false;

  constructor(
    host: ReactiveControllerHost & HTMLElement & { readonly shortcut: string | undefined },
    options: Options,
  ) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  /** Whether the last thing done in the panel was done by a key. */
  get used(): boolean {
    return this.#used;
  }

  /** The shortcut into the panel as people write it; empty where there is none. */
  get shortcut(): string {
    const words = this.#host.shortcut ?? DEFAULT_SHORTCUT;
    return parseShortcut(words) ? words : '';
  }

  hostConnected(): void {
    this.#host.addEventListener('pointerdown', this.#byPointer);
    this.#host.addEventListener('keydown', this.#inside);
    window.addEventListener('keydown', this.#anywhere);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('pointerdown', this.#byPointer);
    this.#host.removeEventListener('keydown', this.#inside);
    window.removeEventListener('keydown', this.#anywhere);
  }

  readonly #byPointer = (): void => this.#note(false);

  readonly #inside = (event: KeyboardEvent): void => {
    this.#note(true);
    const command = commandOf(event);
    if (command === undefined || !this.#options.run(command)) return;
    event.preventDefault();
    // What was done here must not be done by the page's own keys as well.
    event.stopPropagation();
  };

  readonly #anywhere = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    const shortcut = parseShortcut(this.shortcut);
    if (shortcut === undefined || !isShortcut(event, shortcut)) return;
    event.preventDefault();
    this.#note(true);
    this.#options.enter();
  };

  #note(used: boolean): void {
    if (used === this.#used) return;
    this.#used = used;
    this.#host.requestUpdate();
  }
}

/** Leads into the panel unless the host says otherwise. */
export const DEFAULT_SHORTCUT = 'Alt+M';

function commandOf(event: KeyboardEvent): Command | undefined {
  if (event.defaultPrevented || event.repeat || isComposing(event) || isTyping(event)) return undefined;
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  if (/^[1-9]$/.test(event.key)) return { name: 'card', number: Number(event.key) };
  return COMMANDS.get(event.key.toLowerCase());
}

/** While an input method composes, keys are its own; older Chromium tells by the key code alone. */
function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Whether the key goes into a field, e.g. one of a host's own card. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}
