import { alarmPriority, type Journal, type PendingReport, type Stamp } from '#agent/hub/ports.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Clock } from '#protocol/core/time.ts';
import { createHeap } from '#protocol/core/heap.ts';
import { answers } from '#protocol/scaip/codes.ts';
import {
  type Delivery,
  type DeliverySettings,
  clearTimer,
  endRound,
  goesBefore,
  newDelivery,
  nextRoundMs,
  usablePath,
} from './delivery.ts';
import type { Answer, Path } from './path.ts';
import { createRefusals } from './refusals.ts';
import { createWindow } from './window.ts';

/** What the journal could not take waits in memory (B1.1), at most this many; the lowest and youngest goes first. */
export const unjournalledLimit = 1_000;

export interface Outbox {
  /** Reads what waits in the journal; called once, before the paths start. */
  load(): void;
  /** Takes a report that was just committed, or one that the journal could not take. */
  offer(report: PendingReport, journalled: boolean): void;
  /** Forgets a report: it is acknowledged, or a newer update took its place. */
  settled(ref: string): void;
  pathChanged(path: Path): void;
  /** The paths are others now: what was asked of the former ones is asked anew. */
  pathsReplaced(): void;
  /** A path that was full takes reports again. */
  room(): void;
  answered(path: Path, answer: Answer): void;
  waiting(): Waiting;
  /** Whether a report is on its way, or about to be: what nobody waits for stands back. */
  isBusy(): boolean;
  counters(): Readonly<OutboxCounters>;
}

export interface Waiting {
  count: number;
  /** Those of them that the journal could not take: they end with the program. */
  inMemoryOnly: number;
  /** When the oldest of them happened. */
  oldest: Stamp | undefined;
}

export interface OutboxCounters {
  sent: number;
  acknowledged: number;
  /** Answers for reports that do not wait (any more): late duplicates, or references that were never ours (B2.7). */
  unknownReference: number;
  wrongHash: number;
  notTreated: number;
  /** Answers that no centre should give to a good report: format, content, unknown (B2.4). Counted as not treated too. */
  faultyAnswers: number;
  /** Unjournalled reports pushed out of memory by its limit. */
  dropped: number;
  /** Reports that could not be read from the journal when it was their turn; they are tried again. */
  unreadable: number;
}

export interface OutboxPorts {
  journal: Journal;
  clock: Clock;
  log: Log;
  /** The settings in force. */
  settings(): DeliverySettings;
  /** In the order in which they are tried (B2.2). */
  paths: readonly Path[];
  /** SHA-256 in hex. */
  hash(text: string): string;
  /** The centre handled a report that waits: the hub commits it and then calls `settled`. */
  onHandled(report: PendingReport, path: Path, answer: Answer): void;
  /** The centre answered what no centre should; told once a report (B2.4). */
  onFaultyAnswer(report: PendingReport, path: Path, answer: Answer): void;
  /**
   * Every path was tried for an alarm, or there was none to try, and nobody took it. `round` counts such rounds from 1,
   * over link losses too: the next way for it is the short message (B2.2, B2.8).
   */
  roundOver(report: PendingReport, round: number): void;
}

/**
 * Brings every report to a centre: which one next, by which path, when again. The journal is the queue; this holds what
 * is under way. A report leaves when the centre has acknowledged its very record (B2.1), and not before.
 */
