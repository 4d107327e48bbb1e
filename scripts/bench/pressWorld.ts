import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeKey } from '#centre/keys.ts';
import { startBroker } from './broker.ts';
import { type Side, programOf, startChild, startSide } from './child.ts';
import type { PressAnswer, PressRequest } from './pressSide.ts';

export type PressSide = Side<PressRequest, PressAnswer>;

/** Presses before anything is measured: while V8 still compiles, one press in fifty waits for it. */
const warmUpPresses = 2_000;

/** The hub, mosquitto, and a centre in a process of its own that tells its story as in service. */
export async function startProduct(parent: string): Promise<PressSide> {
  return await open(parent, 'product', async (folder, closeLater) => {
    const broker = await startBroker(folder);
    closeLater(broker.remove);
    const key = makeKey();
    const keyFile = join(folder, 'centre.pem');
    writeFileSync(keyFile, key.privatePem, { mode: 0o600 });
    const centreArguments = ['centre', '--broker', broker.url, '--key', keyFile, '--json'];
    const centre = startChild(process.execPath, [programFile('#scripts/welfareHub.ts'), ...centreArguments]);
    closeLater(centre.end);
    await centre.line((line) => line.includes('"event":"connected"'));
    const hubArguments = [folder, broker.url, key.keyId, key.publicKey];
    return await startSide(new URL('hubSide.ts', import.meta.url), hubArguments);
  });
}

/** The same chain of processes with nothing in them that need not be. */
export async function startFloor(parent: string): Promise<PressSide> {
  return await open(parent, 'floor', async (folder, closeLater) => {
    const centre = startChild(process.execPath, [programFile('./floorCentre.ts')]);
    closeLater(centre.end);
    const [port = '', publicKey = ''] = (await centre.line(() => true)).split(' ');
    const relay = startChild(programOf('perl', 'perl-base'), [programFile('./relay.pl'), port]);
    closeLater(relay.end);
    const relayPort = await relay.line(() => true);
    return await startSide(new URL('floorSide.ts', import.meta.url), [folder, relayPort, publicKey]);
  });
}

function programFile(name: string): string {
  return fileURLToPath(import.meta.resolve(name));
}

/** Starts a world in a folder of its own and warms it up; what goes wrong on the way leaves nothing running. */
async function open(
  parent: string,
  name: string,
  start: (folder: string, closeLater: (closer: () => Promise<void>) => void) => Promise<PressSide>,
): Promise<PressSide> {
  const folder = join(parent, name);
  mkdirSync(folder);
  const opened: (() => Promise<void>)[] = [];
  const end = async (): Promise<void> => {
    for (let last = opened.pop(); last !== undefined; last = opened.pop()) await last();
  };
  try {
    const side = await start(folder, (closer) => opened.push(closer));
    opened.push(side.end);
    await side.ask({ count: warmUpPresses, behindHeartbeat: false });
    return { ask: side.ask, end };
  } catch (error) {
    await end();
    throw error;
  }
}
