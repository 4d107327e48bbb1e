import type { PendingReport, Stamp } from '#agent/hub/ports.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Result } from '#protocol/core/result.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import {
  type Acknowledgement,
  type AnswerEnvelope,
  type HeartbeatAnswer,
  decodeAnswer,
} from '#protocol/mqtt/acknowledgement.ts';
import { type Verify, checkSeal } from '#protocol/mqtt/signature.ts';
import { type Heartbeat, encodeHeartbeat } from '#protocol/mqtt/heartbeat.ts';
import { type Command, type CommandResult, decodeCommand, encodeResult } from '#protocol/mqtt/command.ts';
import { encodeReport } from '#protocol/mqtt/report.ts';
import { encodeHubState } from '#protocol/mqtt/state.ts';
import { type HubTopicName, hubTopic, hubTopics, parseTopic } from '#protocol/mqtt/topics.ts';
import { centreLink } from './centreLink.ts';
import { createCentreStates } from './centreStates.ts';
import { type LinkOptions, startLink } from './mqttLink.ts';
import type { Answer, Path, PathCondition, PathName } from './path.ts';
import { createRefusals } from './refusals.ts';
import type { OpenSession, TlsIdentity } from './session.ts';

export interface CentrePathListener {
  /** The path came up or went down, or its centre told that it is there, or is not. */
  changed(path: Path): void;
  /** The path takes reports again after it was full. */
  room(): void;
  answered(path: Path, answer: Answer): void;
  /** False: no heartbeat of this number awaits an answer on this path. */
  heartbeatAnswered(path: Path, answer: HeartbeatAnswer): boolean;
  /** There is a new connection: what the last one took with it goes again. */
  connected(path: Path): void;
  /** A command, its signature and its hub checked; `keyId` is whose. The problem: it was there before. */
  commanded(path: Path, command: Command, keyId: string): Result<unknown, string>;
}

export interface CentrePathOptions {
  name: PathName;
  hub: string;
  url: string;
  tls?: TlsIdentity;
  /**
   * The centre's keys by key id, as they are now. When there are any, an acknowledgement without a good signature is
   * refused (B2.1).
   */
  keys(): ReadonlyMap<string, Verify>;
  firmware: string;
  configuration: number;
  /** When it happened, by all that is known today (B12.2). */
  wallOf(stamp: Stamp): number | undefined;
  open: OpenSession;
  clock: Clock;
  random: Random;
  log: Log;
  /** Whether it is known to be down though there is a connection (B4.4). */
  isSuspect(): boolean;
  /** The time between heartbeats at the begin. */
  heartbeatEveryMs: number;
  listener: CentrePathListener;
}

export interface CentrePath extends Path {
  condition(): PathCondition;
  /** Other certificates from now on: the session ends in order and the next begins at once. */
  identify(tls: TlsIdentity): void;
  /** The time between heartbeats is another now. */
  heartbeatEvery(intervalMs: number): void;
  sendHeartbeat(heartbeat: Heartbeat): boolean;
  /** Hands the result of a command to the wire, or not. */
  sendResult(result: CommandResult): boolean;
  /** Says goodbye and ends; `stopped` is called when it is over. */
  stop(stopped: () => void): void;
  refusals(): Readonly<Record<string, number>>;
}

