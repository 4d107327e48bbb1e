import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { openJournalReader } from '#agent/journal/reader.ts';
import { provisionAuthority, provisionBroker, provisionCentre, provisionHub } from '#centre/provision/bench.ts';
import { createAuthority } from '#test/certificates.ts';
import { type HubProcess, startHubProcess } from './hubProcess.ts';
import { type Program, startProgram, welfareHub } from './program.ts';
import { type ShippedBroker, startShippedBroker } from './shippedBroker.ts';

interface World {
  folder: string;
  broker: ShippedBroker;
  radio: Program;
  hub: HubProcess;
  centre: Program;
  startCentre(...words: string[]): Promise<Program>;
  /** What the journal says of one report. */
  kinds(ref: unknown): string[];
}

/** A bench as `welfare-hub provision` makes it, and a home in which a pendant can be pressed. */
async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'change-over-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const options = { folder, renew: false, nowMs: Date.now() };
  provisionAuthority(options);
  provisionBroker(options, { address: '127.0.0.1', port: 8883 });
  provisionCentre(options, 'centre-1');
  provisionHub(options, 'hub-0001');
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const server = { certificate: read('broker/server.pem'), key: read('broker/server.key') };
  const broker = await startShippedBroker({ certificate: read('authority/ca.pem') }, server);
  onTestFinished(broker.remove);
  const startCentre = async (...words: string[]): Promise<Program> => {
    const at = join(folder, 'centres/centre-1');
    const tls = ['--ca', join(at, 'ca.pem'), '--cert', join(at, 'centre-1.pem'), '--tls-key', join(at, 'centre-1.key')];
    const centre = startProgram(welfareHub('centre', '--broker', broker.url, ...tls, ...words, '--json'));
    await centre.said('that it is connected', (line) => line.includes('"event":"connected"'));
    return centre;
  };
  const centre = await startCentre('--key', join(folder, 'centres/centre-1/signing.pem'));
  const link = join(folder, 'ttyRADIO');
  const radio = startProgram(welfareHub('device', 'radio', '--link', link));
  await radio.said('its link', (line) => line.includes(link));
  const file = join(folder, 'hubs/hub-0001/hub.yaml');
  const text = readFileSync(file, 'utf8').replace('mqtts://127.0.0.1:8883', broker.url);
  const accessories = [
    { name: 'pendant', kind: 'pendant', id: '002a0001', location: 'on the wrist' },
    { name: 'extra-pendant', kind: 'extra-pendant', id: '002a0002' },
  ];
  const paths = { answerWithin: '2s', roundEvery: '1s' };
  writeFileSync(file, stringify({ ...(parse(text) as object), radio: { port: link }, accessories, paths }));
  const hub = startHubProcess(file);
  await Promise.all([hub.logged({ step: 'receiver' }), hub.logged({ step: 'connected' })]);
  const kinds = (ref: unknown): string[] => {
    const reader = openJournalReader(join(folder, 'hubs/hub-0001/journal.db'));
    const story = reader.story(String(ref)).map(({ kind }) => kind);
    reader.close();
    return story;
  };
  return { folder, broker, radio, hub, centre, startCentre, kinds };
}

test('a certificate is renewed while an alarm is on its way: no restart, no gap', async () => {
  const { folder, radio, hub, kinds } = await openWorld();
  provisionHub({ folder, renew: true, nowMs: Date.now() }, 'hub-0001');
  radio.type('press pendant');
  hub.kill('SIGHUP');
  const { ref } = await hub.logged({ step: 'acknowledged' });
  await hub.logged({ step: 'certificates', level: 'info' });
  await hub.logged({ step: 'connected' }, 2);
  expect(kinds(ref)).toEqual(['report', 'acknowledged']);
});

test('half of a pair is not taken, and the hub goes on with the certificate it has', async () => {
  const { folder, radio, hub } = await openWorld();
  const at = join(folder, 'hubs/hub-0001');
  copyFileSync(join(folder, 'centres/centre-1/centre-1.key'), join(at, 'hub-0001.key'));
  hub.kill('SIGHUP');
  expect(await hub.logged({ step: 'certificates', level: 'warn' })).toMatchObject({
    reason: 'certificate and key of centre.primary do not belong together',
  });
  radio.type('press pendant');
  await hub.logged({ step: 'acknowledged' });
});

