// What arranges matches before they are shown: a file of its own, loaded while candidates are fetched.
export { foldNearDuplicates } from '../matching/near-duplicates.ts';
export { byRecency } from '../matching/recency.ts';
