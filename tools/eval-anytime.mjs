import { inChromium } from './in-chromium.mjs';

const PASSAGE_TOKENS = [40, 64];
const CAUTIONS = [2, 2.5, 3.25];
const CANDIDATES = 50;
const CORRELATIONS = [0.99, 0.97, 0.95, 0.9, 0.8, 0.6, 0.4];
/** Defaults may be chosen by what the even half says; the odd half reports. */
const HALVES = /** @type {const} */ ([
  [0, 'the half to choose by'],
  [1, 'the other half'],
]);
/** Of Qwen's tokenizer, on Chinese text. */
const CHARACTERS_PER_TOKEN = 1.6;

/** @typedef {import('../test/eval/anytime.ts').RankTask} RankTask */
/** @typedef {import('../test/eval/anytime.ts').Compared} Compared */

/**
 * The section "anytime" of `npm run eval`: speed against agreement with the exhaustive ranking.
 * @param {{ model: string, queries: number, wanted: string, onLine: (line: string) => void,
 *   split: Split, long: Split, complaints: Ticket[] | undefined }} options `queries`: of each set, at most; `wanted`: what the names of its sets contain.
 * @typedef {{ archive: Ticket[], queries: Ticket[] }} Split
 * @typedef {{ id: string, title?: string, text: string, kind?: string }} Ticket
 */
export async function printAnytime({ model, queries, wanted, onLine, split, long, complaints }) {
  const module = 'test/eval/anytime.ts';
  const draw = async (/** @type {string} */ name, /** @type {object} */ argument) =>
    /** @type {Promise<RankTask[]>} */ (
      inChromium({
        module: 'test/eval/tasks.ts',
        name,
        argument: { ...argument, count: queries, candidates: CANDIDATES },
      })
    );
  /** @type {[string, RankTask[], boolean][]} */
  const sets = [['test split', await draw('splitTasks', split), false]];
  for (const [parity, of] of HALVES) {
    sets.push([
      `test split at real length (${of})`,
      await draw('splitTasks', { ...long, parity }),
      parity === 0,
    ]);
  }
  for (const [parity, of] of complaints ? HALVES : []) {
    sets.push([
      `real complaints (${of})`,
      await draw('complaintTasks', { complaints, parity }),
      parity === 0,
    ]);
  }
  if (complaints) await printFidelity(complaints);
  console.log(
    '\nAnytime against exhaustive (top-1, top-3: the same; NDCG@10 with gains by the exhaustive order)',
  );
  for (const [name, tasks, sweep] of sets.filter(([name]) => name.includes(wanted))) {
    const argument = {
      model,
      tasks,
      passageTokens: sweep ? PASSAGE_TOKENS : [],
      cautions: CAUTIONS,
    };
    const { exhaustive, byDefault, shorter, swept } = await inChromium({
      module,
      name: 'evaluateAnytime',
      argument,
      onLine,
    });
    console.log(`\n${name}: ${tasks.length} queries`);
    console.log('                                tokens    time   top-1   top-3    NDCG   leaders');
    print('exhaustive', exhaustive);
    print('… five characters less of each', shorter);
    print('anytime, by default', byDefault);
    for (const { passageTokens, caution, compared } of swept) {
      print(`  passage ${passageTokens}, caution ${caution}`, compared);
    }
    const { layers, after } = await inChromium({
      module: 'test/eval/layers.ts',
      name: 'evaluateLayers',
      argument: { model, tasks: tasks.slice(0, Math.ceil(queries / 2)) },
      onLine,
    });
    for (const { layer, top3, keepHalf, keepMost } of after) {
      console.log(
        `  after layer ${layer} of ${layers}: top-3 ${top3.toFixed(3)}; the final three are kept by keeping ` +
          `${keepHalf} in half of the queries, ${keepMost} in 98 %`,
      );
    }
  }
}

/** @param {Ticket[]} complaints */
async function printFidelity(complaints) {
  const lengths = complaints.map(({ title = '', text }) =>
    Math.ceil((title.length + text.length) / CHARACTERS_PER_TOKEN),
  );
  const argument = { lengths, correlations: CORRELATIONS, queries: 2000, candidates: CANDIDATES };
  console.log(
    '\nBy simulation: a model whose passages foretell its full scores so well, on the lengths of real',
  );
  console.log('complaints in tokens of Qwen (tokens: times fewer than exhaustive)');
  for (const passageTokens of PASSAGE_TOKENS) {
    for (const caution of CAUTIONS) {
      /** @type {import('../test/eval/fidelity.ts').Fidelity[]} */
      const results = await inChromium({
        module: 'test/eval/fidelity.ts',
        name: 'simulateFidelity',
        argument: { ...argument, passageTokens, caution },
      });
      const cells = results.map(
        ({ correlation, tokens, top3 }) => `${correlation}: ${tokens.toFixed(2)}× ${top3.toFixed(3)}`,
      );
      console.log(`  passage ${passageTokens}, caution ${caution}   ${cells.join('   ')}`);
    }
  }
}

/** @param {string} name @param {Compared} compared */
function print(name, { tokens, time, top1, top3, ndcg, leaders, right1, right3 }) {
  const times = (/** @type {number | undefined} */ value) =>
    value === undefined ? '' : `${value.toFixed(2)}×`;
  const right =
    right1 === undefined || right3 === undefined
      ? ''
      : `   right: ${(right1 * 100).toFixed(1)} % top-1, ${(right3 * 100).toFixed(1)} % top-3`;
  console.log(
    name.padEnd(32) +
      times(tokens).padStart(6) +
      times(time).padStart(8) +
      [top1, top3, ndcg].map((share) => share.toFixed(3).padStart(8)).join('') +
      leaders.toFixed(1).padStart(10) +
      right,
  );
}
