import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The shipped files: two folders up in the checkout, one in the package. */
function shipped(name: string): string {
  const places = ['../../deploy/mosquitto/', '../deploy/mosquitto/'];
  const found = places
    .map((place) => fileURLToPath(new URL(place + name, import.meta.url)))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error(`deploy/mosquitto/${name} is missing from the installation`);
  return readFileSync(found, 'utf8');
}

/** The shipped configuration, filled in, as a whole for `mosquitto -c`: with where its data and its log are. */
export function brokerSettings(at: { folder: string; address: string; port: number; user: string }): string {
  const filled = shipped('welfare-hub.conf')
    .replaceAll('@FOLDER@', at.folder)
    .replaceAll('@ADDRESS@', at.address)
    .replaceAll('@PORT@', String(at.port));
  return `user ${at.user}\npersistence_location ${at.folder}/data/\nlog_dest stderr\n\n${filled}`;
}

/** The shipped access list for these centres. */
export function brokerAccess(centres: readonly string[]): string {
  const [hubs = '', centre = ''] = shipped('welfare-hub.acl').split(/(?=^# The centre:)/mu);
  return [hubs, ...centres.map((id) => centre.replaceAll('@CENTRE@', id))].join('\n');
}
