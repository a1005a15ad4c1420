import type { HandlingNode } from '../matching/index.ts';
import type { Focus } from './focus.ts';
import { treeMove } from './tree-walk.ts';
import type { Views } from './views.ts';

export interface TreeParts {
  readonly views: Views;
  readonly focus: Focus;
  readonly pick: (node: HandlingNode) => void;
}

/** Does what a key asks of the tree; keys that are none of its own go on to the panel. */
export function treeKey(
  event: KeyboardEvent,
  root: HandlingNode,
  { views, focus, pick, textOf }: TreeParts & { readonly textOf: (node: HandlingNode) => string },
): void {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const { activeNode: active, foldedNodes: folded } = views.shown;
  const move = treeMove(event.key, { root, active, folded, textOf });
  // A letter is the tree's, also where no node begins with it.
  if (!move && (event.key.length !== 1 || event.key === '?')) return;
  event.preventDefault();
  event.stopPropagation();
  if (!move) return;
  if ('pick' in move) pick(move.pick);
  else {
    if ('to' in move) views.goToNode(move.to.id);
    else views.toggleNode(('fold' in move ? move.fold : move.unfold).id);
    focus.afterwardsOn('[role=treeitem][tabindex="0"]');
  }
}
