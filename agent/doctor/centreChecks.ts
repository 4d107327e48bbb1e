import { X509Certificate } from 'node:crypto';
import type { CloseCode, OpenSession, TlsIdentity } from '#agent/uplink/session.ts';
import type { Clock } from '#protocol/core/time.ts';
import { hourMs, secondMs } from '#protocol/core/time.ts';
import { bad, type Finding, look, ok } from './finding.ts';

/** Long enough for 2G, short enough for a person. */
const connectTimeoutMs = 10 * secondMs;
const keepaliveS = 60;
/** A certificate that ends sooner should be renewed now. */
const renewDays = 30;
const dayMs = 24 * hourMs;

export interface CentreParts {
  clock: Clock;
  openSession: OpenSession;
}

const tlsAdvice =
  'Look at the file that centre.…tls.ca names: it must hold the authority that made the broker’s certificate.';
const addressAdvice =
  'Look at centre.…url in hub.yaml, letter by letter, and at the network of this machine (ping the name).';
const rightsAdvice = 'The broker knows no hub of this name or certificate. Whoever runs the centre must enrol it.';

/** What to do, by why the connection failed. */
const adviceByCode: Partial<Record<CloseCode, string>> = {
  dns: addressAdvice,
  'bad-url': addressAdvice,
  'connection-refused':
    'The machine is there, the broker is not: is its port right (8883 with TLS, 1883 without), and does it run?',
  unreachable: 'This machine has no way there. Is the mobile link up (ip route)?',
  timeout: 'Nobody answers. Is the mobile link up, and does a firewall let the port through?',
  'tls/expired-certificate':
    'The broker’s certificate has ended, or this machine’s clock is wrong. Look at the clock first.',
  'tls/not-yet-valid-certificate':
    'The broker’s certificate is not valid yet, or this machine’s clock is wrong. Look at the clock first.',
  'tls/wrong-name':
    'The broker’s certificate is for another name than the one in centre.…url. Use the name in the certificate.',
  'tls/untrusted': tlsAdvice,
  'tls/failed': 'One side speaks no TLS here. mqtts:// goes to 8883 as a rule, mqtt:// to 1883.',
  'tls/own-certificate-refused':
    'The broker does not take this hub’s certificate: it is not of its authority, or has ended.',
  'bad-own-certificate': 'The files under centre.…tls do not belong together, or this user may not read them.',
  'refused-client-id': rightsAdvice,
  'refused-credentials': rightsAdvice,
  'refused-not-authorised': rightsAdvice,
  'subscription-refused':
    'The broker lets the hub in but not to its own topics: its access rights lack hub/v1/<hub>/down/#.',
  'refused-busy': 'The broker is busy. Try again in a minute.',
};

/** Connects to the broker as nobody that the centre would notice: another client id, no will, no subscription. */
export async function checkBroker(
  name: string,
  { url, hub, tls }: { url: string; hub: string; tls?: TlsIdentity },
  { clock, openSession }: CentreParts,
): Promise<Finding> {
  const about = `${name} centre`;
  const startedMs = clock.monotonicMs();
  return await new Promise((resolve) => {
    const session = openSession(
      {
        url,
        ...(tls === undefined ? {} : { tls }),
        clientId: `${hub}-doctor`,
        protocol: 5,
        keepaliveS,
        sessionExpiryS: 0,
        connectTimeoutMs,
        subscriptions: [],
      },
      {
        up() {
          const tookMs = Math.round(clock.monotonicMs() - startedMs);
          session.close();
          const plain = url.startsWith('mqtt:') ? ', without encryption' : '';
          resolve(ok(about, `its broker answers in ${tookMs} ms${plain} (${url})`, { url, tookMs }));
        },
        message() {},
        refused() {},
        room() {},
        closed({ code, message }) {
          resolve(bad(about, `${url}: ${message}.`, adviceByCode[code] ?? addressAdvice));
        },
      },
    );
  });
}

/** How long the hub's own certificate still counts. */
export function checkCertificate(name: string, certificate: string, clock: Clock): Finding {
  const { validToDate } = new X509Certificate(certificate);
  const days = Math.floor((validToDate.getTime() - clock.wallMs()) / dayMs);
  const until = validToDate.toISOString().slice(0, 10);
  const about = `${name} certificate`;
  const advice = 'Ask whoever runs the centre for a new one, and put it where hub.yaml names it.';
  if (days < 0) return bad(about, `It ended on ${until}.`, advice);
  if (days < renewDays) return look(about, `It ends on ${until}, in ${days} days.`, advice);
  return ok(about, `until ${until}`, { days });
}
