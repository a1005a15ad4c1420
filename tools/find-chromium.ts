import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The Chromium that tests run in: `$CHROMIUM`, or where systems put it. */
export function findChromium(): string {
  const places = [process.env['CHROMIUM'], ...PLACES].filter((place) => place !== undefined);
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`No Chromium found (set CHROMIUM): ${places.join(', ')}`);
  return found;
}
