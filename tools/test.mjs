import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coverageLine, faultCoverage } from './fault-coverage.mjs';
import { ensureChromium, ensureDependencies, ROOT, run } from './setup.mjs';

/** `npm test`: lint, types, build, and every test, in that order; `npm test -- <filter>` runs some of the tests. */
ensureDependencies();
ensureChromium();
const filter = process.argv.slice(2);
if (filter.length === 0) {
  run('npx', ['biome', 'check', '--error-on-warnings', '.']);
  run('npx', ['tsc', '-p', '.']);
}
run('npm', ['run', '--silent', 'build']);

const report = join(mkdtempSync(join(tmpdir(), 'case-matcher-')), 'report.json');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const { status } = spawnSync('npx', ['vitest', 'run', ...reporters, ...filter], {
  cwd: ROOT,
  stdio: 'inherit',
});
const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
console.log(`\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
console.log(coverageLine(faultCoverage()));
process.exit(status ?? 1);
