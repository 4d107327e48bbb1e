import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { openJournalReader } from '#agent/journal/reader.ts';
import { type Authority, type Certificate, createAuthority } from '#test/certificates.ts';
import { type Mosquitto, startMosquitto } from '#simulator/network/mosquitto.ts';
import { startHubProcess } from './hubProcess.ts';
import { type ObserverOptions, startObserver } from './observer.ts';
import { type Program, startProgram, welfareHub } from './program.ts';

const hubId = 'hub-0001';

/** The access list as it is shipped, and one more who may read everything: the observer of this test. */
const accessList = `${readFileSync('deploy/mosquitto/welfare-hub.acl', 'utf8').replaceAll('@CENTRE@', 'centre-1')}
user observer
topic read #
`;

interface World {
  folder: string;
  authority: Authority;
  broker: Mosquitto;
  observer: ObserverOptions;
}

async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'slice-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const authority = createAuthority();
  onTestFinished(authority.remove);
  const server = authority.issue({ commonName: 'broker', use: 'server' });
  const broker = await startMosquitto({
    tls: { server, clients: authority },
    lines: ['acl_file {folder}/welfare-hub.acl'],
    files: { 'welfare-hub.acl': accessList },
  });
  onTestFinished(broker.remove);
  const tls = { ...client(authority, 'observer'), caFile: authority.certificateFile };
  return { folder, authority, broker, observer: { port: broker.port, tls } };
}

function client(authority: Authority, commonName: string): Certificate {
  return authority.issue({ commonName, use: 'client' });
}

/** `welfare-hub centre` with its own certificate; kept when it is connected. Tells the key that it signs with. */
async function startCentre({ folder, authority, broker }: World): Promise<{ centre: Program; keys: object }> {
  const { certificateFile, keyFile } = client(authority, 'centre-1');
  const tls = ['--ca', authority.certificateFile, '--cert', certificateFile, '--tls-key', keyFile];
  const key = ['--key', join(folder, 'centre.pem')];
  const centre = startProgram(welfareHub('centre', '--broker', broker.url, ...tls, ...key, '--json'));
  await centre.said('that it is connected', (line) => line.includes('"event":"connected"'));
  const { keyId, publicKey } = JSON.parse(centre.stdout[0] ?? '') as { keyId: string; publicKey: string };
  return { centre, keys: { [keyId]: publicKey } };
}

function writeConfiguration({ folder, authority, broker }: World, keys: object): string {
  const { certificateFile: certificate, keyFile: key } = client(authority, hubId);
  const tls = { ca: authority.certificateFile, certificate, key };
  const file = join(folder, 'hub.yaml');
  const text = stringify({
    hub: hubId,
    centre: { primary: { url: broker.url, tls, keys } },
    radio: { port: join(folder, 'ttyRADIO') },
    accessories: [{ name: 'pendant', kind: 'pendant', id: '002a0001', location: 'on the wrist' }],
    journal: { file: 'journal.db' },
  });
  writeFileSync(file, text);
  return file;
}

test('four programs and a real broker, each with its own certificate, take a press all the way; all bodies fit the schemas', async () => {
  const world = await openWorld();
  const observer = await startObserver(world.observer);
  const { centre, keys } = await startCentre(world);
  const link = join(world.folder, 'ttyRADIO');
  const radio = startProgram(welfareHub('device', 'radio', '--link', link));
  await radio.said('its link', (line) => line.includes(link));
  const hub = startHubProcess(writeConfiguration(world, keys));
  await Promise.all([hub.logged({ step: 'receiver' }), hub.logged({ step: 'connected' })]);

  radio.type('press pendant');
  const { ref } = await hub.logged({ step: 'acknowledged' });
  await centre.said('the case', (line) => line.includes('"event":"opened"') && line.includes(String(ref)));
  const journal = openJournalReader(join(world.folder, 'journal.db'));
  expect(journal.story(String(ref)).map(({ kind }) => kind)).toEqual(['report', 'acknowledged']);
  expect(journal.waits(String(ref))).toBe(false);
  journal.close();

  hub.kill('SIGTERM');
  expect(await hub.end()).toEqual({ status: 0, signal: null });
  centre.kill('SIGTERM');
  expect(await centre.end()).toEqual({ status: 0, signal: null });
  await observer.seen('state', 2);
  const topics = observer.bodies().map(({ topic }) => topic);
  expect(topics.toSorted()).toEqual([
    'centre/v1/centre-1/state',
    'centre/v1/centre-1/state',
    `hub/v1/${hubId}/down/ack`,
    `hub/v1/${hubId}/down/ack`,
    `hub/v1/${hubId}/up/heartbeat`,
    `hub/v1/${hubId}/up/report`,
    `hub/v1/${hubId}/up/state`,
    `hub/v1/${hubId}/up/state`,
  ]);
  expect(observer.misfits()).toEqual([]);
});

test('a hub that dies is told as offline by its will, and the will fits the schema too', async () => {
  const world = await openWorld();
  const observer = await startObserver(world.observer);
  const hub = startHubProcess(writeConfiguration(world, {}));
  await observer.seen('up/state');
  hub.kill('SIGKILL');
  expect(JSON.parse(await observer.seen('up/state', 2))).toMatchObject({ hub: hubId, state: 'offline' });
  expect(observer.misfits()).toEqual([]);
});

test('a hub does not start with the certificate of another, and says why', async () => {
  const world = await openWorld();
  const file = writeConfiguration(world, {});
  const other = client(world.authority, 'hub-0002');
  const text = readFileSync(file, 'utf8')
    .replace(/certificate: .*/u, `certificate: ${other.certificateFile}`)
    .replace(/key: .*\.key/u, `key: ${other.keyFile}`);
  writeFileSync(file, text);
  const hub = startHubProcess(file);
  expect(await hub.end()).toEqual({ status: 2, signal: null });
  expect(hub.stderr.join('\n')).toContain(`common name is "hub-0002"; right would be the hub's id, "${hubId}"`);
});
