/** What stands in for `{query}`, `{limit}`, `{id}` and `{category}`. */
export type UrlValues = Readonly<Partial<Record<'query' | 'limit' | 'id' | 'category', string>>>;

/** Fills a URL template in one pass, so that a value that looks like a placeholder stays a value. */
export function fillUrl(template: string, values: UrlValues): string {
  return template.replace(/\{(query|limit|id|category)\}/g, (_, name: keyof UrlValues) =>
    encodeURIComponent(values[name] ?? ''),
  );
}

/** How errors name the address: the template up to its query string, unfilled, so that it cannot hold ticket text. */
export function urlName(template: string): string {
  return template.replace(/[?#].*$/s, '');
}
