import { failureWords } from './failure.ts';
import type { Messages } from './locales/index.ts';
import { worthReusing } from './view/format.ts';
import type { PanelState } from './view/model.ts';

/** What the live region says. It follows the milestones alone: scores and percentages would drown a listener. */
export function announcementFor(search: AnnouncedSearch, messages: Messages): string {
  const words = milestone(search, messages);
  return words !== '' && search.keptAt !== undefined ? `${messages.kept}：${words}` : words;
}

interface AnnouncedSearch {
  readonly state: PanelState;
  readonly keptAt: Date | undefined;
  /** How many cases are shown as cards. */
  readonly top: number;
}

function milestone({ state, top }: AnnouncedSearch, messages: Messages): string {
  switch (state.phase) {
    case 'idle':
    case 'reading':
    case 'finding':
      return '';
    case 'empty':
      return messages.empty;
    case 'failed':
      return `${messages.failed}：${failureWords(state.error, messages)}`;
    case 'ranking':
      return state.refined ? messages.firstPass : messages.found(state.matches.length);
    case 'widening':
      return messages.widening;
    case 'unranked':
      return `${messages.notByModel} · ${messages.listed(state.matches.length)}`;
    case 'ranked': {
      const total = state.matches.length;
      const worth = worthReusing(state.matches.slice(0, top));
      return worth > 0 ? messages.foundWorthReusing(worth, total) : messages.noneWorthReusing;
    }
  }
}
