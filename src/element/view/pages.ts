import { html, nothing, type TemplateResult } from 'lit';
import type { HandlingTree } from '../../matching/index.ts';
import { icon } from './icons.ts';
import type { LaterPanel } from './model.ts';
import { pathView } from './path.ts';
import { treeView } from './tree.ts';

/** Padding of the panel on both sides. */
const PADDING = 24;

/** What takes the place of the cases for a while, with a way back. */
function page(heading: string, content: unknown, { messages, actions }: LaterPanel): TemplateResult {
  return html`<div class="page" part="page">
    <div class="page-head">
      <button type="button" class="act" part="back" aria-keyshortcuts="Escape" title=${`${messages.back} (Esc)`} @click=${actions.back}>
        ${icon('back', 'mirrored')}${messages.back}
      </button>
      <h3>${heading}</h3>
    </div>
    ${content}
  </div>`;
}

/** The tree that compares how the best cases were handled. */
export function treePage(tree: HandlingTree, panel: LaterPanel): TemplateResult {
  const { messages, foldedNodes, activeNode, width, actions } = panel;
  const state = { tree, folded: foldedNodes, active: activeNode };
  const drawn = treeView(state, {
    messages,
    width: width - PADDING,
    onKey: (event) => actions.treeKey(event, tree.root),
    onPick: actions.pickNode,
  });
  return page(
    messages.treeOf(tree.cases.length),
    html`<p class="muted">${messages.treeHint}</p>${drawn}`,
    panel,
  );
}

/** The whole path of one case. */
export function pathPage(
  { match, path }: NonNullable<LaterPanel['path']>,
  panel: LaterPanel,
): TemplateResult {
  const content = path && pathView(match, path, panel);
  return page(panel.messages.pathOf, content ?? nothing, panel);
}
