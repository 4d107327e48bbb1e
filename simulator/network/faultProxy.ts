import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Cancel, Clock, Random } from '#protocol/core/time.ts';
import { createDirection, retransmitLimitMs } from './direction.ts';
import type { Counters, Faults, Watch, Way } from './faults.ts';
import { createPieces, type Piece } from './mqttPieces.ts';

/**
 * A bad link of real sockets: who connects to it is connected to what is behind. It knows the packets of MQTT where it
 * can read them; TLS it carries, and counts, as bytes.
 */
export interface FaultProxy {
  port: number;
  isUp(): boolean;
  /** The hub's connections break and none is taken; the broker hears nothing, and waits for the end of its keepalive. */
  down(): void;
  /** Takes connections, with these faults and no others. */
  up(faults?: Faults): void;
  /** Sees each packet before it goes on, and decides about it. */
  watch(watch: Watch | undefined): void;
  /** Both sides hear that each connection has ended. */
  cut(): void;
  /** The same with a reset in place of an end. */
  reset(): void;
  /** The hub's program is dead: both sides hear it. */
  killHost(): void;
  /** The hub has no power: the broker hears nothing. */
  powerOff(): void;
  counters(): Readonly<Counters>;
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  clock: Clock;
  random: Random;
  /** What is behind. Default of the host: the loopback. */
  to: { host?: string; port: number };
  /** Where it listens. Default: any free port of the loopback. */
  listen?: { host?: string; port?: number };
  connections?: number;
}

/** Bytes of one direction that may be under way; then its sender has to wait, as a slow link has it. */
export const underWayLimitBytes = 256 * 1024;

/** Connections at one time, unless a test says otherwise; a further one is closed at once. */
const connectionsLimit = 20_000;

interface Pair {
  hub: Socket;
  broker: Socket;
}

const loopback = '127.0.0.1';

