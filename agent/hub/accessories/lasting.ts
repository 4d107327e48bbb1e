import { startChart } from '#agent/hub/actors.ts';
import type { Kept } from '#agent/hub/ports.ts';
import { alarmOf, type Guard, type GuardParts, informationOf } from './guard.ts';
import { kindRules, type Lasting } from './kinds.ts';
import { lastingChart, type LastingDecision, type LastingEvent } from './lasting.chart.ts';

const priority = 7;

/** What is kept while it lasts: what has been raised of it. */
interface Row {
  raised: boolean;
  told: boolean;
}

/**
 * A guard over what must not last too long (B8): only the time inside the hours counts. Without hours it is off, and
 * nothing is written. When silence ends and it lasts still, its time begins anew (B8.4).
 */
export function createLasting({ context, accessory, hours, isSilenced }: GuardParts, rule: Lasting): Guard {
  const { deadlines, facts, reports, tell, log } = context;
  const { name, hours: guarded } = accessory;
  if (guarded === undefined) return {};
  const tooLongMs = accessory[rule.tooLongMs];
  const key = `lasting/${name}`;
  const chart = startChart(lastingChart, log);
  let isOn: boolean | undefined;

  const isGuarded = (): boolean => !isOff() && hours.isInside(guarded);
  const isOff = (): boolean => isSilenced(kindRules[accessory.kind].silencedBy);

  function send(event: LastingEvent): void {
    if (chart.can(event)) chart.send(event).forEach(carryOut);
  }

  function carryOut({ type }: LastingDecision): void {
    switch (type) {
      case 'begun':
        begun();
        return;
      case 'watched':
        reports.keep([row({ raised: wasRaised(), told: false }), watch()]);
        return;
      case 'unwatched':
        reports.keep([unwatch()]);
        return;
      case 'too-long':
        tell.triggered(alarmOf(accessory, rule.tooLong, priority), [row({ raised: true, told: true }), unwatch()]);
        return;
      case 'over':
        reports.report(informationOf(accessory, rule.over), { keep: ended() });
        return;
      case 'forgotten':
        reports.keep(ended());
    }
  }

  function begun(): void {
    const keep = [row({ raised: rule.begun !== undefined, told: false }), watch()];
    if (rule.begun === undefined) reports.keep(keep);
    else tell.triggered(alarmOf(accessory, rule.begun, priority), keep);
  }

  /** Hours that never come need no timer. */
  function watch(): Kept {
    const dueMs = guarded === undefined ? undefined : hours.untilInside(guarded, tooLongMs);
    return dueMs === undefined ? unwatch() : deadlines.set(key, dueMs);
  }

  const unwatch = (): Kept => deadlines.clear(key);
  const row = (value: Row): Kept => ({ key, value });
  const ended = (): Kept[] => [{ key, value: undefined }, unwatch()];

  function wasRaised(): boolean {
    const kept = facts.get(key);
    return isRow(kept) && kept.raised;
  }

  return {
    heard(event) {
      const on = rule.isOn(event);
      // A device says how it is from time to time: nothing has happened then, and nothing is written.
      if (on === undefined || on === (isOn ?? false)) return;
      isOn = on;
      if (on) send({ type: 'begins', guarded: isGuarded(), raises: rule.begun !== undefined, silenced: isOff() });
      else send({ type: 'ends', guarded: isGuarded() });
    },
    restore() {
      deadlines.when(key, () => send({ type: 'due' }));
      const kept = facts.get(key);
      if (!isRow(kept)) return;
      isOn = true;
      chart.send({ type: 'restored', ...kept });
    },
    start() {
      // It was silenced when the hub stopped, and is not any more.
      if (isOn === true && !isOff() && !deadlines.isKept(key) && chart.can({ type: 'silenced' })) {
        reports.keep([watch()]);
      }
    },
    silenceChanged: () => send({ type: isOff() ? 'silenced' : 'resumed' }),
    drop() {
      if (isOn === true) reports.keep(ended());
    },
  };
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && 'raised' in value && 'told' in value;
}
