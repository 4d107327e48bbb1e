import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import type { CommandName, CommandResult } from '#protocol/mqtt/command.ts';
import type { PathName } from './path.ts';

/** An extract of the journal waits so long for reports that are under way, and then looks again. */
const lookAgainMs = secondMs;

/** What is sent only while nothing is on its way that somebody waits for: it never delays an alarm (B2.6). */
const patient: readonly CommandName[] = ['log-extract'];

export interface ResultsPorts {
  clock: Clock;
  /** The results that the centre of the path may not have yet, oldest first. */
  untold(path: PathName): readonly { id: string; name: CommandName }[];
  resultOf(id: string): CommandResult | undefined;
  /** The centre has these. */
  told(ids: readonly string[]): void;
  /** Sends it now or never; true says nothing about its arrival. */
  send(path: PathName, result: CommandResult): boolean;
  /** Whether reports are on their way. */
  isBusy(): boolean;
}

/** Brings results back to the centre that asked. */
export interface Results {
  /** A command has a result, or came again: then its result did not arrive. */
  asked(path: PathName, id: string): void;
  /** There is room for messages again. */
  room(): void;
  /** The path has a new connection: what was sent over the last one may not have arrived. */
  connected(path: PathName): void;
  heartbeatSent(path: PathName, sequence: number): void;
  heartbeatAnswered(path: PathName, sequence: number): void;
  stop(): void;
}

/**
 * A result is kept until the centre has it. No acknowledgement says so; but when it answers a heartbeat that was sent
 * after the result on the same connection, the broker has had both. What a connection took with it, or a restart, is sent
 * again on the next one: the same result, which does no harm.
 */
export function createResults(ports: ResultsPorts): Results {
  const { clock, untold } = ports;
  /** The results sent on the connection that is up, and the last heartbeat that went before each. */
  const sent = new Map<PathName, Map<string, number>>();
  const beats = new Map<PathName, number>();
  let cancelLook: Cancel | undefined;

  function sentOn(path: PathName): Map<string, number> {
    const known = sent.get(path) ?? new Map<string, number>();
    sent.set(path, known);
    return known;
  }

  function flush(path: PathName): void {
    const onThis = sentOn(path);
    for (const { id, name } of untold(path)) {
      if (onThis.has(id)) continue;
      if (patient.includes(name) && ports.isBusy()) {
        lookAgain();
        continue;
      }
      const result = ports.resultOf(id);
      if (result === undefined || !ports.send(path, result)) return;
      onThis.set(id, beats.get(path) ?? 0);
    }
  }

  function lookAgain(): void {
    cancelLook ??= clock.at(clock.monotonicMs() + lookAgainMs, () => {
      cancelLook = undefined;
      [...sent.keys()].forEach(flush);
    });
  }

  return {
    asked(path, id) {
      sentOn(path).delete(id);
      flush(path);
    },
    room: () => [...sent.keys()].forEach(flush),
    connected(path) {
      sent.delete(path);
      flush(path);
    },
    heartbeatSent: (path, sequence) => void beats.set(path, sequence),
    heartbeatAnswered(path, sequence) {
      const onThis = sentOn(path);
      const arrived = [...onThis].filter(([, before]) => before < sequence).map(([id]) => id);
      if (arrived.length === 0) return;
      arrived.forEach((id) => onThis.delete(id));
      ports.told(arrived);
    },
    stop: () => cancelLook?.(),
  };
}
