import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeKey } from '#centre/keys.ts';
import { startBroker } from './broker.ts';
import { type Side, programOf, startChild, startSide } from './child.ts';
import type { PressAnswer, PressRequest } from './pressSide.ts';

export type PressSide = Side<PressRequest, PressAnswer>;

/** Presses before anything is measured: the code is compiled, the files have grown. */
const warmUpPresses = 400;

/** The hub, mosquitto, and a centre in a process of its own that tells its story as in service. */
export async function startProduct(parent: string): Promise<PressSide> {
  const folder = folderOf(parent, 'product');
  const broker = await startBroker(folder);
  const key = makeKey();
  const keyFile = join(folder, 'centre.pem');
  writeFileSync(keyFile, key.privatePem, { mode: 0o600 });
  const centre = startChild(process.execPath, [
    fileURLToPath(import.meta.resolve('#scripts/welfareHub.ts')),
    'centre',
    '--broker',
    broker.url,
    '--key',
    keyFile,
    '--json',
  ]);
  await centre.line((line) => line.includes('"event":"connected"'));
  const side: PressSide = await startSide(new URL('hubSide.ts', import.meta.url), [
    folder,
    broker.url,
    key.keyId,
    key.publicKey,
  ]);
  return await warm(side, [centre.end, broker.end]);
}

/** The same chain of processes with nothing in them that need not be. */
export async function startFloor(parent: string): Promise<PressSide> {
  const folder = folderOf(parent, 'floor');
  const perl = programOf('perl', 'perl-base');
  const centre = startChild(process.execPath, [fileURLToPath(new URL('floorCentre.ts', import.meta.url))]);
  const [port = '', publicKey = ''] = (await centre.line(() => true)).split(' ');
  const relay = startChild(perl, [fileURLToPath(new URL('relay.pl', import.meta.url)), port]);
  const relayPort = await relay.line(() => true);
  const side: PressSide = await startSide(new URL('floorSide.ts', import.meta.url), [folder, relayPort, publicKey]);
  return await warm(side, [relay.end, centre.end]);
}

function folderOf(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  return folder;
}

async function warm(side: PressSide, others: readonly (() => Promise<void>)[]): Promise<PressSide> {
  await side.ask({ count: warmUpPresses, behindHeartbeat: false });
  return {
    ask: side.ask,
    async end() {
      await side.end();
      for (const end of others) await end();
    },
  };
}
