import { readFile } from 'node:fs/promises';
import sqlite from 'node-sqlite3-wasm';
import { datesIn, dayOf, shiftDates, today } from './dates.ts';
import { searchTerms } from './search-terms.ts';

/** A ticket as it is stored and served. The demo's API knows no more of it than this. */
export interface ArchiveTicket {
  readonly id: string;
  readonly title?: string;
  readonly text: string;
  readonly place?: string;
  readonly createdAt?: string;
}

export interface Archive {
  get(id: string): ArchiveTicket | undefined;
  /** Past tickets that share words with `query`, best first by SQLite's bm25(), without the one called `except`. */
  search(query: string, options: { limit: number; except?: string }): ArchiveTicket[];
  close(): void;
}

/** More distinct words than this say nothing new, and cost time. */
const MAX_TERMS = 256;

/**
 * The hotline's past tickets in an in-memory SQLite database with a full-text index.
 *
 * @param url JSON Lines, a ticket per line. Its label `kind` is not taken over. All dates are moved by the same
 * whole number of days, so that the last thing that happened in the archive happened yesterday.
 */
export async function openArchive(url: URL, now = new Date()): Promise<Archive> {
  const lines = (await readFile(url, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  const rows = lines.map((line) => withoutLabel(JSON.parse(line)));
  const lastDay = rows.flatMap(datesIn).reduce((last, date) => Math.max(last, dayOf(date)), 0);
  const database = new sqlite.Database();
  database.exec(`
    CREATE TABLE ticket (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, json TEXT NOT NULL);
    CREATE VIRTUAL TABLE words USING fts5(terms, content = '', tokenize = 'unicode61 remove_diacritics 0');
    BEGIN;
  `);
  const addTicket = database.prepare('INSERT INTO ticket (number, id, json) VALUES (?, ?, ?)');
  const addWords = database.prepare('INSERT INTO words (rowid, terms) VALUES (?, ?)');
  rows.forEach((row, index) => {
    const ticket = shiftDates(row, today(now) - 1 - lastDay);
    const terms = searchTerms([ticket.title, ticket.text, ticket.place].join('\n'));
    addTicket.run([index, ticket.id, JSON.stringify(ticket)]);
    addWords.run([index, terms.join(' ')]);
  });
  addTicket.finalize();
  addWords.finalize();
  database.exec('COMMIT');

  function read(row: Record<string, unknown> | null | undefined): ArchiveTicket | undefined {
    return row ? JSON.parse(String(row['json'])) : undefined;
  }

  return {
    get: (id) => read(database.get('SELECT json FROM ticket WHERE id = ?', [id])),
    search(query, { limit, except = '' }) {
      const terms = [...new Set(searchTerms(query))].slice(0, MAX_TERMS);
      if (terms.length === 0) return [];
      return database
        .all(
          `SELECT json FROM words JOIN ticket ON number = words.rowid
           WHERE words MATCH ? AND id <> ? ORDER BY rank, number LIMIT ?`,
          [terms.map(quote).join(' OR '), except, limit],
        )
        .flatMap((row) => read(row) ?? []);
    },
    close: () => database.close(),
  };
}

/** The open tickets, moved like the archive: the newest came in within the last day. */
export async function openQueue(url: URL, now = new Date()): Promise<ArchiveTicket[]> {
  const rows = (JSON.parse(await readFile(url, 'utf8')) as Labelled[]).map(withoutLabel);
  const newest = rows.reduce((last, { createdAt = '' }) => (createdAt > last ? createdAt : last), '');
  if (newest === '') return rows;
  const days = Math.floor((now.getTime() - Date.parse(newest)) / 86_400_000);
  return shiftDates(rows, days);
}

type Labelled = ArchiveTicket & { readonly kind?: unknown };

function withoutLabel({ kind: _, ...ticket }: Labelled): ArchiveTicket {
  return ticket;
}

/** An FTS5 string: whatever is inside is no syntax. */
function quote(term: string): string {
  return `"${term.replaceAll('"', '""')}"`;
}
