import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { startMosquitto } from '#simulator/network/mosquitto.ts';
import { startHubProcess } from './hubProcess.ts';
import { type Program, startProgram, welfareHub } from './program.ts';

interface Told {
  event: string;
  [field: string]: unknown;
}

interface CentreProcess extends Program {
  /** What it calls its key, and the key. */
  keys: Readonly<Record<string, string>>;
  /** Kept with what it tells when that has these fields. */
  tells(fields: Told, times?: number): Promise<Told>;
}

/** A centre as a program on a broker; it is ready when this is kept. */
async function startCentre(url: string, ...words: string[]): Promise<CentreProcess> {
  const program = startProgram(welfareHub('centre', '--broker', url, '--json', ...words));
  const has = (line: string, fields: Told): boolean => {
    const told = line.startsWith('{') ? (JSON.parse(line) as Told) : undefined;
    return told !== undefined && Object.entries(fields).every(([key, value]) => told[key] === value);
  };
  const tells: CentreProcess['tells'] = async (fields, times) =>
    JSON.parse(await program.said(JSON.stringify(fields), (line) => has(line, fields), times)) as Told;
  const started = await tells({ event: 'started' });
  await tells({ event: 'connected' });
  return { ...program, keys: { [String(started['keyId'])]: String(started['publicKey']) }, tells };
}

/** What another program on the store says. */
async function readStore(...words: string[]): Promise<string[]> {
  const program = startProgram(welfareHub('centre', ...words));
  expect(await program.end()).toEqual({ status: 0, signal: null });
  return [...program.stdout];
}

test('a reserve takes over when the centre dies; the centre comes back to its cases, and its log has it all', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reserve-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string): string => join(folder, name);
  const [broker, other] = await Promise.all([startMosquitto(), startMosquitto()]);
  onTestFinished(broker.remove);
  onTestFinished(other.remove);
  // Long enough for a machine that does many other things.
  const heartbeat = { interval: '2s' };
  const operator = { does: 'answers', after: '1s', talksFor: '0s' };
  writeFileSync(at('policy.yaml'), stringify({ heartbeat, operator }));
  writeFileSync(at('reserve.yaml'), stringify({ heartbeat }));
  writeFileSync(at('clients.yaml'), stringify({ clients: { 'hub-0001': { name: 'Anna', unit: 'north' } } }));
  const files = ['--key', at('key.pem'), '--store', at('centre.db'), '--clients', at('clients.yaml')];
  const start = async () => await startCentre(broker.url, ...files, '--policy', at('policy.yaml'));
  const [centre, reserve] = await Promise.all([
    start(),
    startCentre(other.url, '--name', 'reserve-1', '--reserve', '--policy', at('reserve.yaml')),
  ]);
  const radio = startProgram(welfareHub('device', 'radio', '--link', at('ttyRADIO')));
  await radio.said('its link', (line) => line.includes('ttyRADIO'));
  writeFileSync(
    at('hub.yaml'),
    stringify({
      hub: 'hub-0001',
      centre: { primary: { url: broker.url, keys: centre.keys }, reserve: { url: other.url, keys: reserve.keys } },
      heartbeat: { interval: '1s', answerWithin: '10s', probeEvery: '1s' },
      radio: { port: at('ttyRADIO') },
      accessories: [
        { name: 'pendant', kind: 'pendant', id: '002a0001' },
        { name: 'extra-pendant', kind: 'extra-pendant', id: '002a0002' },
      ],
      journal: { file: 'journal.db' },
    }),
  );
  const hub = startHubProcess(at('hub.yaml'));
  await Promise.all([hub.logged({ step: 'receiver' }), hub.logged({ step: 'connected' })]);

  radio.type('press pendant');
  const { ref } = await centre.tells({ event: 'dispatched', hub: 'hub-0001', cause: 'the operator decided so' });
  const sms = await centre.tells({ event: 'sms' });
  expect(sms['text']).toContain(`Anna, address not known`);

  centre.kill('SIGKILL');
  await centre.end();
  await reserve.tells({ event: 'taken-over', hub: 'hub-0001' });
  radio.type('press extra-pendant');
  await reserve.tells({ event: 'opened' });

  const again = await start();
  again.type('cases');
  const { cases } = await again.tells({ event: 'told' });
  expect(cases).toContainEqual(expect.objectContaining({ ref, report: 'alarm', stage: 'offered' }));
  again.type(`accept ${String(ref)}`);
  await again.tells({ event: 'accepted' });
  await reserve.tells({ event: 'given-back', hub: 'hub-0001' });

  hub.kill('SIGKILL');
  await hub.end();
  await again.tells({ event: 'hub-lost', hub: 'hub-0001' });
  startHubProcess(at('hub.yaml'));
  await again.tells({ event: 'hub-back', hub: 'hub-0001' });
  again.type('quit');
  expect(await again.end()).toEqual({ status: 0, signal: null });

  const log = await readStore('log', '--store', at('centre.db'), '--csv');
  const steps = ['opened', 'answered', 'dispatched', 'accepted', 'hub-lost', 'hub-back'];
  expect(log.map((line) => line.split(',')[2])).toEqual(expect.arrayContaining(steps));
  expect(log.join('\n')).not.toContain('Anna');
  const words = ['statistics', '--store', at('centre.db'), '--clients', at('clients.yaml'), '--json'];
  const [all, , north] = JSON.parse((await readStore(...words)).join('')) as object[];
  const figures = { month: 'all', newInstallations: 1, alarms: 1, answered: 1, dispatches: 1 };
  expect([all, north]).toMatchObject([
    { ...figures, unit: 'all' },
    { ...figures, unit: 'north' },
  ]);
});
