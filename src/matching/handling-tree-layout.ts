import type { HandlingNode, HandlingTree } from './handling-tree.ts';

/**
 * Kept apart from `index.ts`: it brings d3-hierarchy along. Import it dynamically, when the tree is opened.
 */

export interface TreeLayoutOptions {
  /** Width to fill, in CSS pixels; 360 and up, less is taken as 240. */
  readonly width: number;
  /** Words of a node, in the language shown. */
  readonly textOf: (node: HandlingNode) => string;
  /** Size of the text; default 12. */
  readonly fontSize?: number;
  /** Most lines of a node before the rest becomes an ellipsis; default 3. */
  readonly maxLines?: number;
}

/**
 * A tree with places for everything, in CSS pixels from the top left corner.
 *
 * `columns`: from top to bottom, a column for each leaf; a label may take some lines. So three cases fit into 360 px with
 * eight Chinese characters a line, where from left to right six or seven levels would leave three.
 * `outline`: an indented list with a line for each node, once there are too many leaves for the width.
 */
export interface TreeLayout {
  readonly orientation: 'columns' | 'outline';
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly links: readonly PlacedLink[];
}

export interface PlacedNode {
  readonly node: HandlingNode;
  /** Top left corner of its box. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The words, broken to fit the box; the last ends in an ellipsis where they do not. */
  readonly lines: readonly string[];
  readonly parent?: string;
  readonly depth: number;
}

export interface PlacedLink {
  readonly from: string;
  readonly to: string;
  /** SVG path data. */
  readonly path: string;
  /** Whether both ends are on the best-rated path. */
  readonly best: boolean;
  /**
   * Where days and satisfaction are to be written: the middle of the gap above the child. Present where the cases
   * part, and where they meet their unit.
   */
  readonly label?: { readonly x: number; readonly y: number };
}

/** Places a handling tree. Pure: equal input, equal output; measures nothing. */
export declare function layOut(tree: HandlingTree, options: TreeLayoutOptions): TreeLayout;
