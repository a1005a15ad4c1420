/**
 * What is drawn once the first cases are on screen, in a chunk of its own, so that these need not wait for it: the numbers
 * over all cases, the tree that compares their handling, the whole path of one, and its print; with their words and styles.
 */
import type { CasePath, HandlingNode, HandlingTree, PlaceCluster } from '../matching/index.ts';
import type { Messages } from './locales/index.ts';
import { laterEn } from './locales/later-en.ts';
import type { LaterMessages } from './locales/later-messages.ts';
import { laterZhCN } from './locales/later-zh-CN.ts';
import { printPath as print } from './print.ts';
import { propose as handOver, type ProposalParts } from './proposal.ts';
import { chipStyles } from './styles/chips.ts';
import { insightStyles } from './styles/insights.ts';
import { keysStyles } from './styles/keys.ts';
import { pageStyles } from './styles/pages.ts';
import { type TreeParts, treeKey as walkByKey } from './tree-keys.ts';
import { insightsView as drawInsights } from './view/insights.ts';
import { keysList as drawKeys } from './view/keys-list.ts';
import type { LaterPanel, Panel } from './view/model.ts';
import { pathPage as drawPath, treePage as drawTree } from './view/pages.ts';
import { nodeText as textOf } from './view/tree.ts';

export { casePath, handlingTree, insights, localDay } from '../matching/index.ts';
export { caseLines } from './view/case-lines.ts';

export const insightsView = (panel: Panel) => drawInsights(withWords(panel));
export const keysList = (panel: Panel) => drawKeys(withWords(panel));
export const treePage = (tree: HandlingTree, panel: Panel) => drawTree(tree, withWords(panel));
export const pathPage = (seen: NonNullable<Panel['path']>, panel: Panel) => drawPath(seen, withWords(panel));
export const treeKey = (
  event: KeyboardEvent,
  root: HandlingNode,
  parts: TreeParts & { readonly messages: Messages },
) => walkByKey(event, root, { ...parts, textOf: (node) => textOf(node, laterWords(parts.messages)) });
export const propose = (cluster: PlaceCluster, parts: ProposalParts, messages: Messages) =>
  void handOver(cluster, parts, laterWords(messages));
export const printPath = (path: CasePath, messages: Messages, root: DocumentFragment | HTMLElement) =>
  print(path, laterWords(messages), root);

function withWords(panel: Panel): LaterPanel {
  return { ...panel, messages: laterWords(panel.messages) };
}

function laterWords({ language }: Messages): LaterMessages {
  return language === laterEn.language ? laterEn : laterZhCN;
}

/** The styles of what is in this file, beside those that the panel begins with. */
export function addStyles(root: DocumentFragment | HTMLElement): void {
  if (!(root instanceof ShadowRoot)) return;
  const added = [chipStyles, insightStyles, pageStyles, keysStyles].map(({ styleSheet }) => styleSheet);
  root.adoptedStyleSheets = [
    ...root.adoptedStyleSheets,
    ...added.filter((sheet): sheet is CSSStyleSheet => sheet !== undefined),
  ];
}
