import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import {
  type CentreConfiguration,
  type Configuration,
  type DocumentProblem,
  readConfiguration,
} from '#protocol/configuration/configuration.ts';
import { centreNames, type Centres } from '#protocol/configuration/centreSection.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { readYaml, type TextProblem, yamlLengthLimit } from '#protocol/configuration/yamlText.ts';

/** What is wrong with a configuration file, where, and what would be right. */
export interface ConfigurationProblem extends TextProblem {
  file: string;
}

/** A configuration file is a few thousand characters; what is larger is another file. */
export const fileLimitBytes = yamlLengthLimit;

/** A problem as one line: `hub.yaml:12:5: unknown key "prot" in radio; did you mean "port"?`. */
export function formatProblem({ file, line, column, message }: ConfigurationProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}

/**
 * Reads a configuration file: YAML, checked against the schema, defaults filled in. Relative file names in it become
 * absolute ones, counted from the folder of the file; `credential:NAME` is a file in the folder of the credentials, which
 * is the service manager's (systemd.exec(5), LoadCredential=). The files it names for TLS must be there and hold what
 * they should; the serial port need not be there yet, but if it is it must be one.
 */
export function loadConfiguration(
  file: string,
  credentials?: string,
): Result<Configuration, readonly ConfigurationProblem[]> {
  const text = readText(file);
  if (!text.ok) return failure([{ file, line: 1, column: 1, message: text.problem }]);
  const yaml = readYaml(text.value);
  if (!yaml.ok) return failure(yaml.problem.map((problem) => ({ file, ...problem })));
  const located = ({ path, at, message }: DocumentProblem) => ({ file, ...yaml.value.find(path, at), message });
  const read = readConfiguration(yaml.value.value);
  if (!read.ok) return failure(read.problem.map(located));
  const configuration = withAbsoluteNames(read.value, { own: dirname(resolve(file)), credentials });
  const problems = [
    ...centreNames.flatMap((name) => centreProblems(name, configuration)),
    ...portProblems(configuration),
  ];
  return problems.length === 0 ? success(configuration) : failure(problems.map(located));
}

function centreProblems(name: keyof Centres, { hub, centre }: Configuration): DocumentProblem[] {
  const one = centre[name];
  if (one === undefined) return [];
  const problems = [...tlsProblems(one), ...nameProblems(one, hub), ...keyProblems(one)];
  return problems.map(({ path, ...problem }) => ({ path: ['centre', name, ...path], ...problem }));
}

function readText(file: string): Result<string, string> {
  try {
    const { size } = statSync(file);
    if (size > fileLimitBytes) return failure(`the file has ${size} bytes; right would be ${fileLimitBytes} at most`);
    return success(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)));
  } catch (error) {
    return failure(`the configuration cannot be read: ${reasonOf(error)}`);
  }
}

/** Where the files are that a configuration names. */
interface Folders {
  /** The folder of the configuration. */
  own: string;
  /** Where the service manager has put what nobody else may read. */
  credentials: string | undefined;
}

const credentialPrefix = 'credential:';

/** One that is not there stays as it is written, and is told by that name. */
function absoluteName(name: string, { own, credentials }: Folders): string {
  if (!name.startsWith(credentialPrefix)) return resolve(own, name);
  return credentials === undefined ? name : join(credentials, basename(name.slice(credentialPrefix.length)));
}

function withAbsoluteNames(configuration: Configuration, folders: Folders): Configuration {
  const { centre, journal } = configuration;
  const { primary, reserve } = centre;
  return {
    ...configuration,
    centre: {
      primary: withAbsoluteFiles(primary, folders),
      ...(reserve === undefined ? {} : { reserve: withAbsoluteFiles(reserve, folders) }),
    },
    journal: { ...journal, file: resolve(folders.own, journal.file) },
  };
}

