import { afterEach, describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import '../../src/element/calibration/index.ts';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import type { Ranker } from '../../src/matching/index.ts';
import { all, archive, matched, one, onScreen, panel, stage, until } from './panel.ts';

/** What Windows' contrast themes make of a page, in real Chromium. */
async function forcedColours(scheme: 'light' | 'dark' | undefined): Promise<void> {
  const session = cdp() as { send(method: string, parameters: object): Promise<unknown> };
  await session.send('Emulation.setEmulatedMedia', {
    features: scheme
      ? [
          { name: 'forced-colors', value: 'active' },
          { name: 'prefers-color-scheme', value: scheme },
        ]
      : [],
  });
}

afterEach(() => forcedColours(undefined));

/** Cards of the tiers high, high and medium. */
const LOGITS = [4, 2, 1.2, -2];
const ranker: Ranker = {
  rank: async (_, documents) =>
    documents.map((document, index) => {
      const logit = LOGITS[index] ?? -3;
      return { ...document, logit, score: 1 / (1 + Math.exp(-logit)), rank: index + 1, truncated: false };
    }),
};

async function shown(): Promise<CaseMatcherElement> {
  const element = await panel({ ticket: onScreen, candidates: archive(4), ranker });
  await matched(element);
  await until(() => {
    expect(all(element, '[part=insights-button]')).toHaveLength(1);
    expect(all(element, 'mark.evidence').length).toBeGreaterThan(0);
  });
  return element;
}

/** A system colour as this Chromium paints it now. */
function system(name: string): string {
  const probe = document.createElement('i');
  probe.style.cssText = `color: ${name}; forced-color-adjust: none`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function channels(colour: string): number[] {
  return (colour.match(/[\d.]+/g) ?? []).map(Number);
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function groundOf(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at);
    if (channels(backgroundColor)[3] !== 0) return backgroundColor;
  }
  return system('Canvas');
}

/** Words and drawn lines that can hardly be told from what is behind them. */
function faint(root: ParentNode): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    if (element.getClientRects().length === 0) return [];
    const style = getComputedStyle(element);
    const ground = groundOf(element);
    const told = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
    );
    const inks: [string, string, number][] = [];
    if (told) inks.push(['text', element instanceof SVGElement ? style.fill : style.color, 4.5]);
    // The outline of a filled shape may be of its ground.
    const drawn = element instanceof SVGElement && element.matches('path, rect') && style.stroke !== 'none';
    if (drawn && (style.fill === 'none' || contrast(style.fill, ground) < 3))
      inks.push(['stroke', style.stroke, 3]);
    return inks
      .filter(([, ink, least]) => contrast(ink, ground) < least)
      .map(
        ([kind, ink]) =>
          `${kind} of <${element.tagName} ${element.getAttribute('class')}>: ${ink} on ${ground}`,
      );
  });
}

const root = (element: HTMLElement) => element.shadowRoot as ShadowRoot;

describe.each(['light', 'dark'] as const)('with forced colours, %s', (scheme) => {
  it('the panel is legible: words, borders, tiers, marks', async () => {
    await forcedColours(scheme);
    const element = await shown();
    expect(matchMedia('(forced-colors: active)').matches).toBe(true);
    one(element, '[part=insights-button]').click();
    one(element, '[part=more]').click();
    await element.updateComplete;
    expect(faint(root(element))).toEqual([]);
    for (const card of all(element, '[part~=card]')) {
      const { borderTopColor, borderTopWidth } = getComputedStyle(card);
      expect(borderTopWidth).toBe('1px');
      expect(contrast(borderTopColor, system('Canvas'))).toBeGreaterThan(3);
    }
    for (const chip of all(element, '[part=chip]')) expect(getComputedStyle(chip).borderTopWidth).toBe('1px');
    const [evidence, term] = [one(element, 'mark.evidence'), one(element, 'mark.term')];
    expect(getComputedStyle(evidence).backgroundColor).toBe(system('Mark'));
    expect(getComputedStyle(evidence).color).toBe(system('MarkText'));
    expect(getComputedStyle(term).textDecorationLine).toBe('underline');
    const bars = all<SVGElement>(element, '.bars rect.filled');
    expect(bars.every((bar) => contrast(getComputedStyle(bar).fill, system('Canvas')) > 3)).toBe(true);
  });

  it('what is pressed, open or has the focus is seen to be', async () => {
    await forcedColours(scheme);
    const element = await shown();
    const chosen = ['color', 'backgroundColor'] as const;
    const coloursOf = (part: string) => {
      const style = getComputedStyle(one(element, `[part~=${part}]`));
      return chosen.map((name) => style[name]);
    };
    const selected = [system('HighlightText'), system('Highlight')];
    expect(coloursOf('link')).not.toEqual(selected);
    one(element, '[part~=link]').click();
    one(element, '[part~=figure]').click();
    await element.updateComplete;
    expect(coloursOf('link')).toEqual(selected);
    expect(coloursOf('figure')).toEqual(selected);
    expect(faint(root(element))).toEqual([]);
    one(element, '[part=tree-button]').click();
    await element.updateComplete;
    expect(coloursOf('tree-button')).toEqual(selected);
  });

  it('the tree is legible: nodes, links, the words on them, the best way, and the focus', async () => {
    await forcedColours(scheme);
    const element = await shown();
    element.focus();
    one(element, '[part~=card]').focus();
    element.shadowRoot?.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key: 't', bubbles: true, composed: true, cancelable: true }),
    );
    await element.updateComplete;
    const tree = one<SVGElement>(element, '[role=tree]');
    expect(tree.querySelectorAll('.link').length).toBeGreaterThan(2);
    expect(faint(tree)).toEqual([]);
    const strokes = (selector: string) =>
      new Set(all(element, selector).map((drawn) => getComputedStyle(drawn).stroke));
    expect(strokes('.link.best')).toEqual(new Set([system('Highlight')]));
    expect(strokes('.link:not(.best)')).toEqual(new Set([system('CanvasText')]));
    const focused = one(element, '[role=treeitem][tabindex="0"]');
    focused.focus();
    expect(root(element).activeElement).toBe(focused);
    const { outlineStyle, outlineColor } = getComputedStyle(focused.querySelector('.box') as Element);
    expect([outlineStyle, outlineColor]).toEqual(['solid', system('Highlight')]);
  });

  it('the calibration view is legible, with its curve', async () => {
    await forcedColours(scheme);
    const view = document.createElement('case-matcher-calibration');
    const tickets = [onScreen];
    Object.assign(view, { ranker, tickets, candidates: archive(4), modelId: 'demo' });
    stage().append(view);
    await until(() => expect(root(view).querySelectorAll('.side')).toHaveLength(2));
    for (const part of ['yes', 'no']) {
      root(view).querySelector<HTMLElement>(`[part=${part}]`)?.click();
      await view.updateComplete;
    }
    expect(root(view).querySelectorAll('.curve path').length).toBeGreaterThan(5);
    expect(faint(root(view))).toEqual([]);
  });
});
