import { html, nothing, type TemplateResult } from 'lit';

export interface Notice {
  readonly title: string;
  readonly words: string;
  readonly act?: { readonly label: string; readonly run: () => void; readonly part: string };
}

/** What is the matter, in plain words, and what can be done about it. */
export function noticeBox({ title, words, act }: Notice, kind: 'quiet' | 'problem' | 'kept'): TemplateResult {
  return html`<div class="notice ${kind}" part="notice">
    <div>
      <p class="notice-title">${title}</p>
      <p class="muted">${words}</p>
    </div>
    ${
      act
        ? html`<button type="button" class="act" part=${act.part} @click=${act.run}>${act.label}</button>`
        : nothing
    }
  </div>`;
}
