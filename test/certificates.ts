import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IdentityFiles, issueCertificate, makeAuthority } from '#centre/provision/openssl.ts';
import { dayMs } from '#protocol/core/time.ts';

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
  use: 'server' | 'client' | 'authority';
  /** Names as openssl writes them: `DNS:localhost`, `IP:127.0.0.1`. A server needs one; default is the loopback. */
  names?: readonly string[];
  /** Default: valid since yesterday for ten years. */
  validity?: 'now' | 'expired' | 'not-yet';
  /** Default: the curve P-256. */
  key?: 'p256' | 'rsa-1024';
  /** By which it is signed. Default: SHA-256. */
  digest?: 'sha256' | 'sha1';
}

/** A certificate authority of its own, made for one test. */
export interface Authority {
  certificate: string;
  certificateFile: string;
  issue(options: IssueOptions): Certificate;
  /** An authority between this one and whom it issues for. */
  between(options?: Pick<IssueOptions, 'validity' | 'key' | 'digest'> & { name?: string }): Authority;
  /** Removes its folder with everything in it. */
  remove(): void;
}

const yearMs = 365 * dayMs;

/** Makes an authority with the `openssl` command. Elliptic-curve keys, because they are made in no time. */
export function createAuthority({ name = 'test authority' }: { name?: string } = {}): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const files = { certificateFile: join(folder, 'authority.pem'), keyFile: join(folder, 'authority.key') };
  makeAuthority(files, { name, days: 3_650 });
  return authorityOf(files, folder);
}

function authorityOf(files: IdentityFiles, folder: string): Authority {
  const issue = ({ commonName, use, names, validity: kind = 'now', ...more }: IssueOptions): Certificate => {
    const at = mkdtempSync(join(folder, 'issued-'));
    const made = { certificateFile: join(at, 'certificate.pem'), keyFile: join(at, 'certificate.key') };
    const [fromMs, untilMs] = validity(kind);
    const of = names ?? (use === 'server' ? ['DNS:localhost', 'IP:127.0.0.1'] : []);
    issueCertificate(files, made, { commonName, use, names: of, fromMs, untilMs, ...more });
    return readIdentity(made);
  };
  return {
    certificate: readFileSync(files.certificateFile, 'utf8'),
    certificateFile: files.certificateFile,
    issue,
    between: ({ name = 'test authority in between', ...more } = {}) =>
      authorityOf(issue({ commonName: name, use: 'authority', ...more }), folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A certificate that nobody but its own key has signed. */
export function selfSigned(name: string): Certificate & { remove(): void } {
  const authority = createAuthority({ name });
  const keyFile = authority.certificateFile.replace('.pem', '.key');
  return { ...readIdentity({ certificateFile: authority.certificateFile, keyFile }), remove: authority.remove };
}

function readIdentity({ certificateFile, keyFile }: { certificateFile: string; keyFile: string }): Certificate {
  const certificate = readFileSync(certificateFile, 'utf8');
  return { certificate, certificateFile, key: readFileSync(keyFile, 'utf8'), keyFile };
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
