import { secondMs } from '#protocol/core/time.ts';
import { encodeHubState } from '#protocol/mqtt/state.ts';
import { everyCentreState, hubDown, hubTopic, hubTopics } from '#protocol/mqtt/topics.ts';
import type { LinkOptions } from './mqttLink.ts';
import type { TlsIdentity } from './session.ts';

/**
 * The keepalive follows the heartbeat interval (B4.5): it is longer, so that heartbeats take the place of pings. Beyond
 * the longest one pings keep the connection, for a broker is to notice within half an hour that a hub is gone.
 */
const keepaliveFactor = 2.5;
const keepaliveLeastS = 300;
const keepaliveMostS = 900;

function keepaliveFor(intervalMs: number): number {
  const wantedS = Math.round((keepaliveFactor * intervalMs) / secondMs);
  return Math.min(keepaliveMostS, Math.max(keepaliveLeastS, wantedS));
}

/** Commands and acknowledgements wait at the broker as long as the battery lasts (B6.4). */
const sessionExpiryS = 72 * 3_600;

const connectTimeoutMs = 20_000;

/** How a hub is connected to a centre's broker: what it listens to there, and what the broker says when the hub is gone. */
export function centreLink(
  { hub, url, tls }: { hub: string; url: string; tls: TlsIdentity | undefined },
  heartbeatEveryMs: number,
): LinkOptions {
  return {
    url,
    ...(tls === undefined ? {} : { tls }),
    clientId: hub,
    keepaliveS: keepaliveFor(heartbeatEveryMs),
    sessionExpiryS,
    connectTimeoutMs,
    subscriptions: [
      { topic: hubDown(hub), qos: 1 },
      { topic: everyCentreState, qos: 1 },
    ],
    will: {
      topic: hubTopic(hub, 'up/state'),
      payload: new TextEncoder().encode(encodeHubState({ v: 1, hub, state: 'offline' })),
      ...hubTopics['up/state'],
    },
  };
}
