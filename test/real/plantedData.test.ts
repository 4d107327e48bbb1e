import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Plant, plantsIn } from './plantedSearch.ts';
import { bytesOf, hubId, openPlantedWorld, type PlantName, plants, type PlantedWorld } from './plantedWorld.ts';

const all: readonly Plant[] = Object.entries(plants).map(([is, value]) => ({ is, value }));

/** What a plant is, in the words of docs/security.md. */
const kinds: Readonly<Record<PlantName, string>> = {
  pin: 'PINs',
  nextPin: 'PINs',
  wrongPin: 'PINs',
  staffTag: 'numbers of tags',
  strangeTag: 'numbers of tags',
  brokenTag: 'numbers of tags',
  smsReceiver: 'numbers that the hub knows',
  receiver: 'numbers that the hub knows',
  centreNumber: 'numbers that the hub knows',
  nextReceiver: 'numbers that the hub knows',
  calledByOrder: 'numbers of calls',
  caller: 'numbers of calls',
  texter: 'short messages',
  text: 'short messages',
  wrongNumber: 'mistakes',
  wrongOrder: 'mistakes',
  wrongAccessory: 'mistakes',
  wrongTelegram: 'mistakes',
  location: 'places in the home',
  position: 'positions',
  name: 'clients',
  address: 'clients',
  town: 'clients',
  phone: 'clients',
};

/** What the centre sends a hub, and what the hub keeps of it until the end of the installation. */
const configured: readonly PlantName[] = ['nextPin', 'receiver', 'centreNumber', 'nextReceiver', 'location'];
/** What is written down of reports and calls, to be handed out (H17). */
const written: readonly PlantName[] = ['receiver', 'calledByOrder', 'caller', 'location', 'position'];

/** Where what is, and nothing is anywhere else. docs/security.md has the same table in words. */
const table: Readonly<Record<string, readonly PlantName[]>> = {
  "the hub's log": [],
  '--trace radio': [],
  '--trace modem': [],
  '--trace reader': [],
  '--trace gnss': ['position'],
  'up/heartbeat': [],
  'up/state': [],
  'up/report': ['location', 'position'],
  'up/result': [...configured, ...written],
  'down/ack': ['wrongTelegram'],
  'down/command': [...configured, 'calledByOrder', 'wrongOrder', 'wrongAccessory', 'wrongNumber', 'wrongTelegram'],
  'centre state': [],
  "the broker's log": [],
  'journal.db': [...configured, ...written],
  'journal export': written,
  'journal list': written.filter((plant) => plant !== 'position'),
  'log-extract': written,
  doctor: [],
  'a wrong hub.yaml': [],
  'the words of the centre': ['location', 'name', 'address', 'town', 'phone'],
  'centre.db': ['location', 'position'],
  'centre log': ['location'],
  'centre statistics': [],
  'reports of scenarios': ['smsReceiver', 'position'],
};

type Found = Map<string, Set<string>>;

function add(found: Found, place: string, text: string | Buffer): void {
  const here = found.get(place) ?? new Set<string>();
  for (const plant of plantsIn(text, all)) here.add(plant);
  found.set(place, here);
}

