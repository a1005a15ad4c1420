// What follows a ranking, and nothing before it needs: a file of its own, loaded then.
export { explain } from '../matching/explain.ts';
export { secondRound } from '../matching/second-round.ts';
export { lexiconFor } from './lexicons.ts';