test("another hub's certificate is not taken, and the hub goes on with its own", async () => {
  const { folder, radio, hub } = await openWorld();
  provisionHub({ folder, renew: false, nowMs: Date.now() }, 'hub-0002');
  for (const end of ['pem', 'key']) {
    copyFileSync(join(folder, `hubs/hub-0002/hub-0002.${end}`), join(folder, `hubs/hub-0001/hub-0001.${end}`));
  }
  hub.kill('SIGHUP');
  expect(await hub.logged({ step: 'certificates', level: 'warn' })).toMatchObject({
    reason: "the certificate of centre.primary is hub-0002's; right would be hub-0001's",
  });
  radio.type('press pendant');
  await hub.logged({ step: 'acknowledged' });
});

test('a certificate that the broker refuses gives way to the former one, until a good one is there', async () => {
  const { folder, radio, hub } = await openWorld();
  const strangers = createAuthority({ name: 'strangers' });
  onTestFinished(strangers.remove);
  const refused = strangers.issue({ commonName: 'hub-0001', use: 'client' });
  writeFileSync(join(folder, 'hubs/hub-0001/hub-0001.key'), refused.key);
  writeFileSync(join(folder, 'hubs/hub-0001/hub-0001.pem'), refused.certificate);
  hub.kill('SIGHUP');
  await hub.logged({ code: 'tls/own-certificate-refused' });
  await hub.logged({ step: 'certificates', level: 'warn' });
  await hub.logged({ step: 'connected' }, 2);
  radio.type('press pendant');
  await hub.logged({ step: 'acknowledged' });
  provisionHub({ folder, renew: true, nowMs: Date.now() }, 'hub-0001');
  hub.kill('SIGHUP');
  await hub.logged({ step: 'connected' }, 3);
  expect(hub.log().filter((line) => line['code'] === 'tls/own-certificate-refused')).toHaveLength(1);
});

test('a broker that offers nothing but old TLS while a certificate is renewed gets nothing, is told of, and is used when it is mended', async () => {
  const { folder, broker, radio, hub } = await openWorld();
  const read = (file: string): string => readFileSync(join(folder, 'broker', file), 'utf8');
  await broker.stop();
  const old = createServer({
    cert: read('server.pem'),
    key: read('server.key'),
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  let open = 0;
  // What the hub refuses is an error here too.
  old.on('tlsClientError', () => {}).on('secureConnection', () => (open += 1));
  old.listen(Number(new URL(broker.url).port), '127.0.0.1');
  await once(old, 'listening');
  onTestFinished(() => void old.close());
  provisionHub({ folder, renew: true, nowMs: Date.now() }, 'hub-0001');
  hub.kill('SIGHUP');
  expect(await hub.logged({ code: 'tls/failed' })).toMatchObject({
    advice: expect.stringContaining('1.2 is the least'),
  });
  radio.type('press pendant');
  await hub.logged({ step: 'alarm' });
  expect(open).toBe(0);
  await new Promise((closed) => old.close(closed));
  await broker.restart();
  await hub.logged({ step: 'acknowledged' });
});

test('the centre changes its key while an alarm is on its way: no gap, and the old key is worth nothing afterwards', async () => {
  const { folder, radio, hub, centre, startCentre, kinds } = await openWorld();
  const [old, next] = [join(folder, 'centres/centre-1/signing.pem'), join(folder, 'next.pem')];
  centre.kill('SIGTERM');
  await centre.end();
  radio.type('press pendant');
  await hub.logged({ step: 'publish' });
  const changed = await startCentre('--key', next, '--former-key', old);
  const { ref } = await hub.logged({ step: 'acknowledged' });
  expect(kinds(ref)).toEqual(['report', 'acknowledged']);
  await hub.logged({ step: 'centre-key' }, 2);
  changed.kill('SIGTERM');
  await changed.end();

  const former = await startCentre('--key', old);
  // Another pendant: the same one so soon would be the same press (B1.2).
  radio.type('press extra-pendant');
  await former.said('a case', (line) => line.includes('"event":"opened"'));
  const isRefused = () => hub.log().some((line) => JSON.stringify(line).includes('signature/unknown-key'));
  await expect.poll(isRefused).toBe(true);
  former.kill('SIGTERM');
  await former.end();
  await startCentre('--key', next);
  await hub.logged({ step: 'acknowledged' }, 2);
});
