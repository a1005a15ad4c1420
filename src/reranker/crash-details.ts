import type { ErrorDetails } from '../errors.ts';

/** Where it broke; never the message, which may quote data. */
export function crashDetails(event: Event): ErrorDetails {
  if (!(event instanceof ErrorEvent) || !event.filename) return {};
  return { file: event.filename, line: event.lineno };
}
