import { type Static, Type } from 'typebox';
import { bodyLimits, decoder } from './decode.ts';
import { configurationVersion, count, firmwareVersion, hubId, milliseconds, name, version } from './identifiers.ts';

const battery = Type.Object(
  {
    chargePercent: Type.Number({ minimum: 0, maximum: 100, description: 'Charge in per cent.' }),
    hoursLeft: Type.Optional(Type.Number({ minimum: 0, description: 'Hours left at the measured drain (B6.3).' })),
  },
  { description: "The hub's own battery." },
);

const mobile = Type.Object(
  {
    access: Type.Enum(['none', '2G', '3G', '4G'], { description: 'Radio access; none while not registered (B7.3).' }),
    signalDbm: Type.Optional(Type.Number({ maximum: 0, description: 'Received signal in dBm.' })),
    operator: Type.Optional(name('The operator whose network it is.')),
  },
  { description: 'The mobile link.' },
);

/** The body of `up/heartbeat`, B4.2. Never stored, never sent late (B4.3). */
export const heartbeatSchema = Type.Object(
  {
    v: version,
    hub: hubId,
    sequence: count('Counts up by one from beat to beat of one run; the answer names it.'),
    probe: Type.Optional(
      Type.Literal(true, {
        description: 'Only asks whether the centre answers again: the hub works with another one (B4.4).',
      }),
    ),
    uptimeMs: milliseconds('Milliseconds since the program started.'),
    waiting: count('Reports that no centre has acknowledged yet.'),
    oldestAgeMs: Type.Optional(milliseconds('Age of the oldest of them.')),
    missed: Type.Optional(count('Beats that could not go out before this one (B4.3).')),
    missedSinceMs: Type.Optional(milliseconds('How long ago the first of the missed ones was due.')),
    configuration: configurationVersion,
    firmware: firmwareVersion,
    power: Type.Optional(Type.Enum(['mains', 'battery'], { description: 'What the hub runs on.' })),
    battery: Type.Optional(battery),
    mobile: Type.Optional(mobile),
  },
  { title: 'Heartbeat', description: 'A sign of life, answered by the centre (B4.4).' },
);

export type Heartbeat = Static<typeof heartbeatSchema>;

export const decodeHeartbeat = decoder(heartbeatSchema, 'heartbeat', bodyLimits.heartbeat);

export function encodeHeartbeat(heartbeat: Heartbeat): string {
  return JSON.stringify(heartbeat);
}
