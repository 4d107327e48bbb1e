import { createHash } from 'node:crypto';
import { createCentre } from '#centre/centre.ts';
import type { CentreEvent } from '#centre/events.ts';
import { readKey, sha256Hex, type SigningKey } from '#centre/keys.ts';
import type { StartConnection } from '#centre/mqttConnection.ts';
import { type MqttFront, startMqttFront } from '#centre/mqttFront.ts';
import type { Policy, VoiceWish } from '#centre/verdict.ts';
import type { CentreConfiguration } from '#protocol/configuration/configuration.ts';
import type { Command } from '#protocol/mqtt/command.ts';
import type { Signer } from '#protocol/mqtt/signature.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { callRequests, voiceModes } from '#protocol/scaip/codes.ts';
import { type CentreHabits, usualHabits } from './centreHabits.ts';
import { otherCentreNumber } from './operatorSide.ts';
import type { NewEvent } from './recorder.ts';
import type { CentreManner, CentreName } from './world.ts';

/** An Ed25519 private key in PKCS 8: this, then the 32 bytes of the seed (RFC 8410, 7). */
const pkcs8Begin = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface CentreSide {
  /** How it answers from now on, or whether it is there at all. */
  set(manner: CentreManner): void;
  /** Sends a command; `seal` when it is not the centre itself that signs. False when the centre is not there. */
  command(command: Command, seal?: Signer | 'unsigned'): boolean;
  close(): Promise<void>;
}

export interface CentreSideOptions {
  at: CentreName;
  clock: Clock;
  random: Random;
  seed: number;
  url: string;
  /** How it reaches its broker. */
  connect: StartConnection;
  note(event: NewEvent): void;
  /** What its acknowledgements of alarms ask for (B3.1); as usual without it. */
  habits?: CentreHabits | undefined;
  /** Is told what the hub says, beside its being noted. */
  onEvent?(event: CentreEvent): void;
}

const policies: Readonly<Record<Exclude<CentreManner, 'offline' | 'online'>, Policy>> = {
  answers: 'handled',
  forged: 'handled',
  silent: 'silent',
  hold: 'hold',
  busy: 'busy',
  'not-treated': 'not-treated',
};

/** Of the right form, and nobody's. */
const noSignature = 'A'.repeat(86);

/** The ids by which the centres call themselves. */
const ids = { primary: 'centre-1', reserve: 'reserve-1' } as const satisfies Record<CentreName, string>;

/** A centre: the same core and the same front as on a real broker, over the network in memory. */
export function startCentreSide({
  at,
  clock,
  random,
  seed,
  url,
  connect,
  note,
  onEvent,
  habits = usualHabits,
}: CentreSideOptions): CentreSide {
  const key = centreKey(at, seed);
  let isForged = false;
  const signer: Signer = {
    keyId: key.keyId,
    sign: (text) => (isForged ? noSignature : key.sign(text)),
  };
  const listener = (event: CentreEvent): void => {
    const noted = eventOf(event, at);
    if (noted !== undefined) note(noted.kind === 'arrival' && isForged ? { ...noted, forged: true } : noted);
    onEvent?.(event);
  };
  const centre = createCentre({ clock, sha256Hex, listener, voice: voiceWishOf(habits) });
  centre.setHeartbeatInterval(habits.heartbeatMinutes);
  const start = (): MqttFront =>
    startMqttFront({ url, name: ids[at], centre, signer, clock, random, listener, connect });
  let front: MqttFront | undefined = start();

  return {
    set(manner) {
      if (manner === 'offline') {
        front?.stop(() => {});
        front = undefined;
      } else if (manner === 'online') {
        front ??= start();
      } else {
        centre.setPolicy(policies[manner]);
        isForged = manner === 'forged';
      }
      note({ kind: 'centre', at, is: manner });
    },
    command(command, seal) {
      front?.command(command, seal);
      return front !== undefined;
    },
    close: async () =>
      await new Promise((resolve) => {
        if (front === undefined) resolve();
        else front.stop(resolve);
      }),
  };
}

