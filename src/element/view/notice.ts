import { html, nothing, type TemplateResult } from 'lit';

export interface Notice {
  readonly title: string;
  readonly words: string;
  readonly retry?: { readonly label: string; readonly run: () => void };
}

/** What is the matter, in plain words, and what can be done about it. */
export function noticeBox(
  { title, words, retry }: Notice,
  kind: 'quiet' | 'problem' | 'kept',
): TemplateResult {
  return html`<div class="notice ${kind}" part="notice">
    <div>
      <p class="notice-title">${title}</p>
      <p class="muted">${words}</p>
    </div>
    ${
      retry
        ? html`<button type="button" class="open" part="retry" @click=${retry.run}>${retry.label}</button>`
        : nothing
    }
  </div>`;
}
