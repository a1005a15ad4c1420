import { type HierarchyNode, hierarchy, tree as tidyTree } from 'd3-hierarchy';
import type { HandlingNode, HandlingTree } from './handling-tree.ts';
import { wrapText } from './wrap-text.ts';

// Not exported by `index.ts`: it brings d3-hierarchy along. Import it when the tree is opened.

export interface TreeLayoutOptions {
  /** Width to fill, in CSS pixels: 360 and up. Less than 240 is taken as 240. */
  readonly width: number;
  /** Words of a node, in the language shown. */
  readonly textOf: (node: HandlingNode) => string;
  /** Size of the text in CSS pixels; default 12. */
  readonly fontSize?: number;
  /** Most lines of a node before the rest becomes an ellipsis; default 3. */
  readonly maxLines?: number;
}

/**
 * A tree with places for everything, in CSS pixels from the top left corner.
 *
 * `columns`: from top to bottom, and leaves beside each other; a label takes some lines. So three cases fit into 360 px
 * with eight Chinese characters a line, where from left to right six or seven levels would leave three.
 * `outline`: an indented list, once the columns would become narrower than seven characters.
 */
export interface TreeLayout {
  readonly orientation: 'columns' | 'outline';
  readonly width: number;
  readonly height: number;
  /** Parents before their children, in the order of a reader. */
  readonly nodes: readonly PlacedNode[];
  /** The best-rated path last, so that it is drawn over the others. */
  readonly links: readonly PlacedLink[];
}

export interface PlacedNode {
  readonly node: HandlingNode;
  /** Top left corner of its box. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The words, broken to fit the box; the last line ends in an ellipsis where they do not. Never empty. */
  readonly lines: readonly string[];
  /** 0 for the root. */
  readonly depth: number;
  /** Id of the parent; absent for the root. */
  readonly parent?: string;
}

export interface PlacedLink {
  readonly from: string;
  readonly to: string;
  /** SVG path data. */
  readonly path: string;
  /** Whether both ends are on the best-rated path. */
  readonly best: boolean;
  /**
   * Where days and satisfaction of the branch are to be written: the middle of a line of their own above the child, which
   * the link crosses. Present where cases part, and where they come to their unit.
   */
  readonly label?: {
    readonly x: number;
    readonly y: number;
    readonly anchor: 'middle' | 'start';
    readonly width: number;
  };
}

/** Inside a box, between text and edge. */
const PADDING = { x: 6, y: 5 };
const GAP = { x: 8, y: 18 };
/** Characters below which a column is no longer worth reading. */
const FEWEST_CHARACTERS = 7;
const WIDEST = 220;
const INDENT = 16;
const CORNER = 5;

type Branch = HierarchyNode<HandlingNode>;

/** Places a handling tree. Pure: equal input gives equal output, and nothing is measured. */
export function layOut(tree: HandlingTree, options: TreeLayoutOptions): TreeLayout {
  const { fontSize = 12, maxLines = 3, textOf } = options;
  const room: Room = {
    width: Math.max(240, options.width),
    fontSize,
    line: Math.round(fontSize * 1.45),
    maxLines,
    textOf,
  };
  const root = hierarchy(tree.root, ({ children }) => children);
  return columns(root, room) ?? outline(root, room);
}

interface Room {
  readonly width: number;
  readonly fontSize: number;
  readonly line: number;
  readonly maxLines: number;
  readonly textOf: (node: HandlingNode) => string;
}

/** Undefined where a column would be too narrow. */
function columns(root: Branch, room: Room): TreeLayout | undefined {
  const placed = tidyTree<HandlingNode>()
    .nodeSize([1, 1])
    .separation(() => 1)(root);
  const all = placed.descendants();
  const left = Math.min(...all.map(({ x }) => x));
  const column = room.width / (Math.max(...all.map(({ x }) => x)) - left + 1);
  const width = Math.min(column - GAP.x, WIDEST);
  if (width - 2 * PADDING.x < FEWEST_CHARACTERS * room.fontSize) return undefined;
  const texts = new Map(all.map((branch) => [branch.data.id, linesOf(branch, width, room)]));
  const rows: { top: number; height: number }[] = [];
  for (const branch of all) {
    const height = heightOf(texts.get(branch.data.id) ?? [], room);
    rows[branch.depth] = { top: 0, height: Math.max(rows[branch.depth]?.height ?? 0, height) };
  }
  let bottom = 0;
  rows.forEach((row, depth) => {
    const labelled = all.some((branch) => branch.depth === depth && hasLabel(branch));
    row.top = bottom + (depth === 0 ? 0 : GAP.y + (labelled ? room.line : 0));
    bottom = row.top + row.height;
  });
  const nodes = all.map((branch): PlacedNode => {
    const lines = texts.get(branch.data.id) ?? [];
    const x = (branch.x - left + 0.5) * column - width / 2;
    return place(branch, { x, y: rows[branch.depth]?.top ?? 0, width, height: heightOf(lines, room), lines });
  });
  const links = linksOf(root, nodes, (parent, child, labelled) => {
    const [fromX, toX] = [parent.x + parent.width / 2, child.x + child.width / 2];
    const bend = child.y - GAP.y / 2 - (labelled ? room.line : 0);
    const label = {
      x: toX,
      y: child.y - (GAP.y / 2 + room.line) / 2,
      anchor: 'middle',
      width: column - GAP.x,
    } as const;
    return { path: downAcrossDown(fromX, parent.y + parent.height, bend, toX, child.y), label };
  });
  return { orientation: 'columns', width: room.width, height: bottom, nodes, links };
}

