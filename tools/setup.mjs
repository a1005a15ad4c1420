import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..');

const CHROMIUM_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];

/**
 * Runs a command in a folder, by default the project's root, and ends this process with its exit code when it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} folder
 */
export function run(command, args, folder = ROOT) {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (error) console.error(String(error));
  if (status !== 0) process.exit(status ?? 1);
}

/** Installs what a folder's package-lock.json names, when it is not installed yet. Install scripts stay off. */
export function ensureDependencies(folder = ROOT) {
  const installed = resolve(folder, 'node_modules/.package-lock.json');
  const lock = resolve(folder, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('Installing dependencies …');
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
}

/**
 * The Chromium that tests run in: `$CHROMIUM`, or where systems put it.
 * @returns {string | undefined}
 */
export function findChromium() {
  return [process.env.CHROMIUM, ...CHROMIUM_PLACES].find((place) => place && existsSync(place));
}

/** Installs Debian's Chromium where none is found and we may; else says what to do. */
export function ensureChromium() {
  if (findChromium()) return;
  const debian = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
  if (debian) {
    console.log('Installing Chromium …');
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk']);
  }
  if (findChromium()) return;
  console.error('The tests need a Chromium or Chrome: install one, or set CHROMIUM to its executable.');
  process.exit(1);
}
