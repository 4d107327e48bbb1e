import { readFileSync } from 'node:fs';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { idPattern } from '#protocol/mqtt/identifiers.ts';
import { isId } from '#protocol/mqtt/topics.ts';
import { keyInFile, readKeyFile } from './keyFiles.ts';
import { makeKey, type SigningKey } from './keys.ts';
import type { Tls } from './mqttConnection.ts';
import { type Clients, noClients } from './rules/clients.ts';
import { loadClients, loadPolicy } from './rules/files.ts';
import { type CentrePolicy, usualPolicy } from './rules/policy.ts';
import { StoreError } from './store/errors.ts';
import { openStore, type Store } from './store/store.ts';

/** What the command line asks for; file names are as the person wrote them. */
export interface RunOptions {
  /** A broker's URL; without it there is one within the process. */
  broker?: string;
  /** Port of the broker within the process, 0 for any free one. */
  listen: number;
  host: string;
  name: string;
  key?: string;
  /** The key that was in use before: it announces the other to the hubs. */
  formerKey?: string;
  ca?: string;
  cert?: string;
  tlsKey?: string;
  /** It is the reserve of another centre (H16). */
  reserve: boolean;
  /** How it behaves; as usual without it. */
  policy?: string;
  /** Whose hubs they are. */
  clients?: string;
  /** Where it keeps what it knows; in memory without it. */
  store?: string;
  json: boolean;
}

/** Why it does not run, and the exit status that says so: 1 it failed, 2 the call or a file is wrong. */
export interface RunProblem {
  exitCode: 1 | 2;
  message: string;
}

/** What the call names, read and found right. */
export interface Call {
  key: SigningKey;
  former: SigningKey | undefined;
  tls: Tls;
  policy: CentrePolicy;
  clients: Clients;
}

/** Looks at everything that a call says before anything is begun. */
export function checkCall(options: RunOptions): Result<Call, RunProblem> {
  const { broker, name, ca, cert, tlsKey } = options;
  if (!isId(name)) {
    return wrong(`--name ${name}: no id of a centre; right would be ${idPattern}`);
  }
  const scheme = broker === undefined ? 'mqtt:' : schemeOf(broker);
  if (scheme !== 'mqtt:' && scheme !== 'mqtts:') {
    return wrong(`--broker ${broker}: no broker's URL; right would be mqtt://host:1883 or mqtts://host:8883`);
  }
  if (scheme === 'mqtt:' && (ca ?? cert ?? tlsKey) !== undefined) {
    return wrong('--ca, --cert and --tls-key go with a broker whose URL begins with mqtts://');
  }
  if ((cert === undefined) !== (tlsKey === undefined)) {
    return wrong('--cert and --tls-key go together: a certificate and its private key');
  }
  const tls: Tls = {};
  for (const [field, flag, file] of [
    ['ca', '--ca', ca],
    ['certificate', '--cert', cert],
    ['key', '--tls-key', tlsKey],
  ] as const) {
    const text = file === undefined ? undefined : read(flag, file);
    if (text?.ok === false) {
      return text;
    }
    if (text !== undefined) {
      tls[field] = text.value;
    }
  }
  const key = options.key === undefined ? success(makeKey()) : behind('--key', keyInFile(options.key));
  if (!key.ok) return key;
  const { formerKey } = options;
  const former = formerKey === undefined ? success(undefined) : behind('--former-key', readKeyFile(formerKey));
  if (!former.ok) return former;
  const policy = options.policy === undefined ? success(usualPolicy()) : loadPolicy(options.policy);
  if (!policy.ok) return wrong(policy.problem.join('\n'));
  const clients = options.clients === undefined ? success(noClients()) : loadClients(options.clients);
  if (!clients.ok) return wrong(clients.problem.join('\n'));
  return success({ key: key.value, former: former.value, tls, policy: policy.value, clients: clients.value });
}

function schemeOf(url: string): string | undefined {
  return URL.canParse(url) && new URL(url).hostname !== '' ? new URL(url).protocol : undefined;
}

function read(flag: string, file: string): Result<string, RunProblem> {
  try {
    return success(readFileSync(file, 'utf8'));
  } catch (error) {
    return wrong(`${flag} ${file}: ${reasonOf(error)}`);
  }
}

/** What is wrong with the file of a key, behind the flag that names it. */
function behind<Value>(flag: string, found: Result<Value, string>): Result<Value, RunProblem> {
  return found.ok ? found : wrong(`${flag} ${found.problem}`);
}

/** Opens the store that the call names. */
export function openStoreOf({ store }: RunOptions): Result<Store | undefined, RunProblem> {
  if (store === undefined) return success(undefined);
  try {
    return success(openStore(store));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return failure({ exitCode: error.code === 'store/foreign' ? 2 : 1, message: error.message });
  }
}

function wrong(message: string): Result<never, RunProblem> {
  return failure({ exitCode: 2, message });
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