export function createOutbox(ports: OutboxPorts): Outbox {
  const { journal, clock, log, settings, paths } = ports;
  const deliveries = new Map<string, Delivery>();
  const unjournalled = new Set<Delivery>();
  const refusals = createRefusals(clock, log);
  const ready = createHeap(goesBefore);
  const window = createWindow();
  const counters: OutboxCounters = {
    sent: 0,
    acknowledged: 0,
    unknownReference: 0,
    wrongHash: 0,
    notTreated: 0,
    faultyAnswers: 0,
    dropped: 0,
    unreadable: 0,
  };
  let alarms = 0;

  function load(): void {
    for (const report of journal.pending()) {
      track(report, report.priority >= alarmPriority);
    }
    // Without a path an alarm has its rounds from now on (B2.2).
    fill();
  }

  function offer(report: PendingReport, journalled: boolean): void {
    const delivery = track(report, !journalled || report.priority >= alarmPriority);
    if (!journalled) {
      unjournalled.add(delivery);
      dropBeyondLimit();
    }
    fill();
  }

  function track(report: PendingReport, stays: boolean): Delivery {
    const delivery = newDelivery(report, stays);
    deliveries.set(report.ref, delivery);
    ready.push(delivery);
    countAlarm(delivery, 1);
    return delivery;
  }

  function countAlarm(delivery: Delivery, change: 1 | -1): void {
    if (delivery.priority >= alarmPriority) {
      alarms += change;
      paths.forEach((path) => path.hurry(alarms > 0));
    }
  }

  function dropBeyondLimit(): void {
    if (unjournalled.size > unjournalledLimit) {
      const last = [...unjournalled].reduce((a, b) => (goesBefore(a, b) ? b : a));
      counters.dropped += 1;
      log.error({ ref: last.ref, limit: unjournalledLimit }, 'too many unjournalled reports in memory: one is dropped');
      settled(last.ref);
    }
  }

  function settled(ref: string): void {
    const delivery = deliveries.get(ref);
    if (delivery !== undefined) {
      leave(delivery);
      deliveries.delete(ref);
      unjournalled.delete(delivery);
      countAlarm(delivery, -1);
      fill();
    }
  }

  function read(delivery: Delivery): PendingReport | undefined {
    try {
      return delivery.report ?? journal.findPending(delivery.ref);
    } catch (error) {
      log.error({ error, ref: delivery.ref }, 'the journal cannot be read');
      return undefined;
    }
  }

  /**
   * Sends what may be sent now: in order, while a path is up and the window has room. Without a path an alarm has its
   * rounds all the same, so that it goes by short message (B2.2); everything else waits for a path.
   */
  function fill(): void {
    for (let delivery = ready.peek(); delivery !== undefined; delivery = ready.peek()) {
      if (deliveries.get(delivery.ref) !== delivery || delivery.state !== 'ready') {
        ready.pop();
        continue;
      }
      const isUp = paths.some((path) => path.isUp());
      if (isUp ? !window.hasRoom(delivery.priority) : delivery.priority < alarmPriority) {
        return;
      }
      ready.pop();
      if (!ask(delivery)) {
        return;
      }
    }
  }

  /** Sends one; false when the path would not take it, and then it waits for that path's next word. */
  function ask(delivery: Delivery): boolean {
    if (delivery.path === 0 && delivery.heldSinceMs === undefined) {
      delivery.roundBeganMs = clock.monotonicMs();
      delivery.wasAsked = false;
    }
    const index = usablePath(delivery, paths);
    const path = index === undefined ? undefined : paths[index];
    if (index === undefined || path === undefined) {
      rest(delivery);
      return true;
    }
    const report = read(delivery);
    if (report === undefined) {
      counters.unreadable += 1;
      rest(delivery);
      return true;
    }
    delivery.path = index;
    if (!path.send(report, delivery.attempt + 1)) {
      ready.push(delivery);
      return false;
    }
    delivery.attempt += 1;
    delivery.wasAsked = true;
    counters.sent += 1;
    enter(delivery, 'asking', clock.monotonicMs() + settings().answerWithinMs, () => tryNext(delivery));
    delivery.report = report;
    return true;
  }

  function enter(delivery: Delivery, state: Delivery['state'], untilMs: number, then: () => void): void {
    leave(delivery);
    delivery.state = state;
    if (state === 'asking') window.enter(delivery.priority);
    delivery.cancelTimer = clock.at(untilMs, () => {
      then();
      fill();
    });
  }

  function leave(delivery: Delivery): void {
    clearTimer(delivery);
    if (delivery.state === 'asking') window.leave(delivery.priority);
    delivery.state = 'ready';
    if (!delivery.stays) delivery.report = undefined;
  }

  function makeReady(delivery: Delivery): void {
    leave(delivery);
    ready.push(delivery);
  }

  /** No answer in time, busy, or not treated: the next path; after the last one, the next round (B2.2–B2.4). */
  function tryNext(delivery: Delivery): void {
    delivery.heldSinceMs = undefined;
    delivery.path = delivery.passedOver ? 0 : delivery.path + 1;
    delivery.passedOver = false;
    if (usablePath(delivery, paths) === undefined) {
      rest(delivery);
    } else {
      makeReady(delivery);
    }
  }

  function rest(delivery: Delivery): void {
    endRound(delivery);
    enter(delivery, 'resting', nextRoundMs(delivery, settings()), () => makeReady(delivery));
    if (delivery.report !== undefined && delivery.priority >= alarmPriority) {
      ports.roundOver(delivery.report, delivery.round);
    }
  }

  /**
   * A path came up, or its centre did: what rests is tried at once (B2.3), and so is what a worse path was asked in vain.
   * One went down, or said that its centre is gone: what it was asked is asked again (B2.4).
   */
  function pathChanged(path: Path): void {
    for (const delivery of deliveries.values()) {
      const isGood = path.isUp() && !path.isSuspect();
      const onThisPath = paths[delivery.path] === path && delivery.state !== 'resting';
      if (isGood && delivery.state === 'asking' && paths.indexOf(path) < delivery.path) {
        delivery.passedOver = true;
        // The other has said already that nobody is there to answer.
        if (paths[delivery.path]?.isSuspect() === true) tryNext(delivery);
      } else if (isGood ? delivery.state === 'resting' : onThisPath && delivery.state !== 'ready') {
        delivery.path = 0;
        delivery.heldSinceMs = undefined;
        makeReady(delivery);
      }
    }
    fill();
  }

  function pathsReplaced(): void {
    for (const delivery of deliveries.values()) {
      delivery.path = 0;
      delivery.heldSinceMs = undefined;
      if (delivery.state !== 'ready') makeReady(delivery);
    }
    fill();
  }

  function answered(path: Path, answer: Answer): void {
    const delivery = deliveries.get(answer.ref);
    const report = delivery === undefined ? undefined : read(delivery);
    if (delivery === undefined || report === undefined) {
      counters.unknownReference += 1;
      const message = 'an answer for a reference that does not wait';
      refusals.refuse({ code: 'answer/unknown-reference', message }, { ref: answer.ref, path: path.name });
    } else if (answer.hash !== ports.hash(report.body.record)) {
      counters.wrongHash += 1;
      const message = 'an answer that names another record than ours (hash)';
      refusals.refuse({ code: 'answer/wrong-hash', message }, { ref: answer.ref, path: path.name });
    } else if (answer.snu === answers.handled.code) {
      counters.acknowledged += 1;
      ports.onHandled(report, path, answer);
    } else if (paths[delivery.path] === path && (delivery.state === 'asking' || delivery.state === 'held')) {
      postponed(delivery, path, answer, report);
      fill();
    }
  }

  function postponed(delivery: Delivery, path: Path, answer: Answer, report: PendingReport): void {
    const { snu } = answer;
    const nowMs = clock.monotonicMs();
    if (snu === answers.hold.code && nowMs - (delivery.heldSinceMs ?? nowMs) < settings().holdAtMostMs) {
      delivery.heldSinceMs ??= nowMs;
      enter(delivery, 'held', nowMs + settings().holdEveryMs, () => makeReady(delivery));
      return;
    }
    if (snu === answers.hold.code) {
      // It has held for long enough. The round that begins with it is over only now.
      delivery.roundBeganMs = nowMs;
    } else if (snu !== answers.busy.code) {
      notTreated(delivery, path, answer, report);
    }
    tryNext(delivery);
  }

  function notTreated(delivery: Delivery, path: Path, answer: Answer, report: PendingReport): void {
    const { ref, snu } = answer;
    counters.notTreated += 1;
    if (snu === answers.notTreated.code) {
      log.warn({ ref, snu, path: path.name }, 'the centre did not treat the report');
      return;
    }
    counters.faultyAnswers += 1;
    log.error({ ref, snu, path: path.name }, 'the centre answered what it should not; it counts as not treated');
    if (!delivery.faultTold) {
      delivery.faultTold = true;
      ports.onFaultyAnswer(report, path, answer);
    }
  }

  return {
    load,
    offer,
    settled,
    pathChanged,
    pathsReplaced,
    room: fill,
    answered,
    isBusy: () => [...deliveries.values()].some(({ state }) => state === 'asking' || state === 'ready'),
    waiting: () => ({
      count: deliveries.size,
      inMemoryOnly: unjournalled.size,
      oldest: oldest(deliveries.values())?.stamp,
    }),
    counters: () => counters,
  };
}

function oldest(deliveries: Iterable<Delivery>): Delivery | undefined {
  let first: Delivery | undefined;
  for (const delivery of deliveries) {
    first = first === undefined || delivery.seq < first.seq ? delivery : first;
  }
  return first;
}
