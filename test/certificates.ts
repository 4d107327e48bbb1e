import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, as PEM text and as files. */
export interface Certificate {
  certificate: string;
  certificateFile: string;
  key: string;
  keyFile: string;
}

export interface IssueOptions {
  /** A hub's common name is its id. */
  commonName: string;
  /** What the certificate may be used for. */
  use: 'server' | 'client';
  /** Names as openssl writes them: `DNS:localhost`, `IP:127.0.0.1`. A server needs one; default is the loopback. */
  names?: readonly string[];
  /** Default: valid since yesterday for ten years. */
  validity?: 'now' | 'expired' | 'not-yet';
}

/** A certificate authority of its own, made for one test. */
export interface Authority {
  certificate: string;
  certificateFile: string;
  issue(options: IssueOptions): Certificate;
  /** Removes its folder with everything in it. */
  remove(): void;
}

const dayMs = 24 * 3_600_000;
const yearMs = 365 * dayMs;

const extensionsOfUse = {
  server: 'extendedKeyUsage = serverAuth\n',
  client: 'extendedKeyUsage = clientAuth\n',
};

/** Makes an authority with the `openssl` command. Elliptic-curve keys, because they are made in no time. */
export function createAuthority({ name = 'test authority' }: { name?: string } = {}): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const certificateFile = join(folder, 'authority.pem');
  const keyFile = join(folder, 'authority.key');
  const configurationFile = join(folder, 'authority.conf');
  mkdirSync(join(folder, 'issued'));
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(configurationFile, configuration(folder));
  const selfSigned = [
    'req',
    '-x509',
    ...newKey(keyFile),
    '-subj',
    `/CN=${name}`,
    '-days',
    '3650',
    '-out',
    certificateFile,
  ];
  const basicConstraints = ['-addext', 'basicConstraints=critical,CA:TRUE'];
  openssl([...selfSigned, ...basicConstraints, '-addext', 'keyUsage=critical,keyCertSign,cRLSign']);
  let issued = 0;
  return {
    certificate: readFileSync(certificateFile, 'utf8'),
    certificateFile,
    issue(options) {
      issued += 1;
      return issue({ folder: join(folder, 'issued'), configurationFile, number: issued }, options);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function issue(at: { folder: string; configurationFile: string; number: number }, options: IssueOptions): Certificate {
  const { commonName, use, names = use === 'server' ? ['DNS:localhost', 'IP:127.0.0.1'] : [] } = options;
  const file = (ending: string): string => join(at.folder, `${at.number}.${ending}`);
  const [fromMs, untilMs] = validity(options.validity ?? 'now');
  const alternativeNames = names.length === 0 ? '' : `subjectAltName = ${names.join(', ')}\n`;
  writeFileSync(file('ext'), `basicConstraints = CA:FALSE\n${extensionsOfUse[use]}${alternativeNames}`);
  openssl(['req', ...newKey(file('key')), '-subj', `/CN=${commonName}`, '-out', file('csr')]);
  const period = ['-startdate', asn1Time(fromMs), '-enddate', asn1Time(untilMs)];
  const request = ['-extfile', file('ext'), '-in', file('csr'), '-out', file('pem')];
  openssl(['ca', '-batch', '-notext', '-config', at.configurationFile, ...period, ...request]);
  return {
    certificate: readFileSync(file('pem'), 'utf8'),
    certificateFile: file('pem'),
    key: readFileSync(file('key'), 'utf8'),
    keyFile: file('key'),
  };
}

function validity(kind: 'now' | 'expired' | 'not-yet'): [fromMs: number, untilMs: number] {
  const nowMs = Date.now();
  const periods: Record<typeof kind, [fromMs: number, untilMs: number]> = {
    now: [nowMs - dayMs, nowMs + 10 * yearMs],
    expired: [nowMs - yearMs, nowMs - dayMs],
    'not-yet': [nowMs + dayMs, nowMs + yearMs],
  };
  return periods[kind];
}

/** `YYYYMMDDHHMMSSZ`, as `openssl ca` wants it. */
function asn1Time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:T]/gu, '')}Z`;
}

function newKey(keyFile: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
}

function configuration(folder: string): string {
  return `[ca]
default_ca = authority
[authority]
certificate = ${folder}/authority.pem
private_key = ${folder}/authority.key
database = ${folder}/index.txt
new_certs_dir = ${folder}/issued
default_md = sha256
unique_subject = no
rand_serial = yes
policy = policy
[policy]
commonName = supplied
`;
}

function openssl(parameters: string[]): void {
  try {
    execFileSync('openssl', parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') {
      throw new Error('openssl is missing. Install it: sudo apt-get install --no-install-recommends openssl', {
        cause: error,
      });
    }
    throw error;
  }
}