/** What happens in a home in a bad week: each kind of personal data on every way that it can take. */
async function live({ say, told, hub, centre, observer, broker, folder }: PlantedWorld): Promise<void> {
  let results = 0;
  const ask = async (words: string): Promise<void> => {
    results += 1;
    centre.type(words);
    await observer.seen('up/result', results);
  };
  // The fix swings by a metre or two around it.
  await say('gnss', `at ${plants.position}5 18.06583`);
  await hub.said('three positions', (line) => /^[0-9.]+ gnss > /u.test(line), 3);
  await say('radio', 'press pendant');
  await hub.logged({ step: 'update' });
  await say('reader', `tag ${plants.staffTag}`);
  await hub.logged({ step: 'visit', from: 'day-staff' });
  await say('reader', `tag ${plants.strangeTag}`);
  await hub.logged({ step: 'information' });
  await say('reader', 'fault wrong-checksums');
  await say('reader', `tag ${plants.brokenTag}`);
  await say('reader', 'fault none');
  await say('modem', `sms ${plants.texter} ${plants.text}`);
  await hub.logged({ step: 'sms' });
  await say('modem', `call ${plants.caller}`);
  await hub.logged({ msg: 'a call that comes in is refused' });
  await ask(`command ${hubId} call { to: "${plants.calledByOrder}" }`);
  await told('modem', plants.calledByOrder);
  await ask(`command ${hubId} call { to: "${plants.wrongOrder}" }`);
  await ask(`command ${hubId} enrol { name: "${plants.wrongAccessory}", kind: pendant, id: "0badcafe" }`);
  const next = join(folder, 'next.yaml');
  const wrong = join(folder, 'wrong-next.yaml');
  writeFileSync(wrong, readFileSync(next, 'utf8').replace(plants.nextReceiver, plants.wrongNumber));
  await ask(`configure ${hubId} ${wrong}`);
  await ask(`configure ${hubId} ${next}`);
  await ask(`command ${hubId} exchange`);
  for (const topic of ['ack', 'command']) {
    const bodies = [
      { v: 1, [topic]: plants.wrongTelegram },
      { [plants.wrongTelegram]: 1, v: plants.wrongTelegram },
    ];
    for (const body of [plants.wrongTelegram, ...bodies.map((one) => JSON.stringify(one))]) {
      const to = ['-h', '127.0.0.1', '-p', String(broker.port), '-t', `hub/v1/${hubId}/down/${topic}`];
      expect(spawnSync('mosquitto_pub', [...to, '-m', body]).status).toBe(0);
    }
  }
  centre.type('policy silent');
  await say('radio', 'press pendant');
  await told('modem', plants.nextReceiver);
  centre.type('policy handled');
  await say('modem', 'sim pin');
  await say('modem', 'reboot');
  await hub.logged({ msg: 'the PIN was tried' });
  centre.type(`extract ${hubId} ${join(folder, 'extract.csv')} from 2026-01-01`);
  await centre.said('the extract', (line) => line.includes('entries of the journal'));
}

/** Killed, started again, ended in order, and started on a journal that was damaged: what it said on the way. */
async function crash({ hub, startHub, folder, hubFile }: PlantedWorld): Promise<string[]> {
  hub.kill('SIGKILL');
  await hub.end();
  const second = startHub();
  await second.logged({ step: 'connected' });
  second.kill('SIGTERM');
  await second.end();
  const journal = join(folder, 'journal.db');
  const [damaged, its] = [join(folder, 'damaged.db'), join(folder, 'damaged.yaml')];
  writeFileSync(damaged, readFileSync(journal).fill('x', 0, 6_000));
  writeFileSync(its, readFileSync(hubFile, 'utf8').replaceAll(journal, damaged));
  const third = startHub(its);
  await Promise.race([third.logged({ step: 'connected' }), third.end()]);
  third.kill('SIGTERM');
  await third.end();
  return [...hub.stderr, ...second.stderr, ...third.stderr];
}

/** Looks at every place: what ran has ended. */
async function search(world: PlantedWorld, lines: readonly string[]): Promise<Found> {
  const { centre, observer, run, folder, broker, hubFile } = world;
  const file = (name: string): string => join(folder, name);
  const found: Found = new Map();
  add(found, "the hub's log", lines.filter((line) => !/^[0-9.]+ \w+ [<>] /u.test(line)).join('\n'));
  for (const device of ['radio', 'modem', 'reader', 'gnss']) {
    add(found, `--trace ${device}`, lines.filter((line) => line.includes(` ${device} `)).join('\n'));
  }
  for (const { topic, text } of observer.bodies()) {
    const kind = topic.split('/').slice(3).join('/');
    add(found, kind === 'state' ? 'centre state' : kind, text);
  }
  add(found, "the broker's log", broker.log.join('\n'));
  add(found, 'journal.db', bytesOf(file('journal.db')));
  for (const format of ['csv', 'json']) {
    add(found, 'journal export', await run('journal', 'export', '--config', hubFile, '--format', format));
  }
  add(found, 'journal list', await run('journal', 'list', '--config', hubFile));
  add(found, 'log-extract', readFileSync(file('extract.csv')));
  add(found, 'the words of the centre', [...centre.stdout, ...centre.stderr].join('\n'));
  add(found, 'centre.db', bytesOf(file('centre.db')));
  for (const format of ['--csv', '--json']) {
    add(found, 'centre log', await run('centre', 'log', '--store', file('centre.db'), format));
    add(found, 'centre statistics', await run('centre', 'statistics', '--store', file('centre.db'), format));
  }
  writeFileSync(
    file('wrong.yaml'),
    readFileSync(hubFile, 'utf8').replace(plants.pin, plants.wrongPin).replace(plants.smsReceiver, plants.wrongNumber),
  );
  for (const shape of [[], ['--json']]) {
    add(found, 'doctor', await run('doctor', '--config', hubFile, ...shape));
    add(found, 'a wrong hub.yaml', await run('doctor', '--config', file('wrong.yaml'), ...shape));
  }
  add(found, 'a wrong hub.yaml', await run('run', '--config', file('wrong.yaml')));
  return found;
}

