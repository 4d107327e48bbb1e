import type { CentreName, WorldEvent } from '#simulator/world/world.ts';
import type { Trace } from './checker.ts';

/** A time in which nothing stood between the hub and a centre. */
export interface ClearWay {
  fromMs: number;
  /** Excluded, unless the trace ends here. */
  toMs: number;
  /** Whether it began with the hub's connection: then the hub knew of it at once. */
  byConnection: boolean;
}

interface Parts {
  hub: boolean;
  path: boolean;
  link: boolean;
  broker: boolean;
  centre: boolean;
}

/**
 * The times in which the hub ran and was connected, the link was up and as usual, the broker ran and the centre was
 * there. At time 0 all of it is so. How the centre answered is another matter.
 */
export function clearWays({ events, endMs }: Trace, at: CentreName): ClearWay[] {
  const parts: Parts = { hub: true, path: true, link: true, broker: true, centre: true };
  const ways: ClearWay[] = [];
  let open: ClearWay | undefined = { fromMs: 0, toMs: endMs, byConnection: false };
  for (const event of events) {
    const change = changeOf(event, at);
    if (change === undefined) continue;
    Object.assign(parts, change);
    const isClear = Object.values(parts).every(Boolean);
    if (open !== undefined && !isClear) {
      ways.push({ ...open, toMs: event.atMs });
      open = undefined;
    } else if (open === undefined && isClear) {
      open = { fromMs: event.atMs, toMs: endMs, byConnection: change.path === true };
    }
  }
  return open === undefined ? ways : [...ways, open];
}

/** How it answers is another matter: one that is not there may be told how, too. */
const centreChanges: Readonly<Partial<Record<string, Partial<Parts>>>> = {
  offline: { centre: false },
  disconnected: { centre: false },
  connected: { centre: true },
};

function changeOf(event: WorldEvent, at: CentreName): Partial<Parts> | undefined {
  if ('at' in event && event.at !== at) return undefined;
  switch (event.kind) {
    case 'hub':
      return { hub: event.is === 'starting', path: false };
    case 'path':
      return { path: event.is === 'up' };
    case 'link':
      return { link: event.is === 'up' && event.difficulties === undefined };
    case 'broker':
      // The reserve's broker never stops.
      return at === 'primary' ? { broker: event.is === 'running' } : undefined;
    case 'centre':
      return centreChanges[event.is];
    default:
      return undefined;
  }
}

/** Whether the way was clear from the one time to the other, both in milliseconds. */
export function isClear(ways: readonly ClearWay[], fromMs: number, toMs: number): boolean {
  return ways.some((way) => way.fromMs <= fromMs && toMs < way.toMs);
}
