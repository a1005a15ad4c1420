import { afterEach, describe, expect, it } from 'vitest';
import '../../src/element/calibration/index.ts';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import { all, archive, matched, one, onScreen, panel, stage, until } from './panel.ts';
import { promptRanker } from './staged-ranker.ts';

afterEach(() => document.documentElement.removeAttribute('dir'));

async function shown(width: number, dir?: 'ltr'): Promise<CaseMatcherElement> {
  document.documentElement.dir = 'rtl';
  const element = await panel({ ticket: onScreen, candidates: archive(6), ranker: promptRanker });
  (element.parentElement as HTMLElement).style.width = `${width}px`;
  if (dir) element.dir = dir;
  await matched(element);
  await until(() => expect(all(element, '[part=insights-button]')).toHaveLength(1));
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  await element.updateComplete;
  return element;
}

const box = (element: CaseMatcherElement, selector: string) => one(element, selector).getBoundingClientRect();

/** Where the characters of a text are drawn, from the left. */
function drawn(node: Node): string {
  const text = node.textContent ?? '';
  const places = Array.from(text, (character, index) => {
    const range = document.createRange();
    range.setStart(node, index);
    range.setEnd(node, index + 1);
    return { character, left: range.getBoundingClientRect().left };
  });
  return places
    .sort((a, b) => a.left - b.left)
    .map(({ character }) => character)
    .join('');
}

function textsIn(root: ParentNode): Text[] {
  return [...root.querySelectorAll('*')]
    .flatMap((element) => [...element.childNodes])
    .filter((node): node is Text => node.nodeType === Node.TEXT_NODE && !!node.textContent?.trim());
}

/** All texts of one line that are not drawn as they are read. */
function misread(root: ParentNode): string[] {
  return textsIn(root)
    .filter((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      const lines = new Set(Array.from(range.getClientRects(), ({ bottom }) => Math.round(bottom)));
      return lines.size === 1;
    })
    .filter((node) => drawn(node).replace(/\s/g, '') !== node.data.replace(/\s/g, ''))
    .map((node) => `${node.data} is drawn ${drawn(node)}`);
}

describe.each([360, 472])('on a page from right to left, in a panel of %i pixels', (width) => {
  it('the cards are laid out from right to left, and nothing is cut', async () => {
    const element = await shown(width);
    const card = box(element, '[part~=card]');
    const [title, score] = [box(element, '[part~=card] [part=title]'), box(element, '[part~=card] .score')];
    expect(score.right).toBeLessThanOrEqual(title.left);
    expect(box(element, '[part=heading]').right).toBeGreaterThan(card.right - 20);
    expect(box(element, '[part=keys-button]').left).toBeLessThan(card.left + 20);
    expect(box(element, '[part~=adopt]').left).toBeGreaterThan(box(element, '[part~=reject]').right - 1);
    expect(one(element, '.panel').scrollWidth).toBeLessThanOrEqual(width);
    expect(getComputedStyle(one(element, '[part=open] .icon')).transform).toBe('matrix(-1, 0, 0, 1, 0, 0)');
  });

  it('words and numbers read as ever: in cards, numbers, the path and the tree', async () => {
    const element = await shown(width);
    one(element, '[part=more]').click();
    one(element, '[part=insights-button]').click();
    await element.updateComplete;
    expect(misread(one(element, '.panel'))).toEqual([]);
    one(element, '[part=path-button]').click();
    await element.updateComplete;
    expect(all(element, '.event').length).toBeGreaterThan(1);
    expect(misread(one(element, '.panel'))).toEqual([]);
    one(element, '[part=back]').click();
    await element.updateComplete;
    one(element, '[part=tree-button]').click();
    await element.updateComplete;
    expect(misread(one(element, '.panel'))).toEqual([]);
    for (const node of all(element, '[role=treeitem]')) {
      const frame = node.querySelector('rect')?.getBoundingClientRect() as DOMRect;
      for (const line of node.querySelectorAll('tspan')) {
        const { left, right } = line.getBoundingClientRect();
        expect(left).toBeGreaterThanOrEqual(frame.left);
        expect(right).toBeLessThanOrEqual(frame.right);
      }
    }
  });
});

describe('on a page from right to left', () => {
  it('a text of the archive goes as its own letters go', async () => {
    document.documentElement.dir = 'rtl';
    const uyghur = { id: 'U1', title: 'لىفىت بۇزۇلدى.', text: 'لىفىت بۇزۇلدى، 15 مىنۇت قالدۇق.' };
    const element = await panel({ ticket: onScreen, candidates: [uyghur], ranker: promptRanker });
    await matched(element);
    const words = textsIn(one(element, '.panel')).find(({ data }) => data.includes('بۇزۇلدى.'));
    expect(
      drawn(words as Text)
        .trim()
        .charAt(0),
    ).toBe('.');
  });

  it('a panel that is told to go from left to right does', async () => {
    const element = await shown(472, 'ltr');
    expect(box(element, '[part~=card] .score').left).toBeGreaterThan(
      box(element, '[part~=card] [part=title]').right - 1,
    );
    expect(getComputedStyle(one(element, '[part=open] .icon')).transform).toBe('matrix(1, 0, 0, 1, 0, 0)');
  });

  it('the calibration view says ≥ and not ≤, and which of how many', async () => {
    document.documentElement.dir = 'rtl';
    const view = document.createElement('case-matcher-calibration');
    Object.assign(view, {
      ranker: promptRanker,
      tickets: [onScreen],
      candidates: archive(4),
      modelId: 'demo',
    });
    stage().append(view);
    const root = view.shadowRoot as ShadowRoot;
    await until(() => expect(root.querySelectorAll('.side')).toHaveLength(2));
    root.querySelector<HTMLElement>('[part=yes]')?.click();
    await view.updateComplete;
    expect(misread(root)).toEqual([]);
  });
});
