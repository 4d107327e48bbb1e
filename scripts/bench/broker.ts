import { findMosquitto, type Mosquitto, startMosquitto } from '#simulator/network/mosquitto.ts';
import { CannotRun } from './benchmark.ts';

/** Mosquitto as it is run for real but for the certificates, and with nothing to do beside what is measured. */
export async function startBroker(folder: string): Promise<Mosquitto> {
  if (findMosquitto() === undefined) throw new CannotRun('mosquitto is missing: apt-get install mosquitto');
  return await startMosquitto({ parent: folder, lines: ['sys_interval 0', 'connection_messages false'] });
}