const story = {
  scenario: 'A planted home',
  hub: {
    modem: { pin: plants.pin },
    sms: { number: plants.smsReceiver, rounds: [1] },
    voice: { receiver: plants.receiver, modemReceiver: plants.receiver },
    accessories: [
      { name: 'pendant', kind: 'pendant', location: plants.location },
      { name: 'gps', kind: 'gps' },
    ],
  },
  steps: [
    { position: { of: 'gps', lat: Number(plants.position), lon: 18.06 } },
    { sos: 'gps' },
    { expect: { report: 'alarm', from: 'gps' } },
    { link: 'down' },
    { press: 'pendant' },
    { wait: '1m' },
  ],
};

/** A scenario that fails at its end has the longest reports. */
async function searchReports({ run, folder }: PlantedWorld, found: Found): Promise<void> {
  const file = join(folder, 'story.yaml');
  writeFileSync(file, stringify({ ...story, steps: [...story.steps, { expect: { report: 'visit' } }] }));
  const shapes = ['junit', 'tap', 'json', 'html'];
  const reports = shapes.flatMap((shape) => ['--report', `${shape}=${join(folder, shape)}`]);
  add(found, 'reports of scenarios', await run('scenario', 'run', file, '--report', 'pretty', ...reports));
  for (const shape of shapes) add(found, 'reports of scenarios', readFileSync(join(folder, shape)));
}

test('what is personal or secret is where the table says, in whatever form, and nowhere else', async () => {
  const world = await openPlantedWorld();
  await live(world);
  const found = await search(world, await crash(world));
  await searchReports(world, found);
  const sorted = (entries: Iterable<readonly [string, Iterable<string>]>): Record<string, string[]> =>
    Object.fromEntries([...entries].map(([place, here]) => [place, [...new Set(here)].toSorted()]));
  expect(sorted(found)).toEqual(sorted(Object.entries(table)));
});

test('docs/security.md says of each place what is there', () => {
  const text = readFileSync('docs/security.md', 'utf8');
  const rows = [...text.matchAll(/^\| `?([^|`]+?)`? +\| ([^|]*?) +\|$/gmu)].map(([, place, there]) => [place, there]);
  const words = (here: readonly PlantName[]): string =>
    [
      ...new Set(Object.entries(kinds).flatMap(([plant, kind]) => (here.includes(plant as PlantName) ? [kind] : []))),
    ].join(', ');
  const wanted = Object.entries(table).map(([place, here]) => [place, words(here) || 'nothing']);
  expect(rows).toEqual(expect.arrayContaining(wanted));
});

test.each(Object.entries(plants))('the search finds %s in clear, in hexadecimal, traced and in base64', (is, value) => {
  const hex = Buffer.from(value).toString('hex');
  const traced = hex.replaceAll(/(..)(?=.)/gu, '$1 ');
  for (const text of [
    value,
    `"${value}"`,
    hex,
    traced,
    ...[1, 2, 3].map((pad) => Buffer.from(`${'-'.repeat(pad)}${value}-`).toString('base64')),
  ]) {
    expect(plantsIn(`before ${text} behind`, all)).toContain(is);
  }
});

test('the search finds numbers and texts in short messages, and positions of satellites', () => {
  // The test suite of python-messaging.
  const message = '07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07';
  const ofMessage = [
    { is: 'sender', value: '+31641600986' },
    { is: 'text', value: 'How are you?' },
  ];
  expect(plantsIn(message, ofMessage)).toEqual(['sender', 'text']);
  expect(plantsIn(Buffer.from(message).toString('hex'), ofMessage)).toEqual(['sender', 'text']);
  // The example of a sentence in most descriptions of NMEA 0183.
  const sentence = '$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47';
  expect(plantsIn(sentence, [{ is: 'latitude', value: '48.1173' }])).toEqual(['latitude']);
  expect(plantsIn(sentence, all)).toEqual([]);
});
