import { type Configuration, readConfiguration } from '#protocol/configuration/configuration.ts';

/** A configuration for a test: every default, and what the test lays over it. */
export function homeConfiguration(layer: Readonly<Record<string, unknown>> = {}): Configuration {
  const read = readConfiguration({
    hub: 'hub-0001',
    centre: { primary: { url: 'mqtt://127.0.0.1:1883' } },
    ...layer,
  });
  if (!read.ok) throw new Error(read.problem.map(({ message }) => message).join('\n'));
  return read.value;
}
