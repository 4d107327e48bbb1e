import { createServer, connect, type Server, type Socket } from 'node:net';
import type { Clock, Random } from '#protocol/core/time.ts';
import { createDirection, type Difficulties, retransmitLimitMs } from './direction.ts';

/** A mobile link of real sockets: the hub connects to it, and it to the broker behind. */
export interface TcpRelay {
  port: number;
  isUp(): boolean;
  /** The hub's connections break and none is taken; the broker hears nothing, and waits for the end of its keepalive. */
  down(): void;
  up(difficulties?: Difficulties): void;
  /** The hub's program is dead: both sides hear it. */
  killHost(): void;
  /** The hub has no power: the broker hears nothing. */
  powerOff(): void;
  close(): Promise<void>;
}

export interface TcpRelayOptions {
  clock: Clock;
  random: Random;
  /** The broker's port on the loopback. */
  brokerPort: number;
}

interface Pair {
  hub: Socket;
  broker: Socket;
}

/** Rejects when no port can be had. */
export async function startTcpRelay({ clock, random, brokerPort }: TcpRelayOptions): Promise<TcpRelay> {
  const pairs = new Set<Pair>();
  /** Sockets to the broker whose hub is silent. */
  const orphans = new Set<Socket>();
  let difficulties: Difficulties = {};
  let up = true;

  const server = createServer({ noDelay: true }, (hub) => {
    const pair: Pair = { hub, broker: connect({ port: brokerPort, host: '127.0.0.1', noDelay: true }) };
    pairs.add(pair);
    carry(pair, pair.hub, pair.broker);
    carry(pair, pair.broker, pair.hub);
  });

  function carry(pair: Pair, from: Socket, to: Socket): void {
    const arrivalOf = createDirection({ clock, random, usualDelayMs: 0, difficulties: () => difficulties });
    from.on('data', (bytes) => {
      const atMs = arrivalOf(bytes.length);
      clock.at(atMs ?? clock.monotonicMs() + retransmitLimitMs, () => {
        if (!pairs.has(pair)) return;
        if (atMs === undefined) cut(pair);
        else to.write(bytes);
      });
    });
    from.on('error', () => from.destroy());
    from.on('close', () => {
      orphans.delete(from);
      // Behind what is still under way, as TCP has it: what a broker says last is why it refuses.
      clock.at(arrivalOf(0) ?? clock.monotonicMs(), () => {
        if (pairs.has(pair)) cut(pair);
      });
    });
  }

  function cut(pair: Pair): void {
    pairs.delete(pair);
    pair.hub.destroy();
    pair.broker.destroy();
  }

  function fallSilent(): void {
    for (const pair of pairs) {
      pairs.delete(pair);
      orphans.add(pair.broker);
      pair.hub.destroy();
    }
  }

  const port = await listen(server, 0);
  return {
    port,
    isUp: () => up,
    down() {
      if (up) server.close();
      up = false;
      fallSilent();
    },
    up(next = {}) {
      difficulties = next;
      if (!up) server.listen(port, '127.0.0.1');
      up = true;
    },
    killHost: () => pairs.forEach(cut),
    powerOff: fallSilent,
    async close() {
      pairs.forEach(cut);
      for (const broker of orphans) broker.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
