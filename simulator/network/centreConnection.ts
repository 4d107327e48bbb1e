import type { Connection, StartConnection } from '#centre/mqttConnection.ts';
import { type Cancel, minuteMs, secondMs } from '#protocol/core/time.ts';
import { type MemorySession, type MemorySessionPorts, memorySessions } from './memorySession.ts';

/** A centre's way to its broker is never silently cut in here: rare pings, which cost every day of every world, are enough. */
const keepaliveS = 3_600;
/** The same as those of a centre on a real broker (centre/mqttConnection.ts). */
const sessionExpiryS = 72 * 3_600;
const connectTimeoutMs = 15 * secondMs;
const reconnectBaseMs = secondMs;
const reconnectCapMs = minuteMs / 2;

/** One less than the broker lets a client have on its way: so answers to heartbeats (QoS 0) always find room. */
const receiveMaximum = 19;

/** A centre's connection to a broker in memory, in place of the one over mqtt.js. */
export function memoryConnections(ports: MemorySessionPorts): StartConnection {
  return (options) => {
    const { clock, random, listener, state } = options;
    const open = memorySessions(ports);
    let session: MemorySession | undefined;
    let isUp = false;
    let stopping: (() => void) | undefined;
    let failures = 0;
    let restartReason: string | undefined;
    let cancelRetry: Cancel = () => {};
    const text = new TextEncoder();

    function begin(): void {
      session = open(
        {
          url: options.url,
          clientId: options.clientId,
          protocol: 5,
          keepaliveS,
          sessionExpiryS,
          connectTimeoutMs,
          subscriptions: options.subscriptions.map((topic) => ({ topic, qos: 1 })),
          will: { topic: state.topic, payload: text.encode(state.offline), ...state.delivery },
        },
        {
          up: announce,
          message: (topic, payload) => listener.message(topic, payload),
          refused: () => {},
          room: () => {},
          closed: (reason) => closed(restartReason ?? reason.message),
        },
      );
    }

    function announce(): void {
      session?.publish(state.topic, text.encode(state.online), state.delivery, () => {
        if (stopping !== undefined) return;
        isUp = true;
        failures = 0;
        listener.up('MQTT 5', receiveMaximum);
      });
    }

    function closed(reason: string): void {
      isUp = false;
      session = undefined;
      restartReason = undefined;
      if (stopping !== undefined) {
        stopping();
        return;
      }
      const retryMs = random() * Math.min(reconnectCapMs, reconnectBaseMs * 2 ** Math.min(failures, 16));
      failures += 1;
      listener.down(reason, retryMs);
      cancelRetry = clock.at(clock.monotonicMs() + retryMs, begin);
    }

    const connection: Connection = {
      publish(topic, payload, delivery, done) {
        const used = session;
        if (!isUp || used === undefined) return false;
        const outcome = used.publish(topic, text.encode(payload), delivery, () => {
          if (session === used) done?.(true);
        });
        return outcome === 'sent';
      },
      backlogBytes: () => 0,
      restart(reason) {
        restartReason = reason;
        session?.abort();
      },
      stop(stopped) {
        cancelRetry();
        stopping = stopped;
        if (session === undefined) {
          stopped();
        } else {
          session.publish(state.topic, text.encode(state.offline), state.delivery);
          isUp = false;
          session.close();
        }
      },
    };
    begin();
    return connection;
  };
}
