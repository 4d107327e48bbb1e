import { centreKeysFact } from '#agent/hub/centre-keys/centreKeys.ts';
import { counterFact } from '#agent/hub/commands/commands.ts';
import { documentInForce } from '#agent/hub/configuration/configuration.ts';
import { decodeRecord } from '#protocol/mqtt/record.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { CommandOutcome, Concern, HubContext } from '#agent/hub/concern.ts';
import {
  type WrittenAccessory,
  enrolledFact,
  exportedAccessories,
  readWritten,
} from '#agent/hub/enrolment/enrolled.ts';
import type { Journal, Kept } from '#agent/hub/ports.ts';
import { type LifeDecision, type LifeEvent, lifeChart, type Stage } from './life.chart.ts';

/** Kept from the first start on: the stage, and when each was entered. The one thing that outlives the end (H27). */
const lifeKey = 'life';
/** Kept by a hub that took another one's place: whose tags it knows too. */
export const predecessorKey = 'predecessor';

interface Life {
  stage: Stage;
  /** What the wall clock showed at each, ISO 8601. */
  since: Readonly<Partial<Record<Stage, string>>>;
}

const endedReason = 'the hub has ended; right would be a hub set up anew';

type Details = Readonly<Record<string, unknown>>;

export interface LifeOptions {
  journal: Journal;
  /** Others are in force. */
  accessoriesChanged(): void;
  /** The hub has ended: nothing else goes on. */
  onEnded(): void;
  /** A report that waited is gone. */
  settled(ref: string): void;
}

export interface LifeConcern extends Concern {
  hasEnded(): boolean;
}

/** The life of the installation, from the first start to the end, which wipes all personal data and proves it (B14.1). */
export function createLife(
  context: HubContext,
  { journal, accessoriesChanged, onEnded, settled }: LifeOptions,
): LifeConcern {
  const { configuration, facts, reports, clock, log } = context;
  const chart = startChart(lifeChart, log);

  function life(): Life | undefined {
    const kept = facts.get(lifeKey);
    // It is what this program kept.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return kept === undefined ? undefined : (kept as Life);
  }

  const hasEnded = (): boolean => life()?.stage === 'ended' || life()?.stage === 'ending';

  function send(event: LifeEvent): void {
    chart.send(event).forEach(carryOut);
  }

  function carryOut(decision: LifeDecision): void {
    if (decision.type === 'wipe') tryToWipe();
    else reports.note('life', { stage: decision.stage }, [entered(decision.stage)]);
  }

  function entered(stage: Stage): Kept {
    const since = { ...life()?.since, [stage]: new Date(clock.wallMs()).toISOString() };
    return { key: lifeKey, value: { stage, since } satisfies Life };
  }

  /** What a disk error leaves behind is done at the next try, or the next start. */
  function tryToWipe(): void {
    try {
      wipe();
    } catch (error) {
      log.error({ error }, 'the journal could not be wiped');
    }
  }

  /** Everything goes but the dates of the installation; that it is gone is read back, and that is the proof. */
  function wipe(): void {
    const waiting = [...journal.pending()].map(({ ref }) => ref);
    const ending = entered('ending');
    // By these the centre's word that it knows of the end is checked, and no command of before works again. They are no
    // personal data.
    const kept = [ending, ...facts.under(centreKeysFact), ...facts.under(counterFact)];
    const proof = journal.wipe(reports.now(), { kind: 'life', body: { stage: 'ending' } }, kept);
    facts.clear(kept);
    reports.wiped();
    waiting.forEach(settled);
    const { stage, since } = { ...life(), stage: 'ended' };
    reports.note('life', { stage, since, ...proof }, [entered('ended')]);
    log.info({ step: 'ended', ...proof.removed }, 'the hub has ended: all personal data is gone from its journal');
    onEnded();
  }

  function end(): CommandOutcome {
    if (hasEnded()) return { outcome: 'done', body: { ...life()?.since } };
    const refused = reasonNotToEnd();
    if (refused !== undefined) return { outcome: 'refused', reason: refused };
    send({ type: 'end' });
    if (!hasEnded())
      return { outcome: 'refused', reason: 'the journal could not be wiped; right would be to try again' };
    return { outcome: 'done', body: { ...life()?.since } };
  }

  /** An alarm that nobody has taken is not thrown away with the rest (B1.1). */
  function reasonNotToEnd(): string | undefined {
    for (const { body } of journal.pending()) {
      const read = decodeRecord(body.record);
      if (read.ok && read.value.report === 'alarm') {
        return `alarm ${read.value.ref} waits; right would be to end the hub when a centre has acknowledged it`;
      }
    }
    return undefined;
  }

  /**
   * What the new hub needs: the accessories that were enrolled, or forgotten, at this one, and the configuration where
   * it is not this machine's own file.
   */
  function exchange(): CommandOutcome {
    if (hasEnded()) return { outcome: 'refused', reason: endedReason };
    if (life()?.stage === 'enrolled') return { outcome: 'refused', reason: 'the hub was never in service' };
    send({ type: 'exchange' });
    const { hub, version } = configuration();
    const document = documentInForce(facts);
    const sent = document === undefined ? {} : { configuration: document };
    return { outcome: 'done', body: { hub, version, ...sent, ...exportedAccessories(facts) } };
  }

  /** All of it or nothing. */
  function takeOver({ hub, accessories = [], forgotten = [] }: Details): CommandOutcome {
    if (hasEnded()) return { outcome: 'refused', reason: endedReason };
    if (typeof hub !== 'string' || !Array.isArray(accessories) || !Array.isArray(forgotten)) {
      return {
        outcome: 'refused',
        reason: 'right would be what the other hub told of its exchange: hub, accessories, forgotten',
      };
    }
    const known = configuration().accessories;
    const taken: WrittenAccessory[] = [];
    for (const written of accessories) {
      const read = readWritten(written);
      if (!read.ok) return { outcome: 'refused', reason: read.problem };
      const { name, id } = read.value.accessory;
      const twin = [...known, ...taken.map(({ accessory }) => accessory)].find(
        (one) => one.name === name || one.id === id,
      );
      if (twin !== undefined)
        return { outcome: 'refused', reason: `${name} or its id is enrolled already, as ${twin.name}` };
      taken.push(read.value);
    }
    reports.note('life', { tookOverFrom: hub, accessories: taken.length, forgotten: forgotten.length }, [
      { key: predecessorKey, value: hub },
      ...taken.flatMap(enrolledFact),
      ...forgotten.map((id: unknown): Kept => ({ key: `forgotten/${String(id)}`, value: true })),
    ]);
    accessoriesChanged();
    return { outcome: 'done', body: { accessories: taken.length } };
  }

  return {
    hasEnded,
    restore() {
      const kept = life();
      if (kept === undefined) send({ type: 'started' });
      else send({ type: 'restored', stage: kept.stage });
    },
    pathChanged(path) {
      if (path !== 'none' && life()?.stage === 'enrolled') send({ type: 'connected' });
    },
    commands: { end, exchange, 'take-over': takeOver },
    state: () => (hasEnded() ? { mode: 'ended' } : {}),
  };
}
