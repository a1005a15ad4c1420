import type { Messages } from './messages.ts';

export const en: Messages = {
  language: 'en',
  heading: 'Similar past cases',

  noTicket: 'No ticket selected',
  noTicketHint: 'Open a ticket and the past cases worth reusing appear here.',
  readingTicket: 'Reading the ticket…',
  finding: 'Looking for past cases…',
  empty: 'No past cases found',
  emptyHint: 'The ticket system returned nothing for this ticket.',
  failed: 'Past cases could not be fetched',
  unranked: 'The model could not rank these: ordered by shared wording',
  notByModel: 'Not ranked by the model',
  retry: 'Try again',
  kept: 'The ticket system cannot be reached',
  keptWords: (time) => `These past cases were kept on this computer on ${time}.`,
  errors: {
    network: 'The connection broke off. Check the network and try again.',
    http: 'The server answered with an error.',
    timeout: 'The server did not answer in time.',
    integrity: 'The model files fail their checksum: the download is incomplete or was altered.',
    'not-a-model': 'There is no usable model at the model address.',
    'insecure-context': 'This page is not on a secure connection (https), so the model may not run here.',
    'csp-blocked': "This page's content security policy does not allow the model to run.",
    'runtime-unavailable': 'The inference engine could not start.',
    'device-unavailable': 'No usable computing device was found.',
    'device-lost': 'The graphics device stopped responding.',
    'self-test-failed': 'This computer’s results failed the self-test and were not used.',
    'worker-crashed': 'The inference process stopped, possibly for lack of memory.',
    'invalid-input': 'Something was passed that cannot be worked with.',
    'query-too-long': 'The ticket is too long for the model to read.',
    'invalid-response': "The ticket API's answer could not be read.",
    disposed: 'The inference engine has been closed.',
    unexpected: 'Something unexpected went wrong.',
  },
  noModel: 'No model address is configured.',
  noSource: 'No source of past cases is configured.',

  firstStage: 'First-pass order',
  loading: {
    manifest: 'Reading the model list',
    download: 'Loading the model',
    runtime: 'Starting the engine',
    'self-test': 'Checking the model',
    ready: 'Model ready',
  },
  bytes: (loaded, total) => `${loaded} / ${total} MB`,
  ranking: (done, total) => `Comparing ${done} of ${total}`,
  refining: (done, total) => `First order ready, reading the best ${total} in full: ${done} of ${total}`,
  firstPass: 'First order ready, now reading the best ones in full',
  found: (count) => `${plural(count, 'past case')} found, comparing them`,
  ranked: (total, seconds) => `${total} compared in ${seconds} s`,
  foundWorthReusing: (count, total) => `${plural(count, 'past case')} worth reusing, of ${total} compared`,
  noneWorthReusing: 'None is similar enough',
  widening: 'Nothing alike enough yet, looking for broader matters…',
  listed: (total) => `${plural(total, 'past case')} listed`,
  queryShortened: 'Long ticket: only its beginning was compared',

  tiers: { high: 'Very similar', medium: 'Similar', low: 'Weak match' },
  score: (value) => `Similarity ${value}`,
  truncated: 'Long text: only its beginning was compared',
  passageOnly: 'Long text: only its most relevant sentences were compared',
  rest: (count) => `${count} more`,
  open: 'Open case',
  openCase: (title) => `Open case: ${title}`,
  opensInNewTab: 'Opens in a new tab',
  more: 'Details',
  less: 'Less',

  report: 'Full report',
  notHandled: 'No record of handling',
  reply: 'Reply',
  steps: 'Steps',
  days: (days) => dayCount(days),
  daysOf: (days, limit) => `${days} of ${dayCount(limit)}`,
  daysLate: (days, late) => `${dayCount(days)}, ${late} late`,
  solved: { yes: 'Solved', partly: 'Partly solved', no: 'Not solved' },
  satisfaction: {
    satisfied: 'Satisfied',
    fairly: 'Fairly satisfied',
    dissatisfied: 'Dissatisfied',
    unrated: 'Not rated',
  },

  onGpu: 'On this computer, WebGPU',
  onCpu: (threads) => `On this computer, WASM · ${plural(threads, 'thread')}`,
  textStaysHere: 'text never left it',
  byHost: 'Ranked by a model this page provides',
  fallback: (device) => `${device} unavailable, using this instead`,
  distrusted: (device) => `${device} failed its self-test, using this instead`,
  notPersisted: 'The model could not be kept and will be downloaded again',
};

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function dayCount(days: string): string {
  return `${days} ${days === '1' ? 'day' : 'days'}`;
}