function outline(root: Branch, room: Room): TreeLayout {
  const nodes: PlacedNode[] = [];
  let bottom = 0;
  root.eachBefore((branch) => {
    // However deep it goes, half of the width is left for words.
    const x = Math.min(branch.depth * INDENT, room.width / 2);
    const width = room.width - x;
    const lines = linesOf(branch, width, room);
    const y = bottom + (branch.depth === 0 ? 0 : GAP.y / 3 + (hasLabel(branch) ? room.line : 0));
    const height = heightOf(lines, room);
    nodes.push(place(branch, { x, y, width, height, lines }));
    bottom = y + height;
  });
  const links = linksOf(root, nodes, (parent, child) => {
    const label = { x: child.x, y: child.y - room.line / 2, anchor: 'start', width: child.width } as const;
    const fromX = Math.min(parent.x + INDENT / 2, child.x);
    return { path: `M${fromX},${parent.y + parent.height}V${child.y + child.height / 2}H${child.x}`, label };
  });
  return { orientation: 'outline', width: room.width, height: bottom, nodes, links };
}

function place(branch: Branch, box: Omit<PlacedNode, 'node' | 'depth' | 'parent'>): PlacedNode {
  const parent = branch.parent?.data.id;
  return { node: branch.data, depth: branch.depth, ...(parent === undefined ? {} : { parent }), ...box };
}

type Draw = (
  parent: PlacedNode,
  child: PlacedNode,
  labelled: boolean,
) => { path: string; label: NonNullable<PlacedLink['label']> };

function linksOf(root: Branch, nodes: readonly PlacedNode[], draw: Draw): readonly PlacedLink[] {
  const byId = new Map(nodes.map((placed) => [placed.node.id, placed]));
  const links = root.links().flatMap(({ source, target }): PlacedLink[] => {
    const [parent, child] = [byId.get(source.data.id), byId.get(target.data.id)];
    if (!parent || !child) return [];
    const labelled = hasLabel(target);
    const { path, label } = draw(parent, child, labelled);
    const best = parent.node.best && child.node.best;
    return [{ from: parent.node.id, to: child.node.id, path, best, ...(labelled ? { label } : {}) }];
  });
  return [...links.filter(({ best }) => !best), ...links.filter(({ best }) => best)];
}

/** Where it says something new: where cases part, and at the unit. */
function hasLabel({ data, parent }: Branch): boolean {
  return parent !== null && (data.kind === 'unit' || parent.data.children.length > 1);
}

function linesOf(branch: Branch, width: number, room: Room): readonly string[] {
  return wrapText(room.textOf(branch.data), (width - 2 * PADDING.x) / room.fontSize, room.maxLines);
}

function heightOf(lines: readonly string[], { line }: Room): number {
  return lines.length * line + 2 * PADDING.y;
}

/** Down, across at the height `bend`, and down again, with rounded corners. */
function downAcrossDown(fromX: number, fromY: number, bend: number, toX: number, toY: number): string {
  if (Math.abs(toX - fromX) < 0.5) return `M${fromX},${fromY}V${toY}`;
  const corner = Math.min(CORNER, Math.abs(toX - fromX) / 2, bend - fromY, toY - bend);
  const side = Math.sign(toX - fromX) * corner;
  return [
    `M${fromX},${fromY}V${bend - corner}`,
    `Q${fromX},${bend} ${fromX + side},${bend}`,
    `H${toX - side}`,
    `Q${toX},${bend} ${toX},${bend + corner}V${toY}`,
  ].join('');
}
