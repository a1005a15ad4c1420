import type { HandlingNode } from '../matching/index.ts';

/** Where a key leads in a tree. */
export type TreeMove =
  | { readonly to: HandlingNode }
  | { readonly fold: HandlingNode }
  | { readonly unfold: HandlingNode }
  | { readonly pick: HandlingNode };

interface Walk {
  readonly root: HandlingNode;
  readonly active: string;
  readonly folded: ReadonlySet<string>;
  readonly textOf: (node: HandlingNode) => string;
}

/**
 * What a key asks of a tree, by the keyboard interaction of the WAI-ARIA tree pattern. Undefined where it asks nothing,
 * or there is nowhere to go.
 * @param key as the event names it; a letter goes to the next node that begins with it.
 */
export function treeMove(key: string, { root, active, folded, textOf }: Walk): TreeMove | undefined {
  const seen = visible(root, folded);
  const place = Math.max(
    0,
    seen.findIndex(({ id }) => id === active),
  );
  const node = seen[place];
  if (!node) return undefined;
  switch (key) {
    case 'ArrowDown':
      return go(seen[place + 1]);
    case 'ArrowUp':
      return go(seen[place - 1]);
    case 'Home':
      return go(seen[0]);
    case 'End':
      return go(seen[seen.length - 1]);
    case 'ArrowRight':
      return folded.has(node.id) ? { unfold: node } : go(node.children[0]);
    case 'ArrowLeft':
      if (node.children.length > 0 && !folded.has(node.id)) return { fold: node };
      return go(seen.find(({ children }) => children.includes(node)));
    case 'Enter':
    case ' ':
      return { pick: node };
    default:
      return key.length === 1 ? go(nextByLetter(key, seen, place, textOf)) : undefined;
  }
}

function go(to: HandlingNode | undefined): TreeMove | undefined {
  return to && { to };
}

/** The nodes on screen, in the order of a reader. */
function visible(node: HandlingNode, folded: ReadonlySet<string>): readonly HandlingNode[] {
  if (folded.has(node.id)) return [node];
  return [node, ...node.children.flatMap((child) => visible(child, folded))];
}

function nextByLetter(
  letter: string,
  seen: readonly HandlingNode[],
  place: number,
  textOf: (node: HandlingNode) => string,
): HandlingNode | undefined {
  const others = [...seen.slice(place + 1), ...seen.slice(0, place)];
  return others.find((node) => textOf(node).toLowerCase().startsWith(letter.toLowerCase()));
}
