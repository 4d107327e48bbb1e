import type { Cancel, Clock } from '#protocol/core/time.ts';
import type { CentreEvent, CentreListener } from './events.ts';

/** Hubs that are known and supervised; what is heard of one more is told once. */
export const hubsLimit = 10_000;

/** Whether a hub is where it should be (H9). */
export type Contact =
  /** Its heartbeats come. */
  | 'kept'
  /** They stopped, which is a fault: an alarm might not get through. */
  | 'lost'
  /** It is connected to this reserve, and works with its primary centre. */
  | 'standby'
  /** Its installation has ended (H27). It may still beat, and reports nothing. */
  | 'ended';

/** What outlives a restart of the centre. Wall time, in milliseconds since 1970. */
export interface KnownHub {
  hub: string;
  contact: Contact;
  sinceMs: number;
}

/** Where hubs are remembered; in memory there is nothing to keep. */
export interface HubBook {
  hubs(): readonly KnownHub[];
  keepHub(known: KnownHub): void;
}

export interface Hub extends KnownHub {
  /** Whether it is connected to the broker, as far as it has told. */
  state: 'online' | 'offline' | 'unknown';
  configuration?: number;
  /** Reports that no centre has acknowledged. */
  waiting?: number;
}

export interface HubsOptions {
  clock: Clock;
  listener: CentreListener;
  /** How often a hub beats, and for how many beats it may be silent (H4, H9). */
  intervalMsOf(hub: string): number;
  missed(): number;
  /** The reserve hears the heartbeats of those hubs alone that do not reach their primary (B4.4, H16). */
  role: 'primary' | 'reserve';
  book?: HubBook;
}

/** The hubs of a centre, and whether they are there. */
export interface Hubs {
  hear(event: CentreEvent): void;
  all(): Iterable<Hub>;
}

interface Watched extends Hub {
  heardMs: number;
  cancel: Cancel;
}

/**
 * Supervises heartbeats (H9): none for so many intervals is a fault of that hub, its return a restore. While the centre
 * itself is not connected it cannot know, and each hub has its whole time again afterwards, as after a restart.
 */
export function createHubs(options: HubsOptions): Hubs {
  const { clock, listener, intervalMsOf, missed, role, book } = options;
  const hubs = new Map<string, Watched>();
  let isConnected = false;
  let isFull = false;

  function know(known: KnownHub): Watched {
    const made: Watched = { ...known, state: 'unknown', heardMs: clock.monotonicMs(), cancel: () => {} };
    hubs.set(known.hub, made);
    return made;
  }

  function turn(known: Watched, contact: Contact): void {
    known.contact = contact;
    known.sinceMs = clock.wallMs();
    const { hub, sinceMs } = known;
    book?.keepHub({ hub, contact, sinceMs });
  }

  /** A hub that says something and is none yet, or none any more, is a new installation (H25). */
  function install(hub: string): Watched | undefined {
    if (!hubs.has(hub) && hubs.size >= hubsLimit) {
      if (!isFull) listener({ event: 'too-many-hubs', hub });
      isFull = true;
      return undefined;
    }
    const known = hubs.get(hub) ?? know({ hub, contact: 'kept', sinceMs: clock.wallMs() });
    turn(known, role === 'primary' ? 'kept' : 'standby');
    listener({ event: 'installed', hub });
    if (known.contact === 'kept') heard(known);
    return known;
  }

  /** Its time begins anew. */
  function heard(known: Watched): void {
    known.heardMs = clock.monotonicMs();
    known.cancel();
    known.cancel = clock.at(dueMs(known), () => look(known));
  }

  function dueMs({ hub, heardMs }: Watched): number {
    return heardMs + missed() * intervalMsOf(hub);
  }

  function look(known: Watched): void {
    if (known.contact !== 'kept' || !isConnected) return;
    const { hub } = known;
    if (role === 'reserve' && known.state === 'online') {
      turn(known, 'standby');
      listener({ event: 'given-back', hub });
    } else {
      turn(known, 'lost');
      listener({ event: 'hub-lost', hub, silentForMs: clock.monotonicMs() - known.heardMs });
    }
  }

  function found(known: Watched, contact: 'kept' | 'standby'): void {
    const lostForMs = Math.max(0, clock.wallMs() - known.sinceMs);
    turn(known, contact);
    listener({ event: 'hub-back', hub: known.hub, lostForMs });
  }

  function beat(known: Watched): void {
    if (known.contact === 'lost') found(known, 'kept');
    if (known.contact === 'standby') {
      turn(known, 'kept');
      listener({ event: 'taken-over', hub: known.hub });
    }
    heard(known);
  }

  function stateOf(
    known: Watched,
    { state, configuration }: { state: 'online' | 'offline'; configuration?: number },
  ): void {
    known.state = state;
    if (configuration !== undefined) known.configuration = configuration;
    // It is there, and works with its primary.
    if (role === 'reserve' && state === 'online' && known.contact === 'lost') found(known, 'standby');
  }

  function connected(): void {
    isConnected = true;
    for (const known of hubs.values()) if (known.contact === 'kept') heard(known);
  }

  book?.hubs().forEach(know);

  return {
    hear(event) {
      switch (event.event) {
        case 'connected':
          connected();
          return;
        case 'disconnected':
          isConnected = false;
          return;
        case 'heartbeat': {
          const known = hubs.get(event.hub) ?? install(event.hub);
          if (known === undefined) return;
          const { configuration, waiting } = event.heartbeat;
          Object.assign(known, { state: 'online', configuration, waiting });
          beat(known);
          return;
        }
        case 'hub-state': {
          const known = hubs.get(event.hub) ?? (event.state.state === 'online' ? install(event.hub) : undefined);
          if (known !== undefined) stateOf(known, event.state);
          return;
        }
        case 'opened': {
          const { hub } = event.case;
          if (hubs.get(hub)?.contact === 'ended' || !hubs.has(hub)) install(hub);
          return;
        }
        case 'result': {
          const known =
            event.result.name === 'end' && event.result.outcome === 'done' ? hubs.get(event.hub) : undefined;
          if (known === undefined || known.contact === 'ended') return;
          known.cancel();
          turn(known, 'ended');
          listener({ event: 'ended', hub: known.hub });
          return;
        }
        default:
      }
    },
    all: () => hubs.values(),
  };
}
