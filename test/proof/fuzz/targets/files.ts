import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSupplies } from '#agent/drivers/power-supply/supplies.ts';
import { supplyFiles, type SupplyFile, type SupplyFolder } from '#agent/drivers/power-supply/supplyFiles.ts';
import { readCentresTls, watchCertificates } from '#agent/runtime/certificateFiles.ts';
import { readKey } from '#centre/keys.ts';
import { readClients } from '#centre/rules/clients.ts';
import { readPolicy } from '#centre/rules/policy.ts';
import { readGpx, trackPointsLimit } from '#devices/gnss/track.ts';
import { readConfiguration } from '#protocol/configuration/configuration.ts';
import { problemLimit } from '#protocol/configuration/document.ts';
import type { DocumentProblem } from '#protocol/configuration/problem.ts';
import { readYaml, type TextProblem, yamlLengthLimit } from '#protocol/configuration/yamlText.ts';
import type { Result } from '#protocol/core/result.ts';
import { readScenario } from '#simulator/scenario/load.ts';
import { createAuthority } from '#test/certificates.ts';
import { homeConfiguration } from '#test/homeConfiguration.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { bytesOf } from '#test/proof/fuzz/mutations.ts';
import { bytesTarget, isShowable, isUnpolluted, type Target, textTarget } from '#test/proof/fuzz/target.ts';
import { clientsText, configurationText, gpxText, policyText, scenarioText, supplyFilesText } from './examples.ts';

/** A character of YAML that is wrong costs an error object each, with where it was made. */
const yaml = { msPerKb: 25, worstBytes: yamlLengthLimit };
const yamlWords = [
  '&a |*a|!!set |!x |? |: |- |{|}|[|]|# |~|  |.inf|0o17|5m|10%|<<: *a|hub: hub-0001|centre:|://a@b|pendant',
  '__proto__: {a: 1}|constructor: {prototype: {a: 1}}|22:00-06:00|"\\ud800"|%YAML 1.1|---|...|>',
].flatMap((words) => words.split('|'));
const yamlWorst = Object.fromEntries(
  ['[', '{a: ', '- ', '? ', ',', ': ', '&a ', '!a ', '#\n', '\n', '\t', '"', "'x\n ", '- 1\n', '*a\n', '@\n', '---\n']
    .map((unit) => [JSON.stringify(unit), bytesOf(unit)] as const)
    .concat([['lines that go in', bytesOf('a:\n ')]]),
);

/** Readers of files. */
export const fileTargets: readonly Target[] = [
  textTarget(
    {
      name: 'YAML',
      corpus: [configurationText, scenarioText, 'a: &a [1, 2]\nb: *a\n'],
      words: yamlWords,
      worst: yamlWorst,
      ...yaml,
    },
    (text) => {
      const read = readYaml(text);
      if (!read.ok) return areProblems(read.problem, text);
      JSON.stringify(read.value.value);
      if (!isPlain(read.value.value)) return 'it holds something else than maps, lists, words and numbers';
      const { line } = read.value.find(['hub', 1, 'x'], 'value');
      return line >= 1 ? isUnpolluted() : 'a place before the first line';
    },
  ),
  textTarget(
    {
      name: 'configuration files',
      corpus: [configurationText],
      words: yamlWords,
      ...yaml,
    },
    (text) => {
      const yaml = readYaml(text);
      if (!yaml.ok) return areProblems(yaml.problem, text);
      const read = readConfiguration(yaml.value.value);
      if (read.ok) return isUnpolluted();
      const located = read.problem.map(({ path, at, message }) => ({ ...yaml.value.find(path, at), message }));
      const secret = located.find(({ message }) => message.includes('secret@'));
      return secret === undefined ? areProblems(located, text) : `a problem tells a secret: ${secret.message}`;
    },
  ),
  textTarget({ name: 'policies of a centre', corpus: [policyText], words: yamlWords, ...yaml }, (text) =>
    readAs(readPolicy, text),
  ),
  textTarget({ name: 'clients of a centre', corpus: [clientsText], words: yamlWords, ...yaml }, (text) =>
    readAs(readClients, text),
  ),
  textTarget({ name: 'scenarios', corpus: [scenarioText], words: yamlWords, ...yaml }, (text) => {
    const read = readScenario(text);
    return read.ok ? isUnpolluted() : areProblems(read.problem, text);
  }),
  textTarget(
    {
      name: 'GPX tracks',
      corpus: [gpxText],
      words: ['<trkpt ', '<rtept ', '<!--', '-->', '<![CDATA[', ']]>', 'lat="91"', 'lon=', '&#x30;', '<gpx>'],
      worst: Object.fromEntries(
        [
          '<gpx><!--',
          '<![CDATA[<gpx>',
          '<trkpt ',
          '<gpx><trkpt lat=',
          '<gpx lat lat="',
          '<a:',
          '<!',
          '-->',
          '<gpx>  ',
        ].map((unit) => [unit, bytesOf(unit)]),
      ),
    },
    (text) => {
      const read = readGpx(text);
      if (!read.ok) return isShowable(read.problem);
      const isOnEarth = read.value.every(
        ({ latitude, longitude }) => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180,
      );
      return isOnEarth && read.value.length <= trackPointsLimit ? undefined : 'a track that is none';
    },
  ),
  textTarget(
    {
      name: 'files of supplies',
      corpus: [supplyFilesText],
      words: ['BAT0 ', 'UPS', ' capacity ', '-1', '999999999999999', 'Unknown', 'Full', 'scope Device'],
      worst: { supplies: bytesOf('B type Battery\nB capacity 1\n') },
    },
    readSupplyText,
  ),
  credentials(),
];

