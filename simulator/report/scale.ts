/** A place on the page for each time of the scenario. */
export interface Scale {
  x(timeMs: number): number;
  /** Where to write which time: the times of what happened, as far as there is room. */
  ticks: readonly { timeMs: number; x: number }[];
  /** Long stretches in which nothing happened, drawn shorter than they were. */
  breaks: readonly { fromMs: number; toMs: number; x: number }[];
}

/** A gap that is longer than this, and drawn as a break, says how long it was. */
const breakMs = 600_000;
/** The least between two written times, in pixels. */
const tickDistance = 92;
/** The least between the words of two breaks, in pixels. */
const breakDistance = 76;

/**
 * A scale on which a press and its acknowledgement can be told apart even when three days lie between them and the next:
 * the room between two notable times grows with the logarithm of the time between them.
 */
export function createScale(times: readonly number[], endMs: number, left: number, width: number): Scale {
  const notable = [...new Set([0, ...times.filter((timeMs) => timeMs > 0 && timeMs < endMs), endMs])].toSorted(
    (a, b) => a - b,
  );
  const room = notable.map((timeMs, place) => (place === 0 ? 0 : roomFor(timeMs - (notable[place - 1] ?? 0))));
  const total = room.reduce((sum, part) => sum + part, 0) || 1;
  let sum = 0;
  const places = room.map((part) => {
    sum += part;
    return left + (sum / total) * width;
  });
  return {
    x: (timeMs) => between(notable, places, timeMs),
    ticks: ticksOf(notable, places),
    breaks: breaksOf(notable, places),
  };
}

/** The quiet stretches whose words have room between the words of the others. */
function breaksOf(
  notable: readonly number[],
  places: readonly number[],
): { fromMs: number; toMs: number; x: number }[] {
  const breaks: { fromMs: number; toMs: number; x: number }[] = [];
  for (const [place, toMs] of notable.entries()) {
    const fromMs = notable[place - 1] ?? toMs;
    const x = ((places[place] ?? 0) + (places[place - 1] ?? 0)) / 2;
    const hasRoom = x - (breaks.at(-1)?.x ?? Number.NEGATIVE_INFINITY) >= breakDistance;
    if (toMs - fromMs >= breakMs && hasRoom) breaks.push({ fromMs, toMs, x });
  }
  return breaks;
}

/** Ten times the time takes one part more. */
function roomFor(gapMs: number): number {
  return 0.15 + Math.log10(1 + gapMs / 20);
}

function between(notable: readonly number[], places: readonly number[], timeMs: number): number {
  let low = 0;
  let high = notable.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((notable[middle] ?? 0) <= timeMs) low = middle;
    else high = middle;
  }
  const [fromMs = 0, toMs = 0] = [notable[low], notable[high]];
  const [from = 0, to = 0] = [places[low], places[high]];
  const share = toMs === fromMs ? 0 : Math.min(1, Math.max(0, (timeMs - fromMs) / (toMs - fromMs)));
  return from + share * (to - from);
}

function ticksOf(notable: readonly number[], places: readonly number[]): { timeMs: number; x: number }[] {
  const ticks: { timeMs: number; x: number }[] = [];
  const last = places.at(-1) ?? 0;
  for (const [place, timeMs] of notable.entries()) {
    const x = places[place] ?? 0;
    const isLast = place === notable.length - 1;
    const room = Math.min(
      x - (ticks.at(-1)?.x ?? Number.NEGATIVE_INFINITY),
      isLast ? Number.POSITIVE_INFINITY : last - x,
    );
    if (room >= tickDistance) ticks.push({ timeMs, x });
  }
  return ticks;
}
