import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ROOT } from './setup.mjs';

const FOLDER = resolve(ROOT, 'test/faults');
const ROW = /^\| (\d+) \| (.+?) \| ?(.*?) ?\|$/gm;
/** A test elsewhere: its title, and its file relative to the catalogue. */
const LINK = /\[([^\]]+)\]\(([^)]+)\)/g;
/** Numbers at the start of a title, one or several. */
const NUMBERED = /['"`](#\d+(?:,? (?:and )?#\d+)*)/g;

/**
 * @typedef {object} Fault
 * @property {number} number
 * @property {string} fault
 * @property {'tested' | 'reason' | 'nowhere'} state
 * @property {string[]} missing titles that the catalogue names and no file has
 */

/**
 * What the catalogue of faults says of each, held against the titles of the tests that there are.
 * @returns {Fault[]}
 */
export function faultCoverage() {
  const numbered = new Set(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith('.test.ts'))
      .flatMap((name) => [...readFileSync(resolve(FOLDER, name), 'utf8').matchAll(NUMBERED)])
      .flatMap(([, numbers = '']) => [...numbers.matchAll(/\d+/g)])
      .map(([digits]) => Number(digits)),
  );
  const catalogue = readFileSync(resolve(FOLDER, 'README.md'), 'utf8');
  return [...catalogue.matchAll(ROW)].map(([, digits, fault = '', where = '']) => {
    const number = Number(digits);
    const links = [...where.matchAll(LINK)];
    const missing = links
      .filter(([, title = '', file = '']) => !holds(file, title))
      .map(([, title = '']) => title);
    const tested = numbered.has(number) || links.length > missing.length;
    return {
      number,
      fault,
      state: tested ? 'tested' : where === '' || links.length > 0 ? 'nowhere' : 'reason',
      missing,
    };
  });
}

/** @param {readonly Fault[]} faults */
export function coverageLine(faults) {
  const count = (/** @type {Fault['state']} */ state) =>
    faults.filter((fault) => fault.state === state).length;
  const listed = faults.length - count('nowhere');
  return `faults: ${listed} of ${faults.length} listed, ${count('tested')} tested, ${count('reason')} with a reason`;
}

/**
 * @param {string} file
 * @param {string} title
 */
function holds(file, title) {
  try {
    return readFileSync(resolve(FOLDER, file), 'utf8').includes(title);
  } catch {
    return false;
  }
}
