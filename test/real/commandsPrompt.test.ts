import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { startMosquitto } from '#simulator/network/mosquitto.ts';
import { startHubProcess } from './hubProcess.ts';
import { startObserver } from './observer.ts';
import { startProgram, welfareHub } from './program.ts';

test('a person at the centre asks a hub for this and that, and is told what became of it; all bodies fit the schemas', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string): string => join(folder, name);
  const broker = await startMosquitto();
  onTestFinished(broker.remove);
  const { url } = broker;
  const observer = await startObserver({ port: broker.port });
  const centre = startProgram(welfareHub('centre', '--broker', url, '--key', file('centre.pem')));
  await centre.said('that it is connected', (line) => line.includes('connected to'));
  const told = centre.stdout.join('\n');
  const [, keyId = '', publicKey = ''] = /"([0-9a-f]{8})": (\S+)/u.exec(told) ?? [];
  const primary = { url, keys: { [keyId]: publicKey } };
  const accessories = [{ name: 'pendant', kind: 'pendant', id: '002a0001' }];
  writeFileSync(
    file('hub.yaml'),
    stringify({
      hub: 'hub-0001',
      centre: { primary },
      radio: { port: file('tty') },
      accessories,
      journal: { file: 'journal.db' },
    }),
  );
  writeFileSync(file('next.yaml'), stringify({ version: 2, centre: { primary }, accessories }));
  const hub = startHubProcess(file('hub.yaml'));
  await centre.said('a heartbeat', (line) => line.includes('heartbeat 1'));

  const answers = async (line: string, text: string): Promise<void> => {
    centre.type(line);
    await centre.said(text, (said) => said.includes(text));
  };
  await answers('command hub-0001 test-alarm within 10m', 'test-alarm C');
  await centre.said('its result', (line) => /test-alarm C\d+: done/u.test(line));
  await answers('command hub-0001 call', 'refused, no voice is fitted to this hub');
  await answers(`configure hub-0001 ${file('next.yaml')}`, '{"version":2}');
  await answers('hubs', 'hub-0001  online');
  await answers('cases', 'test ');
  await answers('comand hub-0001 locate', 'did you mean command?');
  await answers(`extract hub-0001 ${file('all.csv')} from 2026-01-01`, 'entries of the journal of hub-0001');
  expect(readFileSync(file('all.csv'), 'utf8')).toMatch(/^seq,time.*\r\n[^]*,command,[^]*test-alarm/u);
  expect(statSync(file('all.csv')).mode & 0o777).toBe(0o600);
  await answers('commands', 'every command has its result');
  await observer.seen('up/result', 4);
  expect(observer.misfits()).toEqual([]);
  centre.type('quit');
  expect(await centre.end()).toEqual({ status: 0, signal: null });
  hub.kill('SIGTERM');
  await hub.end();
});
