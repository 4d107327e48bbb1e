import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificate, makeAuthority } from '#centre/provision/openssl.ts';
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
  use: 'server' | 'client';
  /** Names as openssl writes them: `DNS:localhost`, `IP:127.0.0.1`. A server needs one; default is the loopback. */
  names?: readonly string[];
  /** Default: valid since yesterday for ten years. */
  validity?: 'now' | 'expired' | 'not-yet';
  /** Default: the curve P-256. */
  key?: 'p256' | 'rsa-1024';
}

/** A certificate authority of its own, made for one test. */
export interface Authority {
  certificate: string;
  certificateFile: string;
  issue(options: IssueOptions): Certificate;
  /** Removes its folder with everything in it. */
  remove(): void;
}

const yearMs = 365 * dayMs;

/** Makes an authority with the `openssl` command. Elliptic-curve keys, because they are made in no time. */
export function createAuthority({ name = 'test authority' }: { name?: string } = {}): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const files = { certificateFile: join(folder, 'authority.pem'), keyFile: join(folder, 'authority.key') };
  makeAuthority(files, { name, days: 3_650 });
  let issued = 0;
  return {
    certificate: readFileSync(files.certificateFile, 'utf8'),
    certificateFile: files.certificateFile,
    issue({ commonName, use, names = use === 'server' ? ['DNS:localhost', 'IP:127.0.0.1'] : [], ...options }) {
      issued += 1;
      const made = { certificateFile: join(folder, `${issued}.pem`), keyFile: join(folder, `${issued}.key`) };
      const [fromMs, untilMs] = validity(options.validity ?? 'now');
      const { key = 'p256' } = options;
      issueCertificate(files, made, { commonName, use, names, fromMs, untilMs, key });
      return readIdentity(made);
    },
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