/** The call that the centre asks for, in SCAIP's numbers. */
function voiceWishOf({ call, mode }: CentreHabits): VoiceWish {
  if (call === 'none') return { mre: voiceModes.none.code };
  const { code: mre } = modeCodes[mode];
  if (call === 'predefined') return { mre, cre: callRequests.callPredefined.code };
  if (call === 'number') return { mre, cre: callRequests.callNumber.code, tnu: otherCentreNumber };
  return { mre, cre: call.callbackMinutes };
}

const modeCodes = {
  duplex: voiceModes.duplex,
  'microphone-only': voiceModes.microphoneOnly,
  'speaker-only': voiceModes.speakerOnly,
} as const;

/** How a hub reaches a centre that starts at this address. */
export function reached(at: CentreName, seed: number, url: string): CentreConfiguration {
  const { keyId, publicKey } = centreKey(at, seed);
  return { url, keys: { [keyId]: publicKey } };
}

/** The key of a centre; the same seed gives the same. */
function centreKey(at: CentreName, seed: number): SigningKey {
  const secret = createHash('sha256').update(`centre ${at} ${seed}`).digest();
  const der = Buffer.concat([pkcs8Begin, secret]).toString('base64');
  const key = readKey(`-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`);
  if (!key.ok) throw new Error(key.problem);
  return key.value;
}

function eventOf(event: CentreEvent, at: CentreName): NewEvent | undefined {
  switch (event.event) {
    case 'opened':
    case 'repeated': {
      const { hub, ref, record, buffered } = event.case;
      return {
        kind: 'arrival',
        at,
        hub,
        ref,
        repeat: event.event === 'repeated',
        report: record.report,
        from: record.from,
        status: record.stc,
        priority: record.pri,
        buffered,
        ...(record.of === undefined ? {} : { of: record.of }),
        ...(record.verified === undefined ? {} : { verified: record.verified }),
        ...(record.journalled === undefined ? {} : { journalled: record.journalled }),
        ...(record.lco === undefined ? {} : { location: record.lco }),
        ...(record.presses === undefined ? {} : { presses: record.presses }),
        ...(event.acknowledgement === undefined ? {} : { answer: event.acknowledgement.snu }),
      };
    }
    case 'heartbeat':
      return heartbeatOf(event, at);
    case 'connected':
    case 'disconnected':
      return { kind: 'centre', at, is: event.event };
    case 'refused': {
      const { code, message } = event.problem;
      return { kind: 'refusal', at, code, message, ...(event.ref === undefined ? {} : { ref: event.ref }) };
    }
    case 'result': {
      const { name: command, id, outcome, reason } = event.result;
      return { kind: 'result', at, command, id, outcome, ...(reason === undefined ? {} : { reason }) };
    }
    default:
      return undefined;
  }
}

function heartbeatOf(
  { hub, heartbeat, answered }: Extract<CentreEvent, { event: 'heartbeat' }>,
  at: CentreName,
): NewEvent {
  const { sequence: beat, probe = false, waiting, missed, missedSinceMs, power, battery, mobile } = heartbeat;
  return {
    kind: 'heartbeat',
    at,
    hub,
    beat,
    probe,
    waiting,
    configuration: heartbeat.configuration,
    ...(missedSinceMs === undefined ? {} : { missed: missed ?? 0, missedSinceMs }),
    ...(power === undefined ? {} : { power }),
    ...(battery === undefined ? {} : { chargePercent: battery.chargePercent }),
    ...(battery?.hoursLeft === undefined ? {} : { hoursLeft: battery.hoursLeft }),
    ...(mobile === undefined ? {} : { access: mobile.access }),
    ...(mobile?.signalDbm === undefined ? {} : { signalDbm: mobile.signalDbm }),
    answered,
  };
}
