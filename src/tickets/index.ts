export { type Bm25, bm25 } from './lexical.ts';
export { listSource } from './list-source.ts';
export { parseTicket, parseTickets } from './parse-ticket.ts';
export type { RequestOptions } from './request.ts';
export { type FetchTicketOptions, fetchTicket, type RestSourceOptions, restSource } from './rest-source.ts';
export type { CandidateSource, FindOptions } from './source.ts';
export type { Handling, HandlingStep, Material, Satisfaction, Solved, Ticket } from './ticket.ts';
