import { type Clock, secondMs } from '#protocol/core/time.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { bodyLimits } from '#protocol/mqtt/decode.ts';
import type { Command, CommandName, CommandResult } from '#protocol/mqtt/command.ts';
import type { CentreEvent, CentreListener } from './events.ts';

/** Commands without a result; one more is refused. */
export const underWayLimit = 1_000;

/** A command is sent again at a sign of life of its hub, not more often than this. */
export const againAfterMs = 30 * secondMs;

/** After so many sendings that the hub was there for nobody waits for the result any more. */
export const sendingsLimit = 10;

export interface CommandsOptions {
  clock: Clock;
  /** Sends a command; the broker keeps it for a hub that is away. */
  send(command: Command): void;
  listener: CentreListener;
}

/** A command that has no result yet. */
export interface UnderWay {
  command: Command;
  sendings: number;
  sentMs: number;
}

/** Sends commands to hubs and sees to it that each has its result. */
export interface Commands {
  /**
   * Sends one, with what it needs to know, to be done within so long by a hub whose clock is set. The result comes to
   * `finished`, once.
   */
  order(hub: string, name: CommandName, order: Order, finished?: Finished): Result<Command, string>;
  /** What happens at the centre: results, and signs of life. */
  hear(event: CentreEvent): void;
  underWay(): readonly UnderWay[];
}

export interface Order {
  details?: Readonly<Record<string, unknown>>;
  withinMs?: number;
}

/** Without a result the command was given up. */
export type Finished = (result: CommandResult | undefined) => void;

/** Puts a command together; the problem is one of its size. */
export function makeCommand(
  { nowMs, ...which }: Pick<Command, 'hub' | 'name' | 'id' | 'counter'> & { nowMs: number },
  { details, withinMs }: Order,
): Result<Command, string> {
  const command: Command = {
    v: 1,
    ...which,
    ...(details === undefined ? {} : { with: { ...details } }),
    ...(withinMs === undefined ? {} : { expires: new Date(nowMs + withinMs).toISOString() }),
  };
  const { length } = JSON.stringify(command);
  return length > bodyLimits.command
    ? failure(`the command has ${length} characters; right would be ${bodyLimits.command} at most`)
    : success(command);
}

/**
 * The counter of commands rises by the wall clock, so that it need not be kept: the hub takes none that is not above the
 * last. A command without a result is sent again as it was when its hub shows that it is there: it works once, and has
 * the same result (B11.2).
 */
export function createCommands({ clock, send, listener }: CommandsOptions): Commands {
  const waiting = new Map<string, UnderWay & { finished: Finished | undefined }>();
  let last = 0;

  function order(hub: string, name: CommandName, asked: Order, finished?: Finished): Result<Command, string> {
    if (waiting.size >= underWayLimit) return failure(`${underWayLimit} commands have no result yet; wait for some`);
    const nowMs = clock.wallMs();
    const counter = Math.max(last + 1, Math.floor(nowMs));
    const made = makeCommand({ hub, name, id: `C${counter}`, counter, nowMs }, asked);
    if (!made.ok) return made;
    const command = made.value;
    last = counter;
    waiting.set(command.id, { command, sendings: 1, sentMs: clock.monotonicMs(), finished });
    send(command);
    return made;
  }

  function result(told: CommandResult): void {
    const known = waiting.get(told.id);
    if (known?.command.hub !== told.hub) return;
    waiting.delete(told.id);
    known.finished?.(told);
  }

  /** In the order in which they were given: the hub takes none behind a later one. */
  function lives(hub: string): void {
    const of = [...waiting.values()].filter(({ command }) => command.hub === hub);
    if (of.every(({ sentMs }) => clock.monotonicMs() - sentMs < againAfterMs)) return;
    for (const one of of) {
      if (one.sendings >= sendingsLimit) {
        giveUp(one);
        continue;
      }
      one.sendings += 1;
      one.sentMs = clock.monotonicMs();
      send(one.command);
    }
  }

  function giveUp({ command, finished }: UnderWay & { finished: Finished | undefined }): void {
    waiting.delete(command.id);
    listener({ event: 'no-result', hub: command.hub, command });
    finished?.(undefined);
  }

  return {
    order,
    hear(event) {
      if (event.event === 'result') result(event.result);
      else if (event.event === 'heartbeat' || (event.event === 'hub-state' && event.state.state === 'online'))
        lives(event.hub);
    },
    underWay: () => [...waiting.values()],
  };
}
