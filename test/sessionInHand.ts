import { type SessionParts, startSession } from '#agent/lines/session.ts';
import { createHandLine } from './handLine.ts';
import { createLogRecorder } from './logRecorder.ts';
import { createVirtualClock } from './virtualClock.ts';

/** A session with a device that the test makes answer or not, and everything that happens, each with its second. */
export function startSessionInHand(
  options: Partial<Pick<SessionParts, 'powerCycle' | 'settings'>> & { noReset?: boolean; noProbe?: boolean } = {},
) {
  const clock = createVirtualClock();
  const hand = createHandLine(clock);
  const story: string[] = [];
  const tell = (what: string): void => void story.push(`${clock.monotonicMs() / 1_000} ${what}`);
  const device = { alive: true, lateAnswer: (): boolean => false, whenReset: (): void => undefined };
  const { noReset = false, noProbe = false, ...rest } = options;
  function reset(): void {
    tell('reset');
    device.whenReset();
  }
  function probe(answered: () => boolean): void {
    tell('probe');
    device.lateAnswer = answered;
    if (device.alive) clock.at(clock.monotonicMs() + 100, () => void answered());
  }
  const session = startSession({
    name: 'device',
    openLine: hand.openLine,
    lineSettings: { baudRate: 9_600 },
    clock,
    log: createLogRecorder().log,
    device: {
      restarted: () => tell('open'),
      received: () => session.heard(),
      ...(noProbe ? {} : { probe }),
      ...(noReset ? {} : { reset }),
    },
    listener: { ready: () => tell('ready'), failing: (reason) => tell(`failing: ${reason}`) },
    ...rest,
  });
  /** What has happened since the last time it was asked. */
  const news = (): string[] => story.splice(0);
  return { clock, hand, device, session, news };
}
