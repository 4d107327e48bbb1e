import type { Trace } from './checker.ts';

export interface Span {
  fromMs: number;
  /** Excluded, unless the trace ends here. */
  toMs: number;
}

/** The times in which the hub had no connection to either centre. At time 0 it has both. */
export function noPathTimes({ events, endMs }: Trace): Span[] {
  const connected = new Set<string>(['primary', 'reserve']);
  const spans: Span[] = [];
  for (const event of events) {
    const wasOff = connected.size === 0;
    if (event.kind === 'hub') connected.clear();
    else if (event.kind === 'path' && event.is === 'up') connected.add(event.at);
    else if (event.kind === 'path') connected.delete(event.at);
    else continue;
    const last = spans.at(-1);
    if (connected.size === 0 && !wasOff) spans.push({ fromMs: event.atMs, toMs: endMs });
    else if (wasOff && connected.size > 0 && last !== undefined) last.toMs = event.atMs;
  }
  return spans;
}
