import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { dayMs, hourMs } from '#protocol/core/time.ts';
import { keyInFile, readKeyFile } from '#centre/keyFiles.ts';
import type { SigningKey } from '#centre/keys.ts';
import { brokerAccess, brokerSettings } from './brokerFiles.ts';
import { checkIdentity } from './check.ts';
import { type IdentityFiles, issueCertificate, makeAuthority } from './openssl.ts';

/** How long what is made lasts. */
const authorityDays = 3_650;
const certificateDays = 825;
/** A clock that is a little behind takes a new certificate all the same. */
const backdatedMs = hourMs;

/** What was done to a file, for the person who asked. */
export interface Made {
  file: string;
  is: 'made' | 'kept' | 'renewed';
}

export interface BenchOptions {
  /** Holds everything, a folder for each party. */
  folder: string;
  nowMs: number;
  /** Makes anew what is there already. */
  renew: boolean;
}

export interface BrokerPlace {
  address: string;
  port: number;
}

/** Makes the certificate authority, the root of all trust: its key stays in this folder. */
export function provisionAuthority({ folder, renew }: BenchOptions): Made[] {
  const files = authorityOf(folder);
  return [
    once(files.certificateFile, renew, () => makeAuthority(files, { name: 'welfare-hub bench', days: authorityDays })),
  ];
}

/** Makes the broker's identity, its configuration for Mosquitto, and the access list. */
export function provisionBroker(options: BenchOptions, { address, port }: BrokerPlace): Result<Made[], string> {
  const folder = join(resolve(options.folder), 'broker');
  const identity = { certificateFile: join(folder, 'server.pem'), keyFile: join(folder, 'server.key') };
  const names = [isIP(address) === 0 ? `DNS:${address}` : `IP:${address}`, 'DNS:localhost', 'IP:127.0.0.1'];
  const issued = issue(options, identity, { commonName: 'broker', use: 'server', names: [...new Set(names)] });
  if (!issued.ok) return issued;
  mkdirSync(join(folder, 'data'), { recursive: true, mode: 0o700 });
  const settings = join(folder, 'mosquitto.conf');
  const access = writeAccess(options.folder);
  const made = once(settings, options.renew, () =>
    writeFileSync(settings, brokerSettings({ folder, address, port, user: userInfo().username })),
  );
  const place = join(folder, 'place.json');
  const placed = once(place, options.renew, () => writeFileSync(place, JSON.stringify({ address, port })));
  return success([...issued.value, made, access, placed]);
}

/** Makes the identity of a centre, with the key by which it signs, and gives it its rights at the broker. */
export function provisionCentre(options: BenchOptions, id: string): Result<Made[], string> {
  if (existsSync(join(options.folder, 'hubs', id))) return failure(sameName(id, 'hub'));
  const folder = join(resolve(options.folder), 'centres', id);
  const issued = issue(options, identityOf(folder, id), { commonName: id, use: 'client', names: [] });
  if (!issued.ok) return issued;
  // The signing key is changed by its own command, never by a new certificate.
  const file = join(folder, 'signing.pem');
  const was = existsSync(file);
  const key = keyInFile(file);
  if (!key.ok) return key;
  return success([...issued.value, { file, is: was ? 'kept' : 'made' }, writeAccess(options.folder)]);
}

/** Makes the identity of a hub and what its configuration says of it, with a fake radio and its pendant if wanted. */
export function provisionHub(options: BenchOptions, id: string, fakeRadio = false): Result<Made[], string> {
  if (existsSync(join(options.folder, 'centres', id))) return failure(sameName(id, 'centre'));
  const keys = signingKeys(options.folder);
  if (!keys.ok) return keys;
  const place = placeOf(options.folder);
  if (place === undefined) return failure('there is no broker yet; first: welfare-hub provision broker');
  const folder = join(resolve(options.folder), 'hubs', id);
  const issued = issue(options, identityOf(folder, id), { commonName: id, use: 'client', names: [] });
  if (!issued.ok) return issued;
  const file = join(folder, 'hub.yaml');
  const { address, port } = place;
  const host = isIP(address) === 6 ? `[${address}]` : address;
  const tls = { ca: 'ca.pem', certificate: `${id}.pem`, key: `${id}.key` };
  const primary = { url: `mqtts://${host}:${port}`, tls, keys: keys.value };
  const journal = { file: join(folder, 'journal.db') };
  const text = stringify({ hub: id, centre: { primary }, ...(fakeRadio ? fakeRadioIn(folder) : {}), journal });
  return success([...issued.value, once(file, false, () => writeFileSync(file, text))]);
}

