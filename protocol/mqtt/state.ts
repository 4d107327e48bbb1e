import { type Static, Type } from 'typebox';
import { bodyLimits, decoder } from './decode.ts';
import { centreId, configurationVersion, firmwareVersion, hubId, version } from './identifiers.ts';

const presence = Type.Enum(['online', 'offline'], {
  description: 'Whether it is connected. The broker publishes offline as the last will.',
});

/** The body of `up/state`: retained, and offline as the last will. */
export const hubStateSchema = Type.Object(
  {
    v: version,
    hub: hubId,
    state: presence,
    firmware: Type.Optional(firmwareVersion),
    configuration: Type.Optional(configurationVersion),
  },
  { title: 'Hub state', description: 'Whether a hub is connected, and what it runs.' },
);

export type HubState = Static<typeof hubStateSchema>;

export const decodeHubState = decoder(hubStateSchema, 'hub state', bodyLimits.state);

export function encodeHubState(state: HubState): string {
  return JSON.stringify(state);
}

/** The body of `centre/v1/{centre}/state`: retained, so that a hub sees a centre go before its own timeouts do. */
export const centreStateSchema = Type.Object(
  { v: version, centre: centreId, state: presence },
  { title: 'Centre state', description: 'Whether a centre is there.' },
);

export type CentreState = Static<typeof centreStateSchema>;

export const decodeCentreState = decoder(centreStateSchema, 'centre state', bodyLimits.state);

export function encodeCentreState(state: CentreState): string {
  return JSON.stringify(state);
}