/** A path to a centre over MQTT: reports and heartbeats go up, answers come down, each checked before it counts. */
export function startCentrePath(options: CentrePathOptions): CentrePath {
  const { name, hub, clock, random, log, listener, keys } = options;
  const refusals = createRefusals(clock, log);
  const text = new TextDecoder();
  const bytes = new TextEncoder();

  const centres = createCentreStates();

  let { heartbeatEveryMs, tls } = options;
  const optionsNow = (): LinkOptions => centreLink({ hub, url: options.url, tls }, heartbeatEveryMs);

  const link = startLink({
    open: options.open,
    options: optionsNow(),
    clock,
    random,
    log,
    listener: {
      up() {
        publish('up/state', encodeHubState(state('online')));
        log.info({ step: 'connected', path: name }, `to the ${name} centre's broker`);
        listener.changed(path);
        listener.connected(path);
      },
      down() {
        centres.clear();
        listener.changed(path);
      },
      message,
      room: () => listener.room(),
    },
  });

  function state(presence: 'online' | 'offline') {
    const { firmware, configuration } = options;
    return { v: 1, hub, state: presence, firmware, configuration } as const;
  }

  function publish(topic: HubTopicName, body: string): boolean {
    return link.publish(hubTopic(hub, topic), bytes.encode(body), hubTopics[topic]) === 'sent';
  }

  function send(report: PendingReport, attempt: number): boolean {
    const { record, buffered } = report.body;
    const envelope = { v: 1, record, attempt, path: name, buffered, ...correctedTime(report.stamp) } as const;
    const sent = publish('up/report', encodeReport(envelope));
    if (sent) {
      log.info(
        { step: 'publish', ref: report.ref, path: name, attempt, topic: hubTopic(hub, 'up/report') },
        'published',
      );
    }
    return sent;
  }

  /** What happened before the clock was set gets its wall time later, outside the record, which never changes. */
  function correctedTime(stamp: Stamp): { wall?: string } {
    const wallMs = stamp.trusted ? undefined : options.wallOf(stamp);
    return wallMs === undefined ? {} : { wall: new Date(wallMs).toISOString() };
  }

  function message(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic);
    if (!parsed.ok) {
      refusals.refuse(parsed.problem, { path: name });
    } else if (parsed.value.of === 'centre') {
      centreState(parsed.value.centre, text.decode(payload));
    } else if (parsed.value.hub !== hub) {
      refusals.refuse(foreignTopic, { path: name });
    } else if (parsed.value.name === 'down/ack') {
      answer(text.decode(payload));
    } else if (parsed.value.name === 'down/command') {
      command(text.decode(payload));
    } else {
      refusals.refuse(foreignTopic, { path: name });
    }
  }

  function centreState(centre: string, body: string): void {
    const before = condition();
    const heard = centres.heard(centre, body);
    if (!heard.ok) refusals.refuse(heard.problem, { path: name });
    if (condition() !== before) listener.changed(path);
  }

  /** A broker whose centres have all said goodbye leads nowhere: seen before any timeout. */
  function condition(): PathCondition {
    if (!link.isUp()) return 'down';
    return centres.allGone() ? 'absent' : 'up';
  }

  /** Unlike an acknowledgement, a command is refused where no key is configured: it could do harm. */
  function command(body: string): void {
    const read = decodeCommand(body);
    if (!read.ok) {
      refusals.refuse(read.problem, { path: name });
      return;
    }
    const { command, seal } = read.value;
    const checked = checkSeal('command', read.value.text, seal, keys());
    if (!checked.ok) {
      refusals.refuse(checked.problem, { path: name, command: command.id });
    } else if (command.hub !== hub) {
      refusals.refuse(foreignCommand, { path: name, command: command.id });
    } else {
      const taken = listener.commanded(path, command, checked.value.keyId);
      if (!taken.ok)
        refusals.refuse({ code: 'command/replayed', message: taken.problem }, { path: name, command: command.id });
    }
  }

  function answer(body: string): void {
    const read = decodeAnswer(body);
    if (!read.ok) {
      refusals.refuse(read.problem, { path: name });
    } else if (read.value.kind === 'heartbeat') {
      heartbeatAnswered(read.value.answer);
    } else {
      acknowledgement(read.value.acknowledgement, read.value.sealed);
    }
  }

  function heartbeatAnswered(heartbeatAnswer: HeartbeatAnswer): void {
    if (heartbeatAnswer.hub !== hub) {
      refusals.refuse(foreign, { path: name });
    } else if (!listener.heartbeatAnswered(path, heartbeatAnswer)) {
      refusals.refuse(unaskedHeartbeat, { path: name });
    }
  }

  function acknowledgement(content: Acknowledgement, sealed: AnswerEnvelope): void {
    const known = keys();
    const checked = known.size === 0 ? undefined : checkSeal('ack', sealed.ack, sealed, known);
    if (checked?.ok === false) {
      refusals.refuse(checked.problem, { path: name, ref: content.ref });
    } else if (content.hub !== hub) {
      refusals.refuse(foreign, { path: name, ref: content.ref });
    } else {
      const { ref, hash, snu, mre, cre, tnu, hbi } = content;
      const { key } = sealed;
      // The whole answer is kept: with its signature it is the proof that the centre took responsibility (H17).
      const body = { path: name, snu, ...(key === undefined ? {} : { key }), sealed };
      const voice = {
        ...(mre === undefined ? {} : { mre }),
        ...(cre === undefined ? {} : { cre }),
        ...(tnu === undefined ? {} : { tnu }),
      };
      const interval = hbi === undefined ? {} : { hbi };
      listener.answered(path, { ref, hash, snu, ...voice, ...interval, body });
    }
  }

  const path: CentrePath = {
    name,
    isUp: link.isUp,
    isSuspect: options.isSuspect,
    condition,
    heartbeatEvery(intervalMs) {
      heartbeatEveryMs = intervalMs;
      link.prepare(optionsNow());
    },
    identify(others) {
      tls = others;
      link.change(optionsNow());
    },
    send,
    hurry: link.hurry,
    sendResult: (result) => publish('up/result', encodeResult(result)),
    sendHeartbeat: (heartbeat) => publish('up/heartbeat', encodeHeartbeat(heartbeat)),
    stop(stopped) {
      publish('up/state', encodeHubState(state('offline')));
      link.stop(stopped);
    },
    refusals: refusals.counts,
  };
  return path;
}

const foreignTopic = { code: 'topic/foreign', message: 'a message on a topic that is not for this hub to read' };
const unaskedHeartbeat = {
  code: 'answer/unknown-heartbeat',
  message: 'an answer to a heartbeat that awaits none: it was never sent, is answered already, or is too old',
};
const foreignCommand = { code: 'command/foreign', message: 'a command for another hub than this one' };
const foreign = { code: 'answer/foreign', message: 'an answer that names another hub than this one' };