/** Where `welfare-hub device radio --link` is to put its port, and the pendant of its usual home. */
function fakeRadioIn(folder: string): object {
  const accessories = [{ name: 'pendant', kind: 'pendant', id: '002a0001' }];
  return { radio: { port: join(folder, 'ttyRADIO') }, accessories };
}

/** Takes what a real centre has handed out for a hub, when it belongs together. */
export function importIdentity(
  { folder, nowMs, renew }: BenchOptions,
  id: string,
  from: { ca: string; certificate: string; key: string },
): Result<Made[], string> {
  const texts = {
    ca: readFileSync(from.ca, 'utf8'),
    certificate: readFileSync(from.certificate, 'utf8'),
    key: readFileSync(from.key, 'utf8'),
  };
  const checked = checkIdentity(texts, id, nowMs);
  if (!checked.ok) return checked;
  const to = join(resolve(folder), 'hubs', id);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const files = [
    [join(to, 'ca.pem'), texts.ca, 0o644],
    [join(to, `${id}.key`), texts.key, 0o600],
    [join(to, `${id}.pem`), texts.certificate, 0o644],
  ] as const;
  return success(files.map(([file, text, mode]) => once(file, renew, () => writeFileSync(file, text, { mode }))));
}

function issue(
  { folder, renew, nowMs }: BenchOptions,
  files: IdentityFiles,
  who: { commonName: string; use: 'server' | 'client'; names: readonly string[] },
): Result<Made[], string> {
  const authority = authorityOf(folder);
  if (!existsSync(authority.keyFile))
    return failure('there is no authority yet; first: welfare-hub provision authority');
  const period = { fromMs: nowMs - backdatedMs, untilMs: nowMs + certificateDays * dayMs };
  const made = once(files.certificateFile, renew, () => issueCertificate(authority, files, { ...who, ...period }));
  const ca = join(files.certificateFile, '..', 'ca.pem');
  return success([made, once(ca, renew, () => copyFileSync(authority.certificateFile, ca))]);
}

function once(file: string, renew: boolean, make: () => void): Made {
  const was = existsSync(file);
  if (was && !renew) return { file, is: 'kept' };
  make();
  return { file, is: was ? 'renewed' : 'made' };
}

/** The access list follows the centres: whoever is not in it has no rights but those of a hub. */
function writeAccess(folder: string): Made {
  const file = join(resolve(folder), 'broker', 'welfare-hub.acl');
  const text = brokerAccess(idsIn(folder, 'centres'));
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (before === text) return { file, is: 'kept' };
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
  return { file, is: before === undefined ? 'made' : 'renewed' };
}

/** The public keys of the centres, as hub.yaml holds them. */
function signingKeys(folder: string): Result<Readonly<Record<string, string>>, string> {
  const keys: SigningKey[] = [];
  for (const id of idsIn(folder, 'centres')) {
    const key = readKeyFile(join(folder, 'centres', id, 'signing.pem'));
    if (!key.ok) return key;
    keys.push(key.value);
  }
  if (keys.length === 0) return failure('there is no centre yet; first: welfare-hub provision centre centre-1');
  return success(Object.fromEntries(keys.map(({ keyId, publicKey }) => [keyId, publicKey])));
}

function idsIn(folder: string, kind: 'centres' | 'hubs'): string[] {
  const parent = join(folder, kind);
  return existsSync(parent) ? readdirSync(parent).toSorted() : [];
}

function placeOf(folder: string): BrokerPlace | undefined {
  const file = join(folder, 'broker', 'place.json');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Nobody else writes it.
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as BrokerPlace) : undefined;
}

function authorityOf(folder: string): IdentityFiles {
  const at = join(resolve(folder), 'authority');
  return { certificateFile: join(at, 'ca.pem'), keyFile: join(at, 'ca.key') };
}

function identityOf(folder: string, id: string): IdentityFiles {
  return { certificateFile: join(folder, `${id}.pem`), keyFile: join(folder, `${id}.key`) };
}

function sameName(id: string, other: string): string {
  return `${id} is a ${other} already; right would be another id: the rights at the broker go by it`;
}
