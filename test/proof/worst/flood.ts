import { makeKey, sha256Hex, type SigningKey } from '#centre/keys.ts';
import { encodeAnswer } from '#protocol/mqtt/acknowledgement.ts';
import { encodeCommand } from '#protocol/mqtt/command.ts';
import { encodeCentreState } from '#protocol/mqtt/state.ts';
import { centreStateTopic, hubTopic } from '#protocol/mqtt/topics.ts';
import type { HubProcess } from '#test/real/hubProcess.ts';
import { startProgram } from '#test/real/program.ts';
import { hubId, openSlice } from '#test/real/sliceWorld.ts';
import { realClock } from '#test/real/uplinkWorld.ts';
import type { Part } from './part.ts';
import { pendants, pressOn, problemsOf, repeat, wordsOf } from './presses.ts';

const messagesPerSecond = 10_000;
const everyMs = 20;

const limits = {
  // What the primary gets to answer, and then the reserve takes it (B2.2).
  waitMs: 11_000,
  cpuPercent: 100,
  // Garbage waits for its collection; of what is poured, a kilobyte kept of each message would be several times this.
  growthMiB: 128,
};

/** What is poured on one topic, line by line. */
interface Stream {
  topic: string;
  /** Of all messages. */
  share: number;
  lines: readonly string[];
}

/** What costs a hub most to refuse: texts that are well-formed up to their signature. */
function streamsOf(key: SigningKey): Stream[] {
  const stranger = { ...makeKey(), keyId: key.keyId };
  const acknowledgement = (index: number) =>
    ({ v: 1, hub: hubId, ref: `FLOOD${index}`, hash: sha256Hex(String(index)), snu: 0 }) as const;
  const each = <Value>(make: (index: number) => Value): Value[] =>
    Array.from({ length: 100 }, (_, index) => make(index));
  return [
    {
      topic: hubTopic(hubId, 'down/ack'),
      share: 0.6,
      lines: each((index) => [
        encodeAnswer(acknowledgement(index), stranger),
        encodeAnswer(acknowledgement(index), key),
        encodeAnswer(acknowledgement(index)),
        encodeAnswer({ v: 1, hub: hubId, heartbeat: 1_000_000 + index, snu: 0, hbi: 1_440 }),
        '{"v":1,"ack":"',
      ]).flat(),
    },
    {
      topic: hubTopic(hubId, 'down/command'),
      share: 0.3,
      lines: each((index) => [
        encodeCommand({ v: 1, hub: hubId, id: `F${index}`, counter: 1_000 + index, name: 'end' }, stranger),
        encodeCommand({ v: 1, hub: hubId, id: `F${index}`, counter: 1_000 + index, name: 'end' }),
        'x'.repeat(1_000),
      ]).flat(),
    },
    {
      topic: centreStateTopic('centre-9'),
      share: 0.1,
      lines: each((index) => encodeCentreState({ v: 1, centre: `centre-${index}`, state: 'offline' })),
    },
  ];
}

/**
 * Pours messages of any content on the hub's topics while alarms are pressed. Where the hub or its broker cannot keep up,
 * the answers of the centre wait behind the flood, and the reserve is asked as if the primary were silent.
 */
export async function proveFlood(options: { lastsMs: number }): Promise<Part> {
  const slice = await openSlice({ pendants, paths: { answerWithin: '10s' }, hasReserve: true });
  await slice.centre.connect();
  const hub = await slice.startReadyHub();
  const streams = streamsOf(slice.centre.key);
  const pours = streams.map(({ topic }) =>
    startProgram(['mosquitto_pub', '-p', String(slice.broker.port), '-V', '5', '-q', '0', '-t', topic, '-l']),
  );
  const counts = streams.map(() => 0);
  const beganMs = realClock.monotonicMs();
  const stop = repeat(everyMs, (tick) => {
    streams.forEach(({ share, lines }, at) => {
      const first = counts[at] ?? 0;
      const due = Math.floor((tick * everyMs * messagesPerSecond * share) / 1_000) - first;
      const batch = Array.from({ length: due }, (_, index) => lines[(first + index) % lines.length]);
      if (due > 0) pours[at]?.type(batch.join('\n'));
      counts[at] = first + due;
    });
  });
  const outcome = await pressOn(slice, hub, options.lastsMs);
  stop();
  const sent = counts.reduce((all, one) => all + one, 0);
  const perSecond = sent / ((realClock.monotonicMs() - beganMs) / 1_000);
  const arrived = await refusedBy(hub);
  const wrong = problemsOf(outcome, limits);
  return {
    rows: [
      {
        trouble: `${sent} messages, ${perSecond.toFixed(0)} a second, on the hub's topics`,
        times: 1,
        came: `${wordsOf(outcome)}; ${arrived} messages reached the hub and were refused`,
      },
    ],
    // The slower the machine is, the more of it the broker leaves out.
    wrong:
      arrived < sent / (10 * outcome.stretch)
        ? [...wrong, `only ${arrived} of ${sent} messages reached the hub`]
        : wrong,
  };
}

/** The hub counts what it refuses, and says so at its end. */
async function refusedBy(hub: HubProcess): Promise<number> {
  hub.kill('SIGTERM');
  const ended = (await hub.logged({ msg: 'ended' })) as {
    refused?: { primary?: Record<string, number> };
    outbox?: { unknownReference?: number };
  };
  const refused = Object.values(ended.refused?.primary ?? {}).reduce((all, one) => all + one, 0);
  return refused + (ended.outbox?.unknownReference ?? 0);
}