/** Rejects when the port cannot be had. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { clock, random, to, listen = {} } = options;
  const pairs = new Set<Pair>();
  /** Connections that are led on later, each with how to take that back. */
  const waiting = new Map<Socket, Cancel>();
  /** Sockets to hubs, until they are closed: one that does not read may take its time. */
  const hubs = new Set<Socket>();
  /** Sockets to the broker whose hub is silent. */
  const orphans = new Set<Socket>();
  const counters = noCounters();
  const host = listen.host ?? loopback;
  let faults: Faults = {};
  let watch: Watch | undefined;
  let up = true;

  const server = createServer({ noDelay: true, pauseOnConnect: true }, (hub) => {
    counters.connections += 1;
    hubs.add(hub);
    hub.on('error', () => hub.destroy());
    hub.once('close', () => hubs.delete(hub));
    if (faults.acceptAfterMs === undefined) accept(hub);
    else
      waiting.set(
        hub,
        clock.at(clock.monotonicMs() + faults.acceptAfterMs, () => accept(hub)),
      );
  });
  server.maxConnections = options.connections ?? connectionsLimit;

  function accept(hub: Socket): void {
    waiting.delete(hub);
    const broker = connect({ host: loopback, ...to, noDelay: true });
    const pair: Pair = { hub, broker };
    pairs.add(pair);
    carry(pair, 'up', hub, broker);
    carry(pair, 'down', broker, hub);
    flow(pair);
  }

  /** Lets the bytes flow, or stops them where the link is a black hole: TCP keeps what is sent meanwhile. */
  function flow({ hub, broker }: Pair): void {
    for (const socket of [hub, broker]) {
      if (faults.blackhole === true) socket.pause();
      else socket.resume();
    }
  }

  function carry(pair: Pair, way: Way, from: Socket, towards: Socket): void {
    const arrivalOf = createDirection({ clock, random, usualDelayMs: 0, difficulties: () => faults });
    const piecesOf = createPieces();
    let underWayBytes = 0;

    function send({ bytes }: Piece): void {
      underWayBytes += bytes.length;
      if (underWayBytes > underWayLimitBytes) from.pause();
      const atMs = arrivalOf(bytes.length);
      clock.at(atMs ?? clock.monotonicMs() + retransmitLimitMs, () => {
        if (!pairs.has(pair)) return;
        if (atMs === undefined) end(pair);
        else towards.write(bytes, arrived(bytes.length));
      });
    }

    const arrived = (bytes: number) => () => {
      underWayBytes -= bytes;
      if (underWayBytes <= underWayLimitBytes && faults.blackhole !== true) from.resume();
    };

    from.on('data', (chunk: Uint8Array) => {
      counters[way].bytes += chunk.length;
      for (const piece of piecesOf(chunk)) {
        if (!pairs.has(pair)) return;
        takes(pair, way, piece, send);
      }
    });
    from.on('error', () => from.destroy());
    from.on('close', () => {
      orphans.delete(from);
      // Behind what is still under way, as TCP has it: what a broker says last is why it refuses.
      clock.at(arrivalOf(0) ?? clock.monotonicMs(), () => {
        if (pairs.has(pair)) end(pair);
      });
    });
  }

  function takes(pair: Pair, way: Way, piece: Piece, send: (piece: Piece) => void): void {
    const { kind } = piece;
    if (kind !== 'bytes') counters[way].packets[kind] = (counters[way].packets[kind] ?? 0) + 1;
    const verdict = watch?.({ way, kind, bytes: piece.bytes }) ?? 'pass';
    if (verdict === 'cut') {
      counters.cuts += 1;
      end(pair);
    } else if (verdict === 'silence') {
      counters.cuts += 1;
      silence(pair);
    } else if (verdict === 'drop' || isDrawn(faults.drop, kind)) {
      counters.dropped += 1;
    } else {
      send(piece);
      if (!isDrawn(faults.duplicate, kind)) return;
      counters.duplicated += 1;
      send(piece);
    }
  }

  /** Bytes within a stream are never lost nor doubled: only packets are, as by a broker at fault. */
  function isDrawn(shares: Faults['drop'], kind: Piece['kind']): boolean {
    const share = kind === 'bytes' ? 0 : (shares?.[kind] ?? shares?.packet ?? 0);
    return share > 0 && random() < share;
  }

  /** Both hear it, behind what they were sent before. */
  function end(pair: Pair): void {
    pairs.delete(pair);
    pair.hub.destroySoon();
    pair.broker.destroySoon();
  }

  function reset(pair: Pair): void {
    pairs.delete(pair);
    pair.hub.resetAndDestroy();
    pair.broker.resetAndDestroy();
  }

  function silence(pair: Pair): void {
    pairs.delete(pair);
    orphans.add(pair.broker);
    pair.broker.resume();
    pair.hub.destroySoon();
  }

  /** Those that were not led on yet have nobody behind them to hear it. */
  function turnAway(): void {
    waiting.forEach((cancel, hub) => {
      cancel();
      hub.destroy();
    });
    waiting.clear();
  }

  function endAll(how: (pair: Pair) => void): void {
    counters.cuts += pairs.size;
    turnAway();
    pairs.forEach(how);
  }

  const port = await listening(server, { host, port: listen.port ?? 0 });
  return {
    port,
    isUp: () => up,
    down() {
      if (up) server.close();
      up = false;
      endAll(silence);
    },
    up(next = {}) {
      faults = next;
      pairs.forEach(flow);
      if (!up) server.listen(port, host);
      up = true;
    },
    watch(next) {
      watch = next;
    },
    cut: () => endAll(end),
    reset: () => endAll(reset),
    killHost: () => endAll(end),
    powerOff: () => endAll(silence),
    counters: () => ({ ...counters, open: pairs.size }),
    async close() {
      turnAway();
      for (const { broker } of pairs) broker.destroy();
      pairs.clear();
      for (const socket of [...hubs, ...orphans]) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function noCounters(): Counters {
  const nothing = () => ({ bytes: 0, packets: {} });
  return { connections: 0, open: 0, up: nothing(), down: nothing(), dropped: 0, duplicated: 0, cuts: 0 };
}

async function listening(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
