import type { Clock, Random } from '#protocol/core/time.ts';
import { encodeAnswer } from '#protocol/mqtt/acknowledgement.ts';
import { type Signer } from '#protocol/mqtt/signature.ts';
import { type Command, decodeResult, encodeCommand } from '#protocol/mqtt/command.ts';
import { decodeHeartbeat } from '#protocol/mqtt/heartbeat.ts';
import { type Problem, problem } from '#protocol/mqtt/problem.ts';
import { decodeReport } from '#protocol/mqtt/report.ts';
import { decodeHubState, encodeCentreState } from '#protocol/mqtt/state.ts';
import type { Result } from '#protocol/core/result.ts';
import {
  centreStateDelivery,
  centreStateTopic,
  everyHubUp,
  heartbeatAnswerDelivery,
  hubTopic,
  hubTopics,
  parseTopic,
} from '#protocol/mqtt/topics.ts';
import { createAnswerQueue } from './answerQueue.ts';
import type { Centre } from './centre.ts';
import type { CentreListener } from './events.ts';
import { type Connection, type StartConnection, startConnection, type Tls } from './mqttConnection.ts';

/** Bytes of a body that are looked at; more is refused unread. */
export const bodyBytesLimit = 65_536;

/** Bytes that may wait because the broker does not read; more heartbeats are not answered meanwhile. */
const backlogBytesLimit = 1_048_576;

export interface MqttFrontOptions {
  /** `mqtt://` or `mqtts://`. */
  url: string;
  tls?: Tls;
  /** The centre's id: in its state topic, and its client id at the broker. */
  name: string;
  centre: Centre;
  /** Signs acknowledgements; without it they go unsigned. */
  signer?: Signer;
  /** Signs acknowledgements to this hub once more, first: it may not know the signer's key yet. */
  formerFor?(hub: string): Signer | undefined;
  /** Signs answers to heartbeats too: 150 bytes more, 720 times a day from each hub. */
  signHeartbeats?: boolean;
  clock: Clock;
  random: Random;
  listener: CentreListener;
  /** How it reaches its broker: over mqtt.js unless said otherwise. */
  connect?: StartConnection;
}

export interface MqttFront {
  isUp(): boolean;
  /** Sends a command, signed by the front's own key unless another is given; the broker keeps it for a hub that is away. */
  command(command: Command, seal?: Signer | 'unsigned'): void;
  /** Sends a command that was signed elsewhere, as it is. */
  deliver(hub: string, body: string): void;
  /** Says offline, disconnects, and calls back within two seconds. */
  stop(stopped: () => void): void;
}

/** Puts a centre on a broker: reports, heartbeats and states in, answers out. */
export function startMqttFront(options: MqttFrontOptions): MqttFront {
  const { url, tls, name, centre, signer, signHeartbeats = false, clock, random, listener } = options;
  const connect = options.connect ?? startConnection;
  let up = false;

  const acknowledgements = createAnswerQueue({
    clock,
    // Commands go as acknowledgements do: once at least, kept by the broker.
    publish: (topic, payload, done) => connection.publish(topic, payload, hubTopics['down/ack'], done),
    lost: (count) => listener({ event: 'answers-lost', count }),
    stuck: () => connection.restart('the broker takes no acknowledgement'),
  });

  function take<Body>(hub: string, body: Result<Body, Problem>, handle: (body: Body) => void): void {
    if (body.ok) {
      handle(body.value);
    } else {
      centre.refuse(hub, body.problem);
    }
  }

  function takeReport(hub: string, text: string): void {
    take(hub, decodeReport(text), (envelope) => {
      const answer = centre.report(hub, envelope);
      if (answer !== undefined) {
        const former = options.formerFor?.(hub);
        if (former !== undefined) acknowledgements.send(hubTopic(hub, 'down/ack'), encodeAnswer(answer, former));
        acknowledgements.send(hubTopic(hub, 'down/ack'), encodeAnswer(answer, signer));
      }
    });
  }

  function takeHeartbeat(hub: string, text: string): void {
    take(hub, decodeHeartbeat(text), (heartbeat) => {
      const answer = centre.heartbeat(hub, heartbeat);
      if (answer === undefined) {
        return;
      }
      if (connection.backlogBytes() > backlogBytesLimit) {
        acknowledgements.lose();
        return;
      }
      const body = encodeAnswer(answer, signHeartbeats ? signer : undefined);
      connection.publish(hubTopic(hub, 'down/ack'), body, heartbeatAnswerDelivery);
    });
  }

  function message(topicText: string, payload: Uint8Array): void {
    const topic = parseTopic(topicText);
    if (!topic.ok) {
      centre.refuse(undefined, topic.problem);
      return;
    }
    if (topic.value.of !== 'hub' || payload.length === 0) {
      // An empty body only clears a retained one.
      return;
    }
    const { hub, name } = topic.value;
    const body = textOf(payload);
    if (!body.ok) {
      centre.refuse(hub, body.problem);
    } else if (name === 'up/report') {
      takeReport(hub, body.value);
    } else if (name === 'up/heartbeat') {
      takeHeartbeat(hub, body.value);
    } else if (name === 'up/result') {
      take(hub, decodeResult(body.value), (result) => centre.result(hub, result));
    } else if (name === 'up/state') {
      take(hub, decodeHubState(body.value), (state) => centre.hubState(hub, state));
    }
  }

  const connection: Connection = connect({
    url,
    ...(tls === undefined ? {} : { tls }),
    clientId: name,
    subscriptions: [everyHubUp],
    state: {
      topic: centreStateTopic(name),
      online: encodeCentreState({ v: 1, centre: name, state: 'online' }),
      offline: encodeCentreState({ v: 1, centre: name, state: 'offline' }),
      delivery: centreStateDelivery,
    },
    clock,
    random,
    listener: {
      up(protocol, receiveMaximum) {
        up = true;
        acknowledgements.open(receiveMaximum);
        listener({ event: 'connected', url, protocol });
      },
      message,
      down(reason, retryMs) {
        up = false;
        acknowledgements.close();
        listener({ event: 'disconnected', url, reason, retryMs });
      },
    },
  });

  function deliver(hub: string, body: string): void {
    acknowledgements.send(hubTopic(hub, 'down/command'), body);
  }

  return {
    isUp: () => up,
    command: (command, seal = signer ?? 'unsigned') =>
      deliver(command.hub, encodeCommand(command, seal === 'unsigned' ? undefined : seal)),
    deliver,
    stop(stopped) {
      up = false;
      connection.stop(stopped);
    },
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(payload: Uint8Array): Result<string, Problem> {
  if (payload.length > bodyBytesLimit) {
    const message = `body: ${payload.length} bytes; right would be ${bodyBytesLimit} at most`;
    return { ok: false, problem: problem('body/too-long', message) };
  }
  try {
    return { ok: true, value: utf8.decode(payload) };
  } catch {
    return { ok: false, problem: problem('body/not-text', 'body: no UTF-8; right would be JSON in UTF-8') };
  }
}
