import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A certificate and its private key, as files in PEM. */
export interface IdentityFiles {
  certificateFile: string;
  keyFile: string;
}

export interface CertificateWish {
  commonName: string;
  /** What the certificate may be used for. */
  use: keyof typeof extensionsOfUse;
  /** Names as openssl writes them: `DNS:localhost`, `IP:127.0.0.1`. A server needs one. */
  names: readonly string[];
  /** Milliseconds since 1970. */
  fromMs: number;
  untilMs: number;
  /** Default: a key on the curve P-256, which is small and quick on a Pi. */
  key?: 'p256' | 'rsa-1024';
  /** By which the authority signs. Default: SHA-256. */
  digest?: 'sha256' | 'sha1';
}

const keyWords = {
  p256: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
  'rsa-1024': ['-newkey', 'rsa:1024'],
};

const extensionsOfUse = {
  server: 'basicConstraints = CA:FALSE\nextendedKeyUsage = serverAuth',
  client: 'basicConstraints = CA:FALSE\nextendedKeyUsage = clientAuth',
  /** To issue others: one in between. */
  authority: 'basicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign, cRLSign',
};

/** Makes a certificate authority: a certificate signed by its own key. Throws what openssl says. */
export function makeAuthority(files: IdentityFiles, { name, days }: { name: string; days: number }): void {
  const extensions = [
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  ];
  inFolderBeside(files, (made) =>
    openssl([
      ...requestOf(made, name, 'p256'),
      '-x509',
      '-days',
      String(days),
      '-out',
      made.certificateFile,
      ...extensions,
    ]),
  );
}

/** Issues a certificate for a new key. Both files are there whole or not at all. Throws what openssl says. */
export function issueCertificate(authority: IdentityFiles, files: IdentityFiles, wish: CertificateWish): void {
  inFolderBeside(files, (made, folder) => {
    const request = join(folder, 'request.csr');
    const extensions = join(folder, 'extensions.conf');
    const settings = join(folder, 'authority.conf');
    const names = wish.names.length === 0 ? '' : `subjectAltName = ${wish.names.join(', ')}\n`;
    writeFileSync(extensions, `${extensionsOfUse[wish.use]}\n${names}`);
    writeFileSync(join(folder, 'index.txt'), '');
    writeFileSync(settings, settingsOf(authority, folder, wish.digest ?? 'sha256'));
    openssl([...requestOf(made, wish.commonName, wish.key ?? 'p256'), '-out', request]);
    const period = ['-startdate', asn1Time(wish.fromMs), '-enddate', asn1Time(wish.untilMs)];
    const what = ['-extfile', extensions, '-in', request, '-out', made.certificateFile];
    openssl(['ca', '-batch', '-notext', '-config', settings, ...period, ...what]);
  });
}

/** Makes both files aside and puts them in place when they are whole, the key readable by its owner only. */
function inFolderBeside(files: IdentityFiles, make: (made: IdentityFiles, folder: string) => void): void {
  mkdirSync(dirname(files.keyFile), { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(dirname(files.keyFile), '.making-'));
  try {
    const made = { certificateFile: join(folder, 'certificate.pem'), keyFile: join(folder, 'certificate.key') };
    make(made, folder);
    chmodSync(made.keyFile, 0o600);
    chmodSync(made.certificateFile, 0o644);
    renameSync(made.keyFile, files.keyFile);
    renameSync(made.certificateFile, files.certificateFile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function requestOf({ keyFile }: IdentityFiles, commonName: string, key: keyof typeof keyWords): string[] {
  return ['req', ...keyWords[key], '-nodes', '-keyout', keyFile, '-subj', `/CN=${commonName}`];
}

/** `YYYYMMDDHHMMSSZ`, as `openssl ca` wants it. */
function asn1Time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:T]/gu, '')}Z`;
}

function settingsOf({ certificateFile, keyFile }: IdentityFiles, folder: string, digest: string): string {
  return `[ca]
default_ca = authority
[authority]
certificate = ${certificateFile}
private_key = ${keyFile}
database = ${folder}/index.txt
new_certs_dir = ${folder}
default_md = ${digest}
unique_subject = no
rand_serial = yes
policy = policy
[policy]
commonName = supplied
`;
}

/** The line that installs it, for whoever has not got it. */
const installOpenssl = 'sudo apt-get install --no-install-recommends openssl';

function openssl(parameters: readonly string[]): void {
  try {
    execFileSync('openssl', parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error(`openssl is missing. Install it: ${installOpenssl}`, { cause: error });
    }
    throw error;
  }
}
