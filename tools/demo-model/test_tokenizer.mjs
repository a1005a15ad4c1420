// Holds tokenizer.py against @huggingface/tokenizers: node test_tokenizer.mjs FOLDER cases.json
// Run it where that package can be resolved.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [folder, cases] = process.argv.slice(2);
const { Tokenizer } = createRequire(`${process.cwd()}/`)('@huggingface/tokenizers');
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const tokenizer = new Tokenizer(
  { ...read(`${folder}/tokenizer.json`), added_tokens: [] },
  read(`${folder}/tokenizer_config.json`),
);

let wrong = 0;
const all = read(cases);
for (const { text, ids } of all) {
  const theirs = tokenizer.encode(text, { add_special_tokens: false }).ids;
  if (String([...theirs]) !== String(ids)) {
    wrong += 1;
    if (wrong <= 5) console.log(JSON.stringify({ text, ids, theirs }));
  }
}
console.log(`${all.length - wrong} of ${all.length} texts alike`);
process.exitCode = wrong ? 1 : 0;