/** What the centre reads: every problem has its place. */
function readAs(
  read: (value: unknown) => Result<unknown, readonly DocumentProblem[]>,
  text: string,
): string | undefined {
  const yaml = readYaml(text);
  if (!yaml.ok) return areProblems(yaml.problem, text);
  const done = read(yaml.value.value);
  if (done.ok) return isUnpolluted();
  return areProblems(
    done.problem.map(({ path, at, message }) => ({ ...yaml.value.find(path, at), message })),
    text,
  );
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null)
    return ['string', 'number', 'boolean', 'object'].includes(typeof value);
  if (Array.isArray(value)) return value.every(isPlain);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}

/** Each problem has a place within the text and words; there are not too many. */
function areProblems(problems: readonly TextProblem[], text: string): string | undefined {
  if (problems.length === 0) return 'it is refused without a reason';
  if (problems.length > problemLimit) return `${problems.length} problems at once`;
  const lines = text.split('\n').length + 1;
  for (const { line, column, message } of problems) {
    if (line < 1 || line > lines || column < 1 || column > text.length + 1)
      return `the place ${line}:${column} is none`;
    const broken = isShowable(message);
    if (broken !== undefined) return broken;
  }
  return isUnpolluted();
}

function readSupplyText(text: string): string | undefined {
  const folders = new Map<string, SupplyFolder['values']>();
  for (const line of text.split('\n')) {
    const [name = '', file, ...rest] = line.split(' ');
    const known = supplyFiles.find((one): one is SupplyFile => one === file);
    if (known !== undefined) folders.set(name, { ...folders.get(name), [known]: rest.join(' ').trim() });
  }
  const read = readSupplies([...folders].map(([name, values]) => ({ name, values, unreadable: 0 })));
  if (!read.ok || read.value.battery === 'absent') return undefined;
  const { chargePercent, healthPercent = 0 } = read.value.battery;
  const isRight = [chargePercent, healthPercent].every(
    (percent) => Number.isInteger(percent) && percent >= 0 && percent <= 100,
  );
  return isRight ? undefined : `a charge of ${chargePercent} % and a health of ${healthPercent} %`;
}

/** Files of keys and certificates that change while the hub runs: what is wrong is told, and what is in use stays. */
function credentials(): Target {
  const authority = createAuthority();
  const own = authority.issue({ commonName: 'hub-0001', use: 'client' });
  authority.remove();
  const { certificate } = authority;
  const corpus = [certificate, own.certificate, own.key, `${own.certificate}${certificate}`].map(bytesOf);
  const words = [
    '-----BEGIN CERTIFICATE-----\n',
    '-----END CERTIFICATE-----\n',
    '-----BEGIN PRIVATE KEY-----\n',
    'Proc-Type: 4,ENCRYPTED',
  ];

  function read(input: Uint8Array): string | undefined {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
    const tls = { ca: join(folder, 'ca.pem'), certificate: join(folder, 'hub.pem'), key: join(folder, 'hub.key') };
    const files = { ca: certificate, certificate: own.certificate, key: own.key };
    const write = (name: keyof typeof files, what: Uint8Array | string): void => writeFileSync(tls[name], what);
    for (const name of ['ca', 'certificate', 'key'] as const) write(name, files[name]);
    const configuration = homeConfiguration({ centre: { primary: { url: 'mqtts://127.0.0.1:1883', tls } } });
    const inUse = readCentresTls(configuration);
    const told: string[] = [];
    const note = (_fields: object, message: string): void => void told.push(message);
    const log = { debug: note, info: note, warn: note, error: note };
    const watched = watchCertificates(
      configuration,
      { clock: createVirtualClock(), log, inUse },
      { onChanged: () => undefined, onEnd: () => undefined },
    );
    for (const name of ['ca', 'certificate', 'key'] as const) {
      write(name, input);
      watched.look();
      write(name, files[name]);
    }
    watched.stop();
    readKey(Buffer.from(input).toString('utf8'));
    rmSync(folder, { recursive: true });
    return told.every((message) => isShowable(message) === undefined) ? undefined : `it is told ${told.join()}`;
  }

  return bytesTarget(
    { name: 'certificates and keys', corpus, words, worst: { begins: bytesOf('-----BEGIN CERTIFICATE-----\n') } },
    read,
  );
}
