import { html, nothing, type TemplateResult } from 'lit';
import type { LoadProgress } from '../../reranker/types.ts';
import type { Messages } from '../locales/index.ts';
import { formatMegabytes, formatRate, roundTime, worthReusing } from './format.ts';
import type { Panel, PanelState } from './model.ts';

interface Progress {
  readonly words: string;
  /** 0…1; absent while nobody can say how long it takes. */
  readonly part?: number;
}

/** The line under the heading and the thin bar below it. Both always take their room, so that nothing jumps. */
export function progressLine(panel: Panel): TemplateResult {
  const progress = progressOf(panel);
  const words = progress?.words ?? summaryOf(panel);
  const part = progress?.part;
  return html`
    <p class="progress-words" part="progress-text">${words}</p>
    ${
      progress
        ? html`<div
            class="bar ${part === undefined ? 'unknown' : ''}"
            part="progress"
            role="progressbar"
            aria-label=${panel.messages.heading}
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=${part === undefined ? nothing : Math.round(part * 100)}
            aria-valuetext=${words}
          ><div class="bar-fill" .style=${`transform: scaleX(${part ?? 1})`}></div></div>`
        : html`<div class="bar"></div>`
    }
  `;
}

function progressOf({ messages, state, ahead, progress }: Panel): Progress | undefined {
  if (ahead) return { words: messages.renewing, ...partOf(ahead) };
  switch (state.phase) {
    case 'reading':
      return { words: messages.readingTicket };
    case 'finding':
      return { words: messages.finding };
    case 'ranking': {
      const { done, total, refined } = state;
      if (done === 0 && progress) return loadingOf(progress, messages);
      if (refined) {
        const words = messages.refining(refined.done, refined.total);
        return { words, part: (done + refined.done) / (total + refined.total) };
      }
      return { words: messages.ranking(done, total), part: total > 0 ? done / total : 1 };
    }
    case 'widening': {
      const { done, total } = state;
      return total === 0
        ? { words: messages.widening }
        : { words: messages.ranking(done, total), part: done / total };
    }
    case 'idle':
      return progress && loadingOf(progress, messages);
    default:
      return undefined;
  }
}

function partOf(state: PanelState): Pick<Progress, 'part'> {
  return state.phase === 'ranking' && state.total > 0 ? { part: state.done / state.total } : {};
}

function loadingOf(progress: LoadProgress, messages: Messages): Progress {
  const { phase, loaded, total, bytesPerSecond, secondsLeft, from } = progress;
  if (from === 'other-tab') return { words: messages.waitingForTab };
  if (phase !== 'download' || total === 0) return { words: `${messages.loading[phase]}…` };
  const part = Math.min(1, loaded / total);
  const words = [
    `${messages.loading.download} ${Math.floor(part * 100)}%`,
    messages.bytes(formatMegabytes(loaded), formatMegabytes(total)),
    ...(bytesPerSecond === undefined ? [] : [formatRate(bytesPerSecond)]),
    ...(secondsLeft === undefined ? [] : [messages.timeLeft(roundTime(secondsLeft))]),
  ];
  return { words: words.join(' · '), part };
}

function summaryOf({ messages, state, byAge, milliseconds }: Panel): string {
  if (state.phase === 'unranked') return messages.listed(state.matches.length);
  if (state.phase !== 'ranked') return '';
  const seconds = ((milliseconds ?? 0) / 1000).toFixed(1);
  return [
    ...(worthReusing(state.matches) === 0 ? [messages.noneWorthReusing] : []),
    messages.ranked(state.matches.length, seconds),
    ...(byAge ? [messages.byAge] : []),
    ...(state.queryShortened ? [messages.queryShortened] : []),
  ].join(' · ');
}
