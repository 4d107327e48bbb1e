import type { Difficulties } from './direction.ts';
import type { PacketKind, Piece } from './mqttPieces.ts';

/** From the hub to the broker, or back. */
export type Way = 'up' | 'down';

/** What is wrong with a link; what is not given is well. */
export interface Faults extends Difficulties {
  /** The share of packets that never arrive, from 0 to 1; `packet` is any kind that is not named. */
  drop?: Shares;
  /** The share of packets that arrive twice. */
  duplicate?: Shares;
  /** Connected, and nothing moves; when it is over, all that was sent arrives. */
  blackhole?: boolean;
  /** A new connection is led on only after so long. */
  acceptAfterMs?: number;
}

export type Shares = Partial<Record<PacketKind | 'packet', number>>;

/** A packet, or bytes of none, about to go on. */
export interface SeenPiece extends Piece {
  way: Way;
}

/**
 * `cut`: this packet and all behind it are lost, and both sides hear the end. `silence`: the same, but the broker hears
 * nothing. `drop`: this packet alone is lost.
 */
export type Watch = (piece: SeenPiece) => 'pass' | 'cut' | 'silence' | 'drop';

export interface Counters {
  /** Connections that were taken, and those that are open now. */
  connections: number;
  open: number;
  /** What came in from each side, whether it went on or not. */
  up: OneWay;
  down: OneWay;
  dropped: number;
  duplicated: number;
  cuts: number;
}

interface OneWay {
  bytes: number;
  packets: Partial<Record<PacketKind, number>>;
}

export const bearerNames = ['2g', 'gprs', '3g', '4g'] as const;

type Bearer = Required<Pick<Difficulties, 'bitsPerSecond' | 'delayMs'>>;

/**
 * Links as they are: what one slot of GPRS carries with coding scheme 1 (9.05 kbit/s, 3GPP TS 43.064), GPRS of class 10
 * with scheme 2 (two slots up, 13.4 kbit/s each), UMTS and LTE at the edge of a cell. Delays are of one way.
 */
export const bearers: Readonly<Record<(typeof bearerNames)[number], Bearer>> = {
  '2g': { bitsPerSecond: 9_050, delayMs: 500 },
  gprs: { bitsPerSecond: 26_800, delayMs: 350 },
  '3g': { bitsPerSecond: 384_000, delayMs: 75 },
  '4g': { bitsPerSecond: 5_000_000, delayMs: 25 },
};
