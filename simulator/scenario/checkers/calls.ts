import { secondMs } from '#protocol/core/time.ts';
import { type Checker, type EventOf, eventsOf, type Trace } from './checker.ts';
import { ranSteadily } from './steady.ts';

/** From dialling until it rings, and what a hub takes to dial. */
const dialMs = 2 * secondMs;

/**
 * Who does not answer is called again, as often as is configured (B3.3). Judged on the first voice path, while the link is
 * up and nobody else does anything at the telephone.
 */
export const checkCalls: Checker = (trace) => {
  const isSteady = ranSteadily(trace);
  const { attempts, pauseMs, answerWithinMs } = trace.hub.voice;
  // A try for which there was no way is one, too, and does not ring.
  const seriesMs = attempts * (answerWithinMs + pauseMs + dialMs);
  const calls = eventsOf(trace, 'voice').filter(({ is, by }) => by === 'hub' && (is === 'ringing' || is === 'failed'));
  const linkIsUp = linkTimes(trace);
  const disturbances = trace.events.filter(isDisturbance);
  let tries = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  return calls.flatMap((call, place) => {
    const { is, path, atMs } = call;
    const before = calls[place - 1];
    const hasRung = before?.is === 'ringing';
    if (path !== 'sip') tries = 0;
    // One that was refused at once was a try, too.
    else if (is === 'ringing' || !hasRung) tries = atMs - lastMs > pauseMs + dialMs ? 1 : tries + 1;
    if (path !== 'sip' || is !== 'failed') return [];
    lastMs = atMs;
    if (!hasRung) return [];
    const beganMs = before.atMs;
    const dueMs = atMs + pauseMs + dialMs;
    if (tries >= attempts || !isSteady(beganMs, dueMs) || !linkIsUp(atMs - seriesMs, dueMs)) return [];
    if (disturbances.some((event) => event.atMs >= beganMs - pauseMs && event.atMs <= dueMs)) return [];
    const next = calls[place + 1];
    if (next?.path === path && next.atMs <= dueMs) return [];
    const message = `nobody answered call ${tries} of ${attempts}, and it did not ring again within ${pauseMs + dialMs} ms`;
    return [{ rule: 'B3.3', atMs: dueMs, message, event: call.sequence }];
  });
};

function isDisturbance(event: Trace['events'][number]): boolean {
  return (
    (event.kind === 'action' && ['operator', 'configure', 'command'].includes(event.action.word)) ||
    (event.kind === 'voice' && (event.by === 'centre' || event.is === 'connected'))
  );
}

function linkTimes(trace: Trace): (fromMs: number, toMs: number) => boolean {
  const changes: readonly EventOf<'link'>[] = eventsOf(trace, 'link');
  return (fromMs, toMs) => {
    const before = changes.findLast(({ atMs }) => atMs < fromMs);
    return before?.is !== 'down' && !changes.some(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  };
}
