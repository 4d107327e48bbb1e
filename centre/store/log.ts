import type { CentreEvent } from '#centre/events.ts';
import { causeWords, sentence } from '#centre/story.ts';
import type { Command } from '#protocol/mqtt/command.ts';

/** A line of the centre's log (H17). It has no name and no address, and nothing of what a command needs to know. */
export interface LogEntry {
  kind: string;
  hub?: string;
  ref?: string;
  /** Why: what raised the alarm, or why the centre acted. */
  cause?: string;
  /** The whole of it, for people. */
  words: string;
  /** For programs and statistics. */
  body: Readonly<Record<string, unknown>>;
}

/** What is logged of an event: everything but heartbeats, which are many and say that nothing has happened. */
export function entryOf(event: CentreEvent): LogEntry | undefined {
  switch (event.event) {
    case 'heartbeat':
      return undefined;
    case 'opened': {
      const { hub, ref, hash, record, buffered, path } = event.case;
      const { report, from, stc: status, pri: priority } = record;
      const body = { report, from, status, priority, hash, buffered, path, ...answered(event) };
      return { kind: 'opened', hub, ref, cause: causeWords(record), words: sentence(event), body };
    }
    case 'repeated': {
      const { hub, ref, arrivals, path } = event.case;
      return { kind: 'repeated', hub, ref, words: sentence(event), body: { arrivals, path, ...answered(event) } };
    }
    case 'result': {
      // What a command has found out is for whoever asked, and may be the journal of a home.
      const { body: _found, ...result } = event.result;
      const { name, id, outcome } = result;
      return { kind: 'result', hub: event.hub, words: sentence({ ...event, result }), body: { name, id, outcome } };
    }
    case 'no-result': {
      const { name, id } = event.command;
      return { kind: 'no-result', hub: event.hub, words: sentence(event), body: { name, id } };
    }
    case 'refused': {
      const { hub, ref, problem } = event;
      return { kind: 'refused', ...defined({ hub, ref }), words: sentence(event), body: { code: problem.code } };
    }
    case 'hub-state': {
      const { hub, state } = event;
      return { kind: 'hub-state', hub, words: sentence(event), body: { state: state.state } };
    }
    default: {
      const { event: kind, ...rest } = event;
      const { hub, ref, cause, ...body } = { hub: undefined, ref: undefined, cause: undefined, ...rest };
      return { kind, ...defined({ hub, ref, cause }), words: sentence(event), body };
    }
  }
}

/** A command on its way, without what it needs to know: a configuration may hold a PIN. */
export function commandEntry({ hub, name, id }: Command): LogEntry {
  return { kind: 'command', hub, words: `${hub}  ${name} ${id} sent`, body: { name, id } };
}

function answered({ acknowledgement, taken }: Extract<CentreEvent, { event: 'opened' | 'repeated' }>): object {
  return { taken, ...(acknowledgement === undefined ? {} : { answer: acknowledgement.snu }) };
}

function defined(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}
