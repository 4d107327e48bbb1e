/** `WHJ1`, in SQLite's header field for it: tells our journal from any other SQLite file. */
export const applicationId = 0x57_48_4a_31;

/** Four of these fit one block of a card: a commit touches three or four pages, so about one block. */
export const pageBytes = 1_024;

/**
 * Each brings a file from the version before it (its index) to the next one. Released ones are never changed.
 *
 * Rows of `event` are never updated, and deleted by retention alone: a row in `retention` opens the door for it. `rank`
 * says what may go first (rank.ts). There is no index on `ref` on purpose: it would write one more page with every commit for the sake of a question that is asked once in a
 * while, and that reads the file through in seconds.
 */
export const migrations: readonly string[] = [
  `
  create table event (
    seq integer primary key,
    boot text not null,
    monotonic_ms integer not null,
    wall_ms integer not null,
    trusted integer not null check (trusted in (0, 1)),
    kind text not null,
    ref text,
    body text not null
  ) strict;

  create trigger event_keeps_its_rows before delete on event
  begin
    select raise(abort, 'the journal is append-only: no row of event is deleted');
  end;

  create trigger event_keeps_its_words before update on event
  begin
    select raise(abort, 'the journal is append-only: no row of event is changed');
  end;

  create table outbox (
    ref text primary key,
    seq integer not null references event (seq),
    priority integer not null check (priority between 0 and 9)
  ) strict, without rowid;

  create index outbox_order on outbox (priority desc, seq asc);
  `,
  `
  create table kept (
    key text primary key,
    value text not null
  ) strict, without rowid;
  `,
  `
  alter table event add column rank integer not null default 3;

  create index event_low on event (rank, seq) where rank < 3;

  create table retention (seq integer primary key) strict;

  drop trigger event_keeps_its_rows;

  create trigger event_keeps_its_rows before delete on event
  when not exists (select 1 from retention)
  begin
    select raise(abort, 'the journal is append-only: only retention takes rows of event away');
  end;
  `,
];
