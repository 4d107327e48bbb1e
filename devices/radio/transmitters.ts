import { printable } from '#protocol/core/printable.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { hint } from '#devices/words.ts';
import { isProfileName, type ProfileName, profiles } from '#protocol/esp3/profiles.ts';

/** How often one telegram may be received at most: the original and its copies by repeaters. */
export const repeatLimit = 10;
/** Weaker than this no receiver hears, in dBm. */
export const signalDbmLowest = -120;
/** How many transmitters one receiver may have around it. */
export const transmittersLimit = 1_000;

/** A radio accessory of a home. */
export interface Transmitter {
  /** Letters, digits and hyphens. */
  name: string;
  /** What it is to the hub, for example `pendant`. The receiver does not care. */
  kind: string;
  /** Sender id, eight hex digits in lower case. */
  id: string;
  /** EnOcean equipment profile. */
  profile: ProfileName;
  /** Strength at the receiver in dBm, -120 to 0. */
  signalDbm: number;
  /** How often each telegram is received: 1, or more where repeaters stand between. */
  repeat: number;
  /** How many of a telegram's sub-telegrams the receiver hears; an EnOcean device sends three. */
  subTelegrams: number;
  /** Sends nothing: its battery is dead, or it is out of reach. */
  silent: boolean;
}

const usual = { signalDbm: -62, repeat: 1, subTelegrams: 3, silent: false } as const;

/** The accessories that are there unless somebody says otherwise; the shipped hub.yaml enrols them by these ids. */
export const defaultTransmitters: readonly Transmitter[] = [
  { name: 'pendant', kind: 'pendant', id: '002a0001', profile: 'F6-02-01', ...usual },
  { name: 'extra-pendant', kind: 'extra-pendant', id: '002a0002', profile: 'F6-02-01', ...usual },
  { name: 'light-press', kind: 'light-press', id: '002a0003', profile: 'F6-01-01', ...usual },
  { name: 'epilepsy', kind: 'epilepsy', id: '002a0004', profile: 'F6-01-01', ...usual },
  { name: 'voice-trigger', kind: 'voice-trigger', id: '002a0005', profile: 'F6-01-01', ...usual },
  { name: 'smoke', kind: 'smoke', id: '002a0006', profile: 'F6-05-02', ...usual },
  { name: 'door', kind: 'door', id: '002a0007', profile: 'D5-00-01', ...usual },
  { name: 'motion', kind: 'motion', id: '002a0008', profile: 'A5-07-01', ...usual },
  { name: 'fall', kind: 'fall', id: '002a0009', profile: 'F6-01-01', ...usual },
  { name: 'mat', kind: 'mat', id: '002a000a', profile: 'F6-02-01', ...usual },
  { name: 'bed', kind: 'bed', id: '002a000b', profile: 'F6-02-01', ...usual },
];

/** The neighbour's pendant, enrolled nowhere (B1.4). It is always there. */
export const stranger: Transmitter = {
  name: 'stranger',
  kind: 'pendant',
  id: '0033c0de',
  profile: 'F6-02-01',
  ...usual,
  signalDbm: -88,
};

const nameForm = /^[a-z0-9][a-z0-9-]{0,63}$/u;
const idForm = /^[0-9a-f]{8}$/u;
const keys = ['name', 'kind', 'id', 'profile', 'signalDbm', 'repeat', 'subTelegrams', 'silent'];

/**
 * Reads a list of transmitters as a file has it: objects with `name`, `id` and `profile` at least; the rest is as
 * usual. The problem says which one is wrong, and what would be right.
 */
export function readTransmitters(list: unknown): Result<Transmitter[], string> {
  if (!Array.isArray(list)) return failure('transmitters are a list: [{ "name": …, "id": …, "profile": … }]');
  if (list.length > transmittersLimit) return failure(`at most ${transmittersLimit} transmitters, not ${list.length}`);
  const read: Transmitter[] = [];
  for (const [index, entry] of list.entries()) {
    const one = readTransmitter(entry);
    if (!one.ok) return failure(printable(`transmitter ${index + 1}: ${one.problem}`));
    const { name, id } = one.value;
    const twin = [stranger, ...read].find((other) => other.name === name || other.id === id);
    if (twin !== undefined) return failure(`transmitter ${index + 1}: ${twin.name} (${twin.id}) has its name or id`);
    read.push(one.value);
  }
  return success(read);
}

function readTransmitter(entry: unknown): Result<Transmitter, string> {
  if (typeof entry !== 'object' || entry === null) return failure('it is an object with name, id and profile');
  const fields = new Map<string, unknown>(Object.entries(entry));
  const unknownKey = [...fields.keys()].find((key) => !keys.includes(key));
  if (unknownKey !== undefined) return failure(`there is no ${unknownKey}; ${hint(unknownKey, keys)}`);
  const name = fields.get('name');
  const kind = fields.get('kind') ?? name;
  const id = fields.get('id');
  const profile = fields.get('profile');
  if (typeof name !== 'string' || !nameForm.test(name)) return failure('name has letters a-z, digits and hyphens');
  if (typeof kind !== 'string') return failure('kind is a word, for example pendant');
  if (typeof id !== 'string' || !idForm.test(id)) return failure('id is eight hex digits in lower case');
  if (typeof profile !== 'string' || !isProfileName(profile)) {
    return failure(`there is no such profile; ${hint(String(profile), Object.keys(profiles))}`);
  }
  const signalDbm = fields.get('signalDbm') ?? usual.signalDbm;
  const repeat = fields.get('repeat') ?? usual.repeat;
  const subTelegrams = fields.get('subTelegrams') ?? usual.subTelegrams;
  const silent = fields.get('silent') ?? usual.silent;
  if (!isWhole(signalDbm, signalDbmLowest, 0)) return failure(`signalDbm is ${signalDbmLowest} to 0`);
  if (!isWhole(repeat, 1, repeatLimit)) return failure(`repeat is 1 to ${repeatLimit}`);
  if (!isWhole(subTelegrams, 0, 255)) return failure('subTelegrams is 0 to 255');
  if (typeof silent !== 'boolean') return failure('silent is true or false');
  return success({ name, kind, id, profile, signalDbm, repeat, subTelegrams, silent });
}

function isWhole(value: unknown, lowest: number, highest: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest;
}
