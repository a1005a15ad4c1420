import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CaseMatcherElement, CaseMatcherEvents } from '../../src/element/index.ts';
import { parseShortcut } from '../../src/element/shortcut.ts';
import { all, archive, cards, matched, one, onScreen, panel, stage, until, words } from './panel.ts';
import { promptRanker } from './staged-ranker.ts';

async function ranked(properties: Partial<CaseMatcherElement> = {}): Promise<CaseMatcherElement> {
  const element = await panel({
    ticket: onScreen,
    candidates: archive(6),
    ranker: promptRanker,
    ...properties,
  });
  await matched(element);
  return element;
}

/** The element that has the focus, through shadow roots. */
function focused(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}

/** A key as the browser sends it to what has the focus; returns whether somebody took it. */
async function type(
  element: CaseMatcherElement,
  key: string,
  more: KeyboardEventInit = {},
): Promise<boolean> {
  const event = new KeyboardEvent('keydown', {
    key,
    bubbles: true,
    composed: true,
    cancelable: true,
    ...more,
  });
  const taken = !(focused() ?? document.body).dispatchEvent(event);
  await element.updateComplete;
  await element.updateComplete;
  return taken;
}

function titleOfFocus(): string | undefined {
  return focused()?.closest('article')?.querySelector('[part=title]')?.lastChild?.textContent ?? undefined;
}

function heard(element: CaseMatcherElement): string[] {
  const names: string[] = [];
  for (const name of ['adopt', 'copy', 'link', 'reject', 'expand', 'open'] as const) {
    element.addEventListener(`case-${name}`, (event: CaseMatcherEvents[`case-${typeof name}`]) => {
      event.preventDefault();
      names.push(`${name} ${event.detail.id}`);
    });
  }
  return names;
}

afterEach(() => {
  vi.restoreAllMocks();
  (document.activeElement as HTMLElement | null)?.blur();
});

describe('keys inside the panel', () => {
  it('choose a card by its number, and do all that can be done with it', async () => {
    vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    const element = await ranked();
    const told = heard(element);
    one(element, '[part=refresh]').focus();
    expect(await type(element, '2')).toBe(true);
    expect(titleOfFocus()).toBe('历史2');
    for (const key of ['a', 'c', 'l', 'd', 'o']) expect(await type(element, key), key).toBe(true);
    await until(() => expect(told).toHaveLength(5));
    expect(told.sort()).toEqual(['adopt HIS2', 'copy HIS2', 'expand HIS2', 'link HIS2', 'open HIS2']);
    expect(await type(element, 'N', { shiftKey: true })).toBe(true);
    expect(cards(element)).toEqual(['历史1', '历史3', '历史4']);
    expect(titleOfFocus()).toBe('历史3');
    expect(await type(element, 'u')).toBe(true);
    expect(titleOfFocus()).toBe('历史2');
    expect(await type(element, 'u')).toBe(false);
  });

  it('work on the first case while none has the focus', async () => {
    const element = await ranked();
    const told = heard(element);
    one(element, '[part=refresh]').focus();
    await type(element, 'l');
    expect(told).toEqual(['link HIS1']);
  });

  it('choose the card that shows a number, also after others went', async () => {
    const element = await ranked();
    one(element, '[part=refresh]').focus();
    await type(element, '1');
    await type(element, 'n');
    expect(await type(element, '3')).toBe(true);
    expect(titleOfFocus()).toBe('历史4');
    expect(await type(element, '9')).toBe(false);
  });

  it('search again, and keep the cases on screen meanwhile', async () => {
    const element = await ranked();
    one(element, '[part=refresh]').focus();
    const again = matched(element);
    expect(await type(element, 'r')).toBe(true);
    expect(cards(element)).toHaveLength(3);
    await again;
    expect(cards(element)).toHaveLength(3);
  });

  it('list themselves, and Escape leads back step by step', async () => {
    const field = document.createElement('input');
    stage().append(field);
    const element = await ranked();
    // The list is drawn by what is loaded once there are cases.
    await until(() => expect(all(element, '[part=insights]')).toHaveLength(1));
    field.focus();
    await type(element, 'm', { altKey: true });
    expect(titleOfFocus()).toBe('历史1');
    await type(element, '?', { shiftKey: true });
    expect(words(element, '[part=keys]')).toContain('采用处置');
    expect(focused()?.getAttribute('aria-label')).toBe('关闭');
    await type(element, 'Escape');
    expect(all(element, '[part=keys]')).toEqual([]);
    expect(focused()?.getAttribute('part')).toBe('keys-button');
    await type(element, 'Escape');
    expect(focused()).toBe(field);
    expect(await type(element, 'Escape')).toBe(false);
  });

  it('are named on the buttons for assistive technology', async () => {
    const element = await ranked();
    const named = all(element, '[part=card]:first-of-type [aria-keyshortcuts]')
      .slice(0, 6)
      .map((button) => button.getAttribute('aria-keyshortcuts'));
    expect(named).toEqual(['A', 'C', 'L', 'N', 'D', 'O']);
    expect(one(element, '[part=card]').getAttribute('aria-keyshortcuts')).toBe('1');
  });

  it('are told beside the buttons once someone works by keyboard, and not to who points', async () => {
    const element = await ranked();
    expect(all(element, 'kbd')).toEqual([]);
    one(element, '[part=refresh]').focus();
    await type(element, '1');
    expect(all(element, '[part=card]:first-of-type kbd').length).toBeGreaterThan(3);
    element.dispatchEvent(new PointerEvent('pointerdown'));
    await element.updateComplete;
    expect(all(element, 'kbd')).toEqual([]);
  });
});