function withAbsoluteFiles(centre: CentreConfiguration, folders: Folders): CentreConfiguration {
  const { tls } = centre;
  if (tls === undefined) return centre;
  const { ca, certificate, key } = tls;
  return {
    ...centre,
    tls: {
      ca: absoluteName(ca, folders),
      ...(certificate === undefined ? {} : { certificate: absoluteName(certificate, folders) }),
      ...(key === undefined ? {} : { key: absoluteName(key, folders) }),
    },
  };
}

/** Each file is opened and looked into, so that a mix-up is told now and not as a failed connection. */
function tlsProblems({ tls }: CentreConfiguration): DocumentProblem[] {
  if (tls === undefined) return [];
  const isCertificate = (text: Buffer) => new X509Certificate(text);
  const checks: readonly [key: string, file: string | undefined, what: string, check: (text: Buffer) => unknown][] = [
    ['ca', tls.ca, 'a certificate in PEM', isCertificate],
    ['certificate', tls.certificate, 'a certificate in PEM', isCertificate],
    ['key', tls.key, 'a private key in PEM, without a password', createPrivateKey],
  ];
  const problems: DocumentProblem[] = [];
  for (const [key, file, what, check] of checks) {
    if (file === undefined) continue;
    const problem = contentProblem(file, what, check);
    if (problem !== undefined) {
      problems.push({ path: ['tls', key], at: 'value', message: problem });
    }
  }
  return problems;
}

/** With another hub's certificate the broker lets the hub in and delivers nothing: the access rights go by the name. */
function nameProblems({ tls }: CentreConfiguration, hub: string): DocumentProblem[] {
  const file = tls?.certificate;
  const name = file === undefined ? undefined : commonNameIn(file);
  if (name === undefined || name === hub) return [];
  const message = `the certificate's common name is "${name}"; right would be the hub's id, "${hub}"`;
  return [{ path: ['tls', 'certificate'], at: 'value', message }];
}

/** Nothing where the file cannot be read as a certificate: that is told already. */
function commonNameIn(file: string): string | undefined {
  try {
    const { subject } = new X509Certificate(readFileSync(file));
    return /^CN=(.*)$/mu.exec(subject)?.[1];
  } catch {
    return undefined;
  }
}

function contentProblem(file: string, what: string, check: (text: Buffer) => unknown): string | undefined {
  if (file.startsWith(credentialPrefix)) {
    return `there is no CREDENTIALS_DIRECTORY to find ${file} in; a service has one by LoadCredential=, else name a file`;
  }
  let text: Buffer;
  try {
    accessSync(file, constants.R_OK);
    if (!statSync(file).isFile()) return `${file} is not a file; right would be ${what}`;
    text = readFileSync(file);
  } catch (error) {
    return `${file} cannot be read: ${reasonOf(error)}`;
  }
  try {
    check(text);
    return undefined;
  } catch {
    // What OpenSSL says about it ("DECODER routines::unsupported") helps nobody, and the content is not to be shown.
    return `${file} does not hold ${what}`;
  }
}

/** A key under another key's id would never be found when the centre signs with it. */
function keyProblems({ keys }: CentreConfiguration): DocumentProblem[] {
  return Object.entries(keys).flatMap(([id, key]) => {
    const right = createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 8);
    if (right === id) return [];
    const message = `the id of this key is "${right}" (the begin of its SHA-256), not "${id}"`;
    return [{ path: ['keys', id], at: 'key' as const, message }];
  });
}

function portProblems({ radio: { port } }: Configuration): DocumentProblem[] {
  try {
    const found = statSync(port, { throwIfNoEntry: false });
    if (found === undefined || found.isCharacterDevice()) return [];
    return [{ path: ['radio', 'port'], at: 'value', message: `${port} is not a serial port; ls -l /dev/serial/by-id` }];
  } catch (error) {
    return [{ path: ['radio', 'port'], at: 'value', message: `${port} cannot be looked at: ${reasonOf(error)}` }];
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
