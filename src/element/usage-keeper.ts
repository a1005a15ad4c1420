// What counts, keeps and tells: a file of its own, loaded when there is something to count.
export { usageByDay, usageCsv, usageDaysCsv, usageRecord } from '../matching/index.ts';
export { UsageStore } from './usage-store.ts';
