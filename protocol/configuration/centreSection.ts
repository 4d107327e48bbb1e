import { type Static, Type } from 'typebox';
import { parseCentreUrl } from './centreUrl.ts';
import { map, printable, text } from './keys.ts';
import { type DocumentProblem, pathName, shown } from './problem.ts';

/** Whom the hub reports to: the primary centre, and the reserve that takes over when it is not there (B2.2, H16). */
export interface Centres {
  primary: CentreConfiguration;
  reserve?: CentreConfiguration;
}

export interface CentreConfiguration {
  /** `mqtts://host:port` or `mqtt://host:port`. */
  url: string;
  /** Names of files in PEM. With mqtts:// always, with mqtt:// never. */
  tls?: { ca: string; certificate?: string; key?: string };
  /** Raw Ed25519 public keys of 32 bytes in base64, by key id. */
  keys: Readonly<Record<string, string>>;
}

/** In the order in which they are tried. */
export const centreNames = ['primary', 'reserve'] as const satisfies readonly (keyof Centres)[];

const fileName = (description: string) => text(printable(1_024), 'the name of a file', description);

const tls = map(
  {
    ca: fileName("The certificates, in PEM, that the centre's must come from. No others are trusted."),
    certificate: Type.Optional(fileName("The hub's own certificate, in PEM; its common name is the hub's id.")),
    key: Type.Optional(fileName('The private key to it, in PEM.')),
  },
  'How an mqtts:// centre is trusted and how the hub proves itself. Relative names count from this file; credential:NAME is what systemd hands to the service.',
);

const keys = Type.Record(
  Type.String({ pattern: '^[0-9a-f]{8}$' }),
  Type.String({
    pattern: '^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$',
    'x-right': 'an Ed25519 public key: 32 bytes in base64, 43 characters and a =',
    description: 'The raw Ed25519 public key, 32 bytes in base64.',
  }),
  {
    additionalProperties: false,
    default: {},
    'x-keys': 'a key id is the first eight hex digits of the SHA-256 of the raw key, in lower case and quotes',
    description:
      'The keys by which the centre signs, by key id: the first eight hex digits of the SHA-256 of the raw key. ' +
      'With none, acknowledgements are taken unsigned.',
  },
);

const centre = (description: string) =>
  map(
    {
      url: text(
        '^mqtts?://[^\\s/?#]+$',
        'mqtts://host:port, or mqtt://host:port',
        "The centre's MQTT broker: mqtts://host:port, or mqtt://host:port without encryption. Ports: 8883, 1883.",
      ),
      tls: Type.Optional(tls),
      keys: Type.Optional(keys),
    },
    description,
  );

export const centreSection = map(
  {
    primary: centre('The primary centre.'),
    reserve: Type.Optional(
      centre('The reserve centre, which takes over when the primary is not there (B2.2). Without it there is none.'),
    ),
  },
  'Who answers.',
);

type CentreDocument = Static<typeof centreSection>;

/** What the schema cannot say of the centres. */
export function centreProblems(section: CentreDocument): DocumentProblem[] {
  const problems = centreNames.flatMap((name) => {
    const written = section[name];
    return written === undefined ? [] : problemsOf(name, written);
  });
  const { primary, reserve } = section;
  if (problems.length === 0 && reserve !== undefined && isSamePlace(primary.url, reserve.url)) {
    const message = `centre.reserve.url is ${shown(reserve.url)}, and so is the primary's; a reserve has a broker of its own`;
    problems.push({ path: ['centre', 'reserve', 'url'], at: 'value', message });
  }
  return problems;
}

/** One broker would throw the hub's two connections out in turn: they have one client id. */
function isSamePlace(one: string, other: string): boolean {
  const [ones, others] = [parseCentreUrl(one), parseCentreUrl(other)];
  return (
    ones.ok &&
    others.ok &&
    ones.value.port === others.value.port &&
    ones.value.host.toLowerCase() === others.value.host.toLowerCase()
  );
}

function problemsOf(name: keyof Centres, { url, tls: written }: CentreDocument['primary']): DocumentProblem[] {
  const path = ['centre', name];
  const read = parseCentreUrl(url);
  if (!read.ok) {
    const message = `${pathName([...path, 'url'])} is ${shown(url)}: it ${read.problem}`;
    return [{ path: [...path, 'url'], at: 'value', message }];
  }
  if (read.value.secure && written === undefined) {
    const message = `centre.${name}.tls is missing; mqtts:// needs at least its ca, the certificates to trust`;
    return [{ path: [...path, 'url'], at: 'value', message }];
  }
  if (!read.value.secure && written !== undefined) {
    const message = `centre.${name}.tls is for mqtts://, but the url is mqtt://; correct the one or remove the other`;
    return [{ path: [...path, 'tls'], at: 'key', message }];
  }
  if (written !== undefined && (written.certificate === undefined) !== (written.key === undefined)) {
    const absent = written.key === undefined ? 'key' : 'certificate';
    const message = `centre.${name}.tls.${absent} is missing; certificate and key go together`;
    return [{ path: [...path, 'tls'], at: 'key', message }];
  }
  return [];
}

export function toCentres({ primary, reserve }: CentreDocument): Centres {
  return { primary: toCentre(primary), ...(reserve === undefined ? {} : { reserve: toCentre(reserve) }) };
}

function toCentre(written: CentreDocument['primary']): CentreConfiguration {
  return { ...written, keys: written.keys ?? {} };
}