describe('keys are left to others', () => {
  it('while the focus is elsewhere', async () => {
    const element = await ranked();
    const told = heard(element);
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true, cancelable: true }));
    await element.updateComplete;
    expect(told).toEqual([]);
  });

  it('while an input method composes', async () => {
    const element = await ranked();
    const told = heard(element);
    one(element, '.card').focus();
    expect(await type(element, 'a', { isComposing: true })).toBe(false);
    expect(await type(element, 'a', { keyCode: 229 })).toBe(false);
    expect(await type(element, 'Process')).toBe(false);
    expect(told).toEqual([]);
  });

  it('with Ctrl, Alt or Meta, when held down, and when the page took them', async () => {
    const element = await ranked();
    const told = heard(element);
    one(element, '.card').focus();
    for (const held of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }, { repeat: true }]) {
      expect(await type(element, 'c', held)).toBe(false);
    }
    const take = (event: Event) => event.preventDefault();
    window.addEventListener('keydown', take, { capture: true });
    await type(element, 'a');
    window.removeEventListener('keydown', take, { capture: true });
    expect(told).toEqual([]);
  });

  it('and those of the panel do not reach the page’s own', async () => {
    const element = await ranked();
    const page = vi.fn();
    document.addEventListener('keydown', page);
    one(element, '.card').focus();
    await type(element, 'l');
    expect(page).not.toHaveBeenCalled();
    await type(element, 'q');
    expect(page).toHaveBeenCalledOnce();
    document.removeEventListener('keydown', page);
  });
});

describe('the shortcut into the panel', () => {
  const press = (init: KeyboardEventInit) => {
    const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
    document.body.dispatchEvent(event);
    return event.defaultPrevented;
  };

  it('leads to the first case, and to the heading where there is none', async () => {
    await ranked();
    expect(press({ key: 'm', altKey: true })).toBe(true);
    expect(titleOfFocus()).toBe('历史1');
  });

  it('leads to the heading where there is no case', async () => {
    await panel();
    expect(press({ key: 'm', altKey: true })).toBe(true);
    expect(focused()?.id).toBe('heading');
  });

  it('is the one that the host names, by place where Alt types another letter', async () => {
    await ranked({ shortcut: 'Alt+Shift+K' });
    expect(press({ key: 'm', altKey: true })).toBe(false);
    expect(press({ key: '˚', code: 'KeyK', altKey: true, shiftKey: true })).toBe(true);
    expect(titleOfFocus()).toBe('历史1');
  });

  it('is none where the host says so, and where it would take what people type', async () => {
    await ranked({ shortcut: 'off' });
    expect(press({ key: 'm', altKey: true })).toBe(false);
    for (const words of ['', 'off', 'm', 'Shift+M', 'Alt+', 'Hyper+M', 'constructor+M', 'Alt+Esc']) {
      expect(parseShortcut(words), words).toBeUndefined();
    }
    expect(parseShortcut('f8')).toEqual({ key: 'f8', alt: false, ctrl: false, meta: false, shift: false });
  });

  it('is never taken where a handler of the page took it', async () => {
    const element = await ranked();
    const take = (event: Event) => event.preventDefault();
    document.addEventListener('keydown', take);
    press({ key: 'm', altKey: true });
    document.removeEventListener('keydown', take);
    expect(element.shadowRoot?.activeElement).toBeNull();
  });

  it('is listened for no longer once the panel is gone', async () => {
    const element = await ranked();
    element.remove();
    expect(press({ key: 'm', altKey: true })).toBe(false);
  });
});
