import type { Clock, Random } from '#protocol/core/time.ts';
import { createDirection, type Difficulties, retransmitLimitMs } from './direction.ts';

/** How long a packet is under way on a good mobile link, each way. */
export const usualDelayMs = 40;

/** Bytes that may be under way in one direction of a connection; what comes on top finds it full. */
export const underWayLimitBytes = 256 * 1024;

/** How a connection ended: the other side closed it, or nothing gets through any more. */
export type Ending = 'closed' | 'lost';

export interface EndListener<Packet> {
  received(packet: Packet): void;
  /** Said once, and never after one's own `close`. */
  closed(ending: Ending): void;
}

/** One end of a connection. Packets arrive in order or not at all, as TCP has it. */
export interface End<Packet> {
  send(packet: Packet): void;
  /** The other side hears of it behind everything that was sent. */
  close(): void;
  /** Bytes on their way from this end. */
  underWayBytes(): number;
}

/** What listens at the far side of a bearer. It gives no listener when nobody takes the connection. */
export type Accept<Packet> = (end: End<Packet>) => EndListener<Packet> | undefined;

export interface Dialling<Packet> {
  /** The far side has taken the connection. */
  opened(): void;
  /** Nobody listens there, or there is no way there. No callback comes after it. */
  refused(reason: 'nobody-listens' | 'no-way'): void;
  listener: EndListener<Packet>;
}

/** What carries a host's connections: the mobile link of a hub, or a centre's own line. */
export interface Bearer {
  isUp(): boolean;
  /** Drops everything: the host hears it at once, the far sides hear nothing. */
  down(): void;
  up(difficulties?: Difficulties): void;
  /** Opens a connection. No callback comes before it returns. */
  dial<Packet>(accept: Accept<Packet>, bytesOf: (packet: Packet) => number, dialling: Dialling<Packet>): End<Packet>;
  /** The host's program was killed: its kernel closes what it had open, and the program hears nothing more. */
  killHost(): void;
  /** The host has no power: nobody says anything to anybody. */
  powerOff(): void;
}

interface Connection {
  /** The host's end hears that the bearer is gone. */
  lose(): void;
  kill(): void;
  vanish(): void;
}

export interface BearerOptions {
  clock: Clock;
  random: Random;
  /** `usualDelayMs` unless said otherwise. */
  delayMs?: number;
}

/** A way out for one host, on the clock alone. Chance is drawn only where there is loss. */
export function createBearer({ clock, random, delayMs: ordinaryDelayMs = usualDelayMs }: BearerOptions): Bearer {
  const connections = new Set<Connection>();
  let isUp = true;
  let difficulties: Difficulties = {};

  const direction = () =>
    createDirection({ clock, random, usualDelayMs: ordinaryDelayMs, difficulties: () => difficulties });

  function dial<Packet>(
    accept: Accept<Packet>,
    bytesOf: (packet: Packet) => number,
    dialling: Dialling<Packet>,
  ): End<Packet> {
    const host: Side<Packet> = {
      listener: dialling.listener,
      open: true,
      underWayBytes: 0,
      arrivalOf: direction(),
    };
    const far: Side<Packet> = { listener: undefined, open: true, underWayBytes: 0, arrivalOf: direction() };
    let carried = true;
    const connection: Connection = {
      lose: () => leave(() => tell(host, 'lost')),
      kill: () => {
        host.listener = undefined;
        endOf(host, far).close();
      },
      vanish: () => leave(() => (host.open = false)),
    };

    function leave(then: () => void): void {
      carried = false;
      connections.delete(connection);
      then();
    }

    function carry(from: Side<Packet>, bytes: number, arrive: () => void): void {
      const atMs = from.arrivalOf(bytes);
      from.underWayBytes += bytes;
      const giveUpMs = clock.monotonicMs() + retransmitLimitMs;
      clock.at(atMs ?? giveUpMs, () => {
        from.underWayBytes -= bytes;
        if (!carried) return;
        if (atMs === undefined) breakDown();
        else arrive();
      });
    }

    function breakDown(): void {
      leave(() => {
        tell(host, 'lost');
        tell(far, 'lost');
      });
    }

    function tell(side: Side<Packet>, ending: Ending): void {
      if (!side.open) return;
      side.open = false;
      side.listener?.closed(ending);
    }

    function endOf(mine: Side<Packet>, other: Side<Packet>): End<Packet> {
      return {
        send(packet) {
          if (!mine.open || !carried) return;
          carry(mine, bytesOf(packet), () => {
            if (other.open) other.listener?.received(packet);
          });
        },
        close() {
          if (!mine.open) return;
          mine.open = false;
          if (!carried) return;
          carry(mine, 0, () => {
            connections.delete(connection);
            tell(other, 'closed');
          });
        },
        underWayBytes: () => mine.underWayBytes,
      };
    }

    if (!isUp) {
      carried = false;
      clock.at(clock.monotonicMs(), () => {
        if (host.open) dialling.refused('no-way');
        host.open = false;
      });
      return endOf(host, far);
    }
    connections.add(connection);
    carry(host, 0, () => {
      far.listener = accept(endOf(far, host));
      carry(far, 0, () => {
        if (!host.open) return;
        if (far.listener !== undefined) {
          dialling.opened();
          return;
        }
        host.open = false;
        connections.delete(connection);
        if (host.listener !== undefined) dialling.refused('nobody-listens');
      });
    });
    return endOf(host, far);
  }

  return {
    isUp: () => isUp,
    down() {
      isUp = false;
      for (const connection of connections) connection.lose();
    },
    up(next = {}) {
      isUp = true;
      difficulties = next;
    },
    dial,
    killHost() {
      for (const connection of connections) connection.kill();
    },
    powerOff() {
      for (const connection of connections) connection.vanish();
    },
  };
}

interface Side<Packet> {
  listener: EndListener<Packet> | undefined;
  open: boolean;
  underWayBytes: number;
  arrivalOf(bytes: number): number | undefined;
}
