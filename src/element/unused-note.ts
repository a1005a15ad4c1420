/** In localStorage, so that it is known before anything is loaded. */
const KEY = 'case-matcher-unused';

/** Whether an earlier page noted that nobody uses the cases. Where storage is closed nothing is known. */
export function isNotedUnused(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

/** Notes it for the pages to come, or no longer. Where storage is closed nothing is noted. */
export function noteUnused(unused: boolean): void {
  try {
    if (unused) localStorage.setItem(KEY, 'yes');
    else localStorage.removeItem(KEY);
  } catch {}
}
