import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import { layOut, type PlacedLink, type PlacedNode } from '../../matching/handling-tree-layout.ts';
import type { BranchOutcome, HandlingNode, HandlingTree } from '../../matching/index.ts';
import type { LaterMessages } from '../locales/later-messages.ts';
import { formatDays } from './format.ts';

/** What of a tree is open, and where in it someone is. */
export interface TreeState {
  readonly tree: HandlingTree;
  /** Ids of the nodes that are folded. */
  readonly folded: ReadonlySet<string>;
  /** Id of the one node that Tab leads to. */
  readonly active: string;
}

export interface TreeOptions {
  readonly messages: LaterMessages;
  /** CSS pixels there are. */
  readonly width: number;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onPick: (node: HandlingNode) => void;
}

const FONT = 12;
const LINE = 17;

/**
 * The handling of the best cases as one tree, drawn as SVG; the very same elements are the tree of the WAI-ARIA
 * Authoring Practices: https://www.w3.org/WAI/ARIA/apg/patterns/treeview/. Its nodes lie side by side, each with its level
 * and place, since a node within a node would make the words of all below it a part of what is seen of it, though not of
 * its name (WCAG 2.5.3). That which is drawn on links is for eyes; ears get it with the name of the node.
 */
export function treeView({ tree, folded, active }: TreeState, options: TreeOptions): TemplateResult {
  const { messages, width, onKey } = options;
  const shown = { ...tree, root: withoutFolded(tree.root, folded) };
  const layout = layOut(shown, { width, fontSize: FONT, textOf: (node) => nodeText(node, messages) });
  const placed = new Map(layout.nodes.map((node) => [node.node.id, node]));
  const items = (node: HandlingNode, level: number, place: number, of: number): SVGTemplateResult[] => {
    const at = placed.get(node.id);
    if (!at) return [];
    const item = svg`<g
      role="treeitem"
      class="node ${node.kind} ${node.best ? 'best' : ''}"
      part="node"
      data-node=${node.id}
      tabindex=${node.id === active ? 0 : -1}
      aria-label=${nodeName(node, messages)}
      aria-level=${level}
      aria-posinset=${place}
      aria-setsize=${of}
      aria-expanded=${isParent(node, folded) ? String(!folded.has(node.id)) : nothing}
      @click=${() => options.onPick(node)}
    >${box(at, node, folded)}</g>`;
    const { children } = node;
    return [item, ...children.flatMap((child, index) => items(child, level + 1, index + 1, children.length))];
  };
  return html`<svg
    class="tree ${layout.orientation}"
    part="tree"
    role="tree"
    aria-label=${messages.treeOf(tree.cases.length)}
    width=${layout.width}
    height=${layout.height}
    viewBox="0 0 ${layout.width} ${layout.height}"
    @keydown=${onKey}
  >
    <g aria-hidden="true">${layout.links.map((link) => linkLine(link, placed, messages))}</g>
    ${items(shown.root, 1, 1, 1)}
  </svg>`;
}

function isParent(node: HandlingNode, folded: ReadonlySet<string>): boolean {
  return node.children.length > 0 || folded.has(node.id);
}

/** The tree as it is drawn: a folded node keeps its place and hides what follows. */
function withoutFolded(node: HandlingNode, folded: ReadonlySet<string>): HandlingNode {
  const children = folded.has(node.id) ? [] : node.children.map((child) => withoutFolded(child, folded));
  return { ...node, children };
}

function box(
  { x, y, width, height, lines }: PlacedNode,
  node: HandlingNode,
  folded: ReadonlySet<string>,
): SVGTemplateResult {
  const top = y + (height - lines.length * LINE) / 2 + LINE - 4.5;
  return svg`
    <rect class="box" x=${x} y=${y} width=${width} height=${height} rx="4" />
    <text aria-hidden="true">${lines.map(
      (line, index) => svg`<tspan x=${x + 6} y=${top + index * LINE}>${line}</tspan>`,
    )}</text>
    ${node.best ? star(x + width - 4, y) : nothing}
    ${folded.has(node.id) ? svg`<text class="more" aria-hidden="true" x=${x + width / 2} y=${y + height + 11}>⋯</text>` : nothing}
  `;
}

/** Best by more than a colour: a star on each node of the way. */
function star(x: number, y: number): SVGTemplateResult {
  return svg`<path class="star" transform="translate(${x - 5} ${y - 5})"
    d="M5 0l1.500 3.300 3.500.400-2.600 2.400.700 3.600L5 7.900 1.900 9.700l.700-3.600L0 3.700l3.500-.400z" />`;
}

function linkLine(
  link: PlacedLink,
  placed: ReadonlyMap<string, PlacedNode>,
  messages: LaterMessages,
): SVGTemplateResult {
  const child = placed.get(link.to)?.node;
  const words = child && link.label ? branchWords(child.outcome, messages) : '';
  return svg`<path class="link ${link.best ? 'best' : ''}" d=${link.path} />
    ${
      link.label && words
        ? svg`<text class="branch" x=${link.label.x} y=${link.label.y + 4} text-anchor=${link.label.anchor}>${words}</text>`
        : nothing
    }`;
}

/** What a node is called: the archive's words, or ours where it is silent. */
export function nodeText({ label, result, kind }: HandlingNode, messages: LaterMessages): string {
  if ('text' in label) return label.text;
  if (kind !== 'result' || label.word !== 'outcome') return messages.nodes[label.word];
  const said = [
    result?.solved ? messages.solved[result.solved] : undefined,
    result?.satisfaction ? messages.satisfaction[result.satisfaction] : undefined,
  ].filter(Boolean);
  return said.join(' · ') || messages.nodes.outcome;
}

/** All that a node says to people who do not see where it stands. */
export function nodeName(node: HandlingNode, messages: LaterMessages): string {
  return [
    messages.nodeKinds[node.kind],
    nodeText(node, messages),
    messages.cases(node.cases.length),
    branchWords(node.outcome, messages),
    node.best ? messages.bestRated : '',
  ]
    .filter(Boolean)
    .join('，');
}

/** Days and satisfaction of the cases that go this way. */
function branchWords({ days, satisfaction }: BranchOutcome, messages: LaterMessages): string {
  const rated = satisfaction.satisfied + satisfaction.fairly + satisfaction.dissatisfied;
  const spread =
    days &&
    (days.least === days.most
      ? formatDays(days.median, messages)
      : `${formatDays(days.least, messages)}–${formatDays(days.most, messages)}`);
  return [
    spread === undefined ? '' : messages.daysShort(spread),
    rated > 0 ? messages.satisfiedOf(satisfaction.satisfied + satisfaction.fairly, rated) : '',
  ]
    .filter(Boolean)
    .join(' · ');
}
