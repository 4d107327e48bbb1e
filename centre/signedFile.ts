import { type Configuration, readConfiguration } from '#protocol/configuration/configuration.ts';
import { readRemoteConfiguration } from '#protocol/configuration/remote.ts';
import { readYaml, type YamlText } from '#protocol/configuration/yamlText.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Command, decodeCommand, encodeCommand } from '#protocol/mqtt/command.ts';
import { makeCommand } from './commands.ts';
import type { SigningKey } from './keys.ts';

/** Hubs that one file is signed for. */
export const hubsLimit = 1_000;

/** What is the same in all that is signed at one time. */
export interface Signing {
  key: SigningKey;
  hubs: readonly string[];
  nowMs: number;
  /** A hub whose clock is set does it within so long, or not at all. */
  withinMs?: number;
}

/** Signs one command for each hub: a line each, as a hub takes it. The counter is the time, as a centre counts. */
function sign(
  { key, hubs, nowMs, withinMs }: Signing,
  name: 'configure' | 'rotate-key',
  details: Readonly<Record<string, unknown>>,
): Result<string, string> {
  if (hubs.length > hubsLimit) return failure(`${hubs.length} hubs; right would be ${hubsLimit} at most`);
  const counter = Math.floor(nowMs);
  const lines: string[] = [];
  for (const hub of hubs) {
    const order = { details, ...(withinMs === undefined ? {} : { withinMs }) };
    const command = makeCommand({ hub, name, id: `S${counter}`, counter, nowMs }, order);
    if (!command.ok) return command;
    lines.push(`${encodeCommand(command.value, key)}\n`);
  }
  return success(lines.join(''));
}

/** The new key, announced by the one in use; both count at the hub from then on (docs/commands.md, rotate-key). */
export function announceKey(signing: Signing, { publicKey }: Pick<SigningKey, 'publicKey'>): Result<string, string> {
  return sign(signing, 'rotate-key', { key: publicKey });
}

/** The former key, retired by the one that it announced. */
export function retireKey(signing: Signing, { keyId }: Pick<SigningKey, 'keyId'>): Result<string, string> {
  return sign(signing, 'rotate-key', { retire: keyId });
}

/** A configuration, as a whole and with this number, looked at as each hub will look at it (B11.1). */
export function signConfiguration(signing: Signing, text: string, number: number): Result<string, string> {
  const yaml = readYaml(text);
  if (!yaml.ok)
    return failure(yaml.problem.map(({ line, column, message }) => `${line}:${column}: ${message}`).join('\n'));
  const { value } = yaml.value;
  if (!isMap(value)) return failure('no map of sections, as hub.yaml is one');
  if (value['version'] !== undefined && value['version'] !== number) {
    return failure(`version is ${JSON.stringify(value['version'])}; right would be ${number}, the number, or none`);
  }
  const configuration = { ...value, version: number };
  for (const hub of signing.hubs) {
    const problem = problemFor(hub, configuration, yaml.value);
    if (problem !== undefined) return failure(problem);
  }
  return sign(signing, 'configure', { configuration });
}

type Map = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemFor(hub: string, value: Map, { find }: YamlText): string | undefined {
  const machine = machineOf(hub, value);
  if (!machine.ok) return machine.problem;
  const read = readRemoteConfiguration(value, machine.value);
  if (read.ok) return undefined;
  return read.problem
    .map(({ path, at, message }) => {
      const { line, column } = find(path, at);
      return `${line}:${column}: ${message}`;
    })
    .join('\n');
}

/** A machine that is set up as the configuration takes for granted: with certificates when its centre asks for them. */
function machineOf(hub: string, { centre }: Map): Result<Configuration, string> {
  const primary = isMap(centre) && isMap(centre['primary']) ? centre['primary'] : {};
  const url = String(primary['url']);
  const reached = url.startsWith('mqtts:')
    ? { url: 'mqtts://broker.example:8883', tls: { ca: 'ca.pem', certificate: 'hub.pem', key: 'hub.key' } }
    : { url: 'mqtt://broker.example:1883' };
  const read = readConfiguration({ hub, centre: { primary: reached } });
  return read.ok ? read : failure(read.problem.map(({ message }) => message).join('\n'));
}

/** What stands in a file that was signed. */
export interface Signed {
  hub: string;
  command: Command;
  /** As it was signed, for the hub. */
  body: string;
}

/** Reads what was signed, line by line; whether the signature is right is for the hub to say. */
export function readSigned(text: string): Result<readonly Signed[], string> {
  const signed: Signed[] = [];
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length === 0) return failure('nothing is in it');
  if (lines.length > hubsLimit) return failure(`${lines.length} lines; right would be ${hubsLimit} at most`);
  for (const [index, body] of lines.entries()) {
    const read = decodeCommand(body);
    if (!read.ok) return failure(`line ${index + 1}: ${read.problem.message}`);
    const { command, seal } = read.value;
    if (seal.signature === undefined) return failure(`line ${index + 1}: nobody has signed it`);
    signed.push({ hub: command.hub, command, body });
  }
  return success(signed);
}
