import type { CalibrationMessages } from './messages.ts';

export const en: CalibrationMessages = {
  language: 'en',
  heading: 'Threshold calibration',
  intro:
    'Judge pair by pair whether a past case would help with a ticket. That tells where “very similar” and “similar” should begin; export it as configuration.',

  nothingGiven: 'No tickets and model are given, and no scored pairs.',
  loading: (percent) => `Loading the model ${percent}`,
  collecting: (done, total) => `Scoring tickets ${done} of ${total}; you can begin to judge meanwhile`,
  collected: (pairs, tickets) => `${pairs} pairs from ${tickets} tickets`,
  noPairs: 'No pairs were found that could be judged.',
  retry: 'Retry',

  judging: 'Judge pairs',
  question: 'Would the way this past case was handled help with the ticket?',
  progress: (judged, pairs) => `${judged} of ${pairs} judged`,
  ticket: 'Ticket',
  past: 'Past case',
  handled: 'Handled:',
  common: 'said by both',
  yes: 'Yes',
  no: 'No',
  later: 'Later',
  undo: 'Take back',
  allJudged: 'All pairs are judged.',
  judgedYes: 'Judged as helpful.',
  judgedNo: 'Judged as not helpful.',
  putOff: 'Put off.',
  takenBack: 'Taken back.',
  nowJudging: (title) => `Now: ${title}`,

  thresholds: 'Thresholds and what they do',
  tiers: { high: 'Very similar', medium: 'Similar' },
  threshold: 'From score',
  precision: 'Precision',
  precisionHint: 'of the pairs at or above the threshold, those judged helpful',
  coverage: 'Coverage',
  coverageHint: 'of the pairs judged helpful, those at or above the threshold',
  reached: 'Tickets with a suggestion',
  reachedHint: 'with at least one past case at or above the threshold, unjudged ones included',
  of: (part, all) => `${part} of ${all}`,
  interval: (low, high) => `95% interval ${low}–${high}`,
  none: 'none yet',
  curve: (points) => `Precision and coverage by threshold, ${points} points`,
  curveEmpty: 'The curve is drawn once the first pair is judged.',
  sampleHint:
    'Most judged pairs lie near the thresholds, so these rates are of the judged pairs and not of all tickets.',
  resetThresholds: 'Reset',

  export: 'Export configuration',
  exported: 'Exported.',
  noModelName: 'It is not known which model gave the scores, so nothing can be exported.',
  import: 'Load configuration…',
  imported: (judgements) =>
    judgements > 0
      ? `The thresholds are set, and ${judgements === 1 ? '1 judgement is' : `${judgements} judgements are`} back.`
      : 'The thresholds of the configuration are set.',
  importFailed: {
    'not-json': 'The file is not JSON.',
    'other-model': 'That configuration was made for another model.',
    invalid: 'The file is not a valid calibration.',
  },
  kept: 'Judgements stay in this page’s memory and are gone when you leave it, so export them first; load the file to go on. It holds ticket ids, scores and judgements, and no ticket text.',
};
