const MILLISECONDS = 220;

/** Lets rows glide to their new places instead of jumping: measured before a render, moved after it. */
export class Reorder {
  #tops = new Map<string, number>();

  /** Call before rows change. */
  measure(root: ParentNode): void {
    this.#tops = tops(root);
  }

  /** Call after they have changed. */
  play(root: ParentNode): void {
    if (this.#tops.size === 0 || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const before = this.#tops;
    this.#tops = new Map();
    for (const [row, top] of rowsWithTops(root)) {
      const shift = (before.get(row.dataset.key ?? '') ?? top) - top;
      if (shift === 0) continue;
      row.animate([{ transform: `translateY(${shift}px)` }, { transform: 'none' }], {
        duration: MILLISECONDS,
        easing: 'ease-out',
      });
    }
  }
}

function tops(root: ParentNode): Map<string, number> {
  return new Map(rowsWithTops(root).map(([row, top]) => [row.dataset.key ?? '', top]));
}

/** Offsets, not client rectangles: a row still gliding counts as arrived. */
function rowsWithTops(root: ParentNode): [HTMLElement, number][] {
  const rows = Array.from(root.querySelectorAll<HTMLElement>('.waiting [data-key]'));
  return rows.map((row) => [row, row.offsetTop]);
}
