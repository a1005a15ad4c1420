import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut, type PlacedNode, type TreeLayout } from '../../src/matching/handling-tree-layout.ts';
import { type HandlingNode, handlingTree, type Match } from '../../src/matching/index.ts';
import { textWidth, wrapText } from '../../src/matching/wrap-text.ts';
import { matches, matchOf } from './arbitrary-matches.ts';

const textOf = ({ label }: HandlingNode) => ('text' in label ? label.text : label.word);

function laidOut(given: readonly Match[], width: number): TreeLayout | undefined {
  const tree = handlingTree(given);
  return tree && layOut(tree, { width, textOf });
}

function overlap(a: PlacedNode, b: PlacedNode): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe('layOut', () => {
  it('places every node within the width, parents above children, none over another', () => {
    fc.assert(
      fc.property(matches, fc.integer({ min: 240, max: 1200 }), (given, width) => {
        const layout = laidOut(given, width);
        if (!layout) return;
        const { nodes, links, height } = layout;
        const byId = new Map(nodes.map((placed) => [placed.node.id, placed]));
        expect(links).toHaveLength(nodes.length - 1);
        expect(byId.size).toBe(nodes.length);
        nodes.forEach((placed, index) => {
          expect(placed.x).toBeGreaterThanOrEqual(-1e-6);
          expect(placed.x + placed.width).toBeLessThanOrEqual(width + 1e-6);
          expect(placed.y + placed.height).toBeLessThanOrEqual(height);
          const parent = byId.get(placed.parent ?? '');
          if (parent) expect(parent.y + parent.height).toBeLessThan(placed.y);
          else expect(index).toBe(0);
          for (const other of nodes.slice(index + 1)) expect(overlap(placed, other)).toBe(false);
        });
        for (const { path, label } of links) {
          expect(path).toMatch(/^M[-\d.,HVQ ]+$/);
          if (label)
            expect(nodes.some(({ y, height: h, x, width: w }) => within(label, { x, y, w, h }))).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('sets three cases beside each other at 360 px, with eight Chinese characters a line', () => {
    const given = ['解救乘客并停梯检查', '更换主板', '约谈物业'].map((action, index) =>
      matchOf({ handling: { unit: '区特检院', steps: [{ action }] } }, { firstStageRank: index + 1 }),
    );
    const layout = laidOut(given, 360);
    expect(layout?.orientation).toBe('columns');
    const boxes = layout?.nodes.filter(({ node }) => node.kind === 'action') ?? [];
    expect(boxes.map(({ lines }) => lines)).toEqual([['解救乘客并停梯检', '查'], ['更换主板'], ['约谈物业']]);
    expect(new Set(boxes.map(({ y }) => y)).size).toBe(1);
  });

  it('becomes an outline where columns would be too narrow', () => {
    const given = Array.from({ length: 6 }, (_, index) =>
      matchOf({ handling: { unit: `承办单位${index}` } }, { firstStageRank: index + 1 }),
    );
    expect(laidOut(given, 360)?.orientation).toBe('outline');
    expect(laidOut(given, 1200)?.orientation).toBe('columns');
  });

  it('draws the best-rated path last, and labels where cases part', () => {
    const given = (['yes', 'no'] as const).map((solved, index) =>
      matchOf({ handling: { unit: '区特检院', reply: '已办', solved } }, { firstStageRank: index + 1 }),
    );
    const links = laidOut(given, 360)?.links ?? [];
    expect(links.map(({ best }) => best)).toEqual([false, true, true, true]);
    expect(links.filter(({ label }) => label).map(({ to }) => to)).toEqual(['0.0.0.1', '0.0', '0.0.0.0']);
  });
});

function within(
  point: { x: number; y: number },
  box: { x: number; y: number; w: number; h: number },
): boolean {
  return point.x > box.x && point.x < box.x + box.w && point.y > box.y && point.y < box.y + box.h;
}

describe('wrapText', () => {
  it.each([
    ['约谈园长和当班老师', 8, ['约谈园长和当班老', '师']],
    ['电梯停了，已解救', 4, ['电梯停', '了，已解', '救']],
    ['Replace the mainboard', 8, ['Replace the', 'mainboard']],
    ['mainboards', 3, ['mainb', 'oards']],
    ['', 8, ['']],
  ])('%s in lines of %d ems', (text, width, lines) => {
    expect(wrapText(text, width, 9)).toEqual(lines);
  });

  it('ends in an ellipsis where the text goes on', () => {
    expect(wrapText('约谈园长和当班老师并开展整改', 5, 2)).toEqual(['约谈园长和', '当班老师…']);
  });

  it('keeps every line within the width, and loses nothing unless cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'电梯，。、A1 -“”é😀') }),
        fc.integer({ min: 2, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        (text, width, most) => {
          const lines = wrapText(text, width, most);
          expect(lines.length).toBeGreaterThan(0);
          expect(lines.length).toBeLessThanOrEqual(most);
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width + 1e-9);
          if (!lines[lines.length - 1]?.endsWith('…')) {
            expect(lines.join('').replace(/ /g, '')).toBe(text.replace(/\s/g, ''));
          }
        },
      ),
    );
  });
});
