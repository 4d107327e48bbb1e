import type { Entry, Kept, Stamp } from '#agent/hub/ports.ts';
import { dayMs, hourMs, minuteMs, type Random } from '#protocol/core/time.ts';

/** A step in the life of a journal: a call of the journal's own code, or the end of its process. */
export type Deed =
  | { does: 'open' | 'close' | 'sync' }
  /** The process is killed; what it wrote stays in the kernel. */
  | { does: 'kill' }
  | { does: 'commit'; stamp: Stamp; entries: readonly Entry[]; kept: readonly Kept[] }
  | { does: 'retain'; stamp: Stamp; keptMs: number }
  | { does: 'wipe'; stamp: Stamp; entry: Entry; kept: readonly Kept[] };

/**
 * A small journal, so that its images are small and it is full before long: the pages of rows and the part that is kept
 * back for alarms, in bytes.
 */
export const journalSize = { limitBytes: 180_000, reserveBytes: 60_000 };

/** Stands in every record and every configuration; what is wiped must not give it away. */
export const personal = 'Wilhelmina';

const startMs = Date.UTC(2026, 0, 1);

/** Days of an ordinary life; then a crowded one, in which the journal is full; then the end of the installation. */
const ordinaryDays = 10;
const crowdedDays = 3;

/** From a new journal to the end of the installation, or a day more of a journal that is there. */
export type Length = 'whole' | 'day';

/** A life drawn by chance: every kind of commit that the hub makes, its care for the journal, ends in order and kills. */
export function drawLife(random: Random, length: Length): readonly Deed[] {
  const deeds: Deed[] = [];
  const isWhole = length === 'whole';
  /** References that wait, oldest first. */
  let waiting: string[] = [];
  let references = 0;
  let version = 1;
  let restarts = 0;
  // Behind everything that another life has written.
  let nowMs = isWhole ? 0 : 30 * dayMs;

  const draw = (below: number): number => Math.floor(random() * below);
  const likely = (share: number): boolean => random() < share;

  function stamp(): Stamp {
    nowMs += draw(20 * minuteMs);
    return { boot: 'boot-1', monotonicMs: nowMs, wallMs: startMs + nowMs, trusted: likely(0.9) };
  }

  function commit(entries: readonly Entry[], kept: readonly Kept[] = []): void {
    deeds.push({ does: 'commit', stamp: stamp(), entries, kept });
  }

  function report(priority: number): Entry & { kind: 'report' } {
    references += 1;
    const ref = `${length}-${references}`;
    waiting.push(ref);
    const record = JSON.stringify({ ref, from: `pendant of ${personal}`, pri: priority, more: 'x'.repeat(draw(600)) });
    return { kind: 'report', ref, priority, body: { record, buffered: likely(0.3) } };
  }

  function settle(kind: 'acknowledged' | 'superseded', ref: string): Entry {
    waiting = waiting.filter((other) => other !== ref);
    return { kind, ref, body: { path: 'primary', snu: 0 } };
  }

  function alarm(): void {
    const raised = report(7 + draw(3));
    commit([raised], likely(0.5) ? [{ key: 'awaited-visit', value: { ref: raised.ref } }] : []);
    let former: string | undefined;
    while (likely(0.5)) {
      const superseded = former === undefined ? [] : [settle('superseded', former)];
      const update = report(raised.priority);
      former = update.ref;
      commit([...superseded, update]);
    }
  }

  /** The centre takes some of what waits, the hub calls, and what was kept for it goes. */
  function answer(share: number): void {
    for (const ref of waiting.filter(() => likely(share))) {
      commit([settle('acknowledged', ref)], likely(0.2) ? [{ key: 'awaited-visit', value: undefined }] : []);
      if (likely(0.3)) commit([{ kind: 'call', ref, body: { number: '+46313900600', became: 'answered' } }]);
    }
  }

  function visit(): void {
    commit([{ kind: 'visit', body: { opened: true } }, report(5)], [{ key: 'visit', value: { openedMs: nowMs } }]);
    commit([{ kind: 'visit', body: { opened: false } }, report(5)], [{ key: 'visit', value: undefined }]);
  }

  function configure(): void {
    version += 1;
    const accessories = Array.from({ length: 5 + draw(40) }, (_, index) => ({
      name: `${personal} ${index}`,
      id: '002a',
    }));
    const document = { version, accessories, padding: 'y'.repeat(draw(4_000)) };
    commit([{ kind: 'configuration', body: { version } }], [{ key: 'configuration/current', value: { document } }]);
  }

  function restart(): void {
    restarts += 1;
    deeds.push({ does: restarts % 2 === 0 ? 'kill' : 'close' }, { does: 'open' });
    commit([{ kind: 'started', body: { firmware: '1' } }]);
  }

  function day(): void {
    for (let alarms = 1 + draw(3); alarms > 0; alarms -= 1) alarm();
    answer(0.7);
    commit([report(2)], [{ key: 'deadline/test-alarm', value: nowMs + 23 * hourMs }]);
    if (likely(0.6)) visit();
    if (likely(0.5)) configure();
    if (likely(0.5)) commit([{ kind: 'power', body: { mains: likely(0.5), personal } }]);
    answer(0.8);
    if (likely(0.3)) deeds.push({ does: 'sync' });
    if (likely(0.4)) retain();
    if (likely(0.5)) restart();
    nowMs += draw(12) * hourMs;
  }

  /** First what does not fit, then what is too old: each is a commit of its own. */
  function retain(): void {
    deeds.push({ does: 'retain', stamp: { ...stamp(), trusted: false }, keptMs: 3 * dayMs });
    deeds.push({ does: 'retain', stamp: { ...stamp(), trusted: true }, keptMs: 3 * dayMs });
  }

  /** Much that may go, so that alarms have to make their room. */
  function crowd(): void {
    for (let notes = 6 + draw(6); notes > 0; notes -= 1) {
      commit([{ kind: 'link', body: { personal, padding: 'z'.repeat(2_000 + draw(9_000)) } }]);
    }
    alarm();
  }

  /** Done twice, as after a power cut. What the hub goes on to write is no longer personal. */
  function end(): void {
    const life: Kept[] = [{ key: 'life', value: 'ending' }];
    for (const again of [false, true]) {
      deeds.push({ does: 'wipe', stamp: stamp(), entry: { kind: 'life', body: { again } }, kept: life });
    }
    commit([{ kind: 'life', body: { stage: 'ended' } }], [{ key: 'life', value: 'ended' }]);
  }

  deeds.push({ does: 'open' });
  if (!isWhole) {
    day();
    alarm();
    return deeds;
  }
  for (let index = 0; index < ordinaryDays; index += 1) day();
  for (let index = 0; index < crowdedDays; index += 1) {
    crowd();
    day();
  }
  end();
  deeds.push({ does: 'kill' }, { does: 'open' });
  commit([{ kind: 'started', body: {} }]);
  deeds.push({ does: 'close' });
  return deeds;
}
