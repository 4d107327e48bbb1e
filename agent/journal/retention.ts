import type Database from 'better-sqlite3';
import type { Retained, Stamp } from '#agent/hub/ports.ts';
import { pageBytes } from './schema.ts';
import { rankOrder, ranks, type Rank } from './rank.ts';

/** The journal keeps a year, or as much as fits into this (B13.1). */
export const defaultLimitBytes = 200 * 1_048_576;

/** Kept back for 1,000 alarms with their acknowledgements, of four blocks each (B13.2). */
export const defaultReserveBytes = 4 * 1_048_576;

/** Of what may be used, so much is used at most when retention has done its work: commits need not make room. */
const fullShare = 0.95;
const wantedShare = 0.9;

/** Rows looked at in one step; the whole agent stands still meanwhile. */
const stepRows = 2_000;

/** Rows that go at a time: enough for a while. */
const roomRows = 200;

export interface Retention {
  /** One step of the regular work; `more` says that there is more to do. */
  retain(now: Stamp, keptMs: number): Retained;
  /** A commit of this rank found no room: what is worth more than it stays. Returns how many rows are gone. */
  makeRoom(rank: Rank): number;
}

interface RankedRow {
  seq: number;
  rank: Rank;
  waits: 0 | 1;
  wallMs: number;
  trusted: 0 | 1;
}

/** Takes rows away, oldest first, so that not more than `mostBytes` are used: what is older than it need be, and what does not fit. What waits for the centre stays. */
export function createRetention(database: Database.Database, mostBytes: number): Retention {
  const read = database.prepare<[number], RankedRow>(`
    select event.seq, rank, wall_ms as wallMs, trusted, outbox.ref is not null as waits
    from event left join outbox on outbox.seq = event.seq
    where event.seq > ? order by event.seq limit ${stepRows}`);
  const readLow = database.prepare<[Rank, number], RankedRow>(`
    select event.seq, rank, wall_ms as wallMs, trusted, 0 as waits
    from event indexed by event_low left join outbox on outbox.seq = event.seq
    where rank = ? and rank < 3 and outbox.ref is null order by event.seq limit ?`);
  const lastOutdated = database
    .prepare<[number], number | null>(`
    select max(seq) from (select seq, trusted, wall_ms from event order by seq limit ${stepRows})
    where trusted = 1 and wall_ms < ?`)
    .pluck();
  const pages = database.prepare<[], number>('pragma page_count').pluck();
  const free = database.prepare<[], number>('pragma freelist_count').pluck();
  const newest = database.prepare<[], number | null>('select max(seq) from event').pluck();
  const open = database.prepare('insert into retention (seq) values (1)');
  const shut = database.prepare('delete from retention');
  const remove = database.prepare('delete from event where seq = ?');

  const removeAll = database.transaction((rows: readonly RankedRow[]) => {
    open.run();
    rows.forEach(({ seq }) => remove.run(seq));
    shut.run();
  });

  function usedBytes(): number {
    return ((pages.get() ?? 0) - (free.get() ?? 0)) * pageBytes;
  }

  /** The oldest rows of a rank, at most so many; what waits for the centre is not among them. */
  function oldest(rank: Rank, most: number): RankedRow[] {
    if (rank !== ranks.alarm) return readLow.all(rank, most);
    const found: RankedRow[] = [];
    for (let after = 0; found.length < most; ) {
      const rows = read.all(after);
      const last = rows.at(-1);
      if (last === undefined) break;
      found.push(...rows.filter((row) => row.rank === rank && row.waits === 0));
      after = last.seq;
    }
    return found.slice(0, most);
  }

  /** Lower ranks first, none above `highest`. */
  function removeLowest(most: number, highest: Rank): number {
    const rows: RankedRow[] = [];
    for (const rank of rankOrder) {
      if (rank <= highest && rows.length < most) rows.push(...oldest(rank, most - rows.length));
    }
    // The numbers of the next rows follow that of the newest: were it gone, they would be given a second time.
    const last = newest.get();
    const gone = rows.filter(({ seq }) => seq !== last);
    if (gone.length > 0) removeAll.immediate(gone);
    return gone.length;
  }

  /** The first rows as long as they are too old: what lies before a row of a right clock is older than that one. */
  function removeOutdated(beforeMs: number): number {
    const last = lastOutdated.get(beforeMs) ?? 0;
    if (last === 0) return 0;
    const outdated = read.all(0).filter(({ seq, waits }) => seq <= last && waits === 0);
    if (outdated.length > 0) removeAll.immediate(outdated);
    return outdated.length;
  }

  return {
    retain(now, keptMs) {
      const outdated = now.trusted ? removeOutdated(now.wallMs - keptMs) : 0;
      const surplus = usedBytes() > mostBytes * fullShare ? removeLowest(roomRows, ranks.alarm) : 0;
      const isFull = surplus > 0 && usedBytes() > mostBytes * wantedShare;
      return { removed: outdated + surplus, more: isFull || outdated >= stepRows / 2 };
    },
    makeRoom: (rank) => removeLowest(roomRows, rank),
  };
}
