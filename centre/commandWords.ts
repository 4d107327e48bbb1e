import { readYaml } from '#protocol/configuration/yamlText.ts';
import { parseDuration } from '#protocol/core/duration.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Answer, bare, hint, type Words } from '#protocol/core/words.ts';
import { type CommandName, commandNames } from '#protocol/mqtt/command.ts';
import { isId } from '#protocol/mqtt/topics.ts';
import type { Commands, Order } from './commands.ts';
import { type ExtractFile, startExtract } from './extracts.ts';
import { readSigned } from './signedFile.ts';

export interface CommandPorts {
  commands: Commands;
  /** Sends a command that was signed elsewhere. */
  deliver(hub: string, body: string): void;
  /** Reads a file that a person named; throws what is wrong with it. */
  readFile(file: string): string;
  /** Makes a file that only its owner reads; throws what is wrong with it. */
  createFile(file: string): ExtractFile;
  /** Tells what comes of something later on. */
  tell(answer: Answer): void;
}

/** The words of the prompt that send commands to hubs. */
export function commandWords(ports: CommandPorts): Words {
  const { commands } = ports;
  return {
    command: {
      usage: 'command HUB NAME [{ key: value, … }] [within 10m]',
      does: `asks a hub for something: ${commandNames.join(', ')}`,
      perform: ([hub = '', name = '', ...rest]) => command(ports, hub, name, rest.join(' ')),
    },
    configure: {
      usage: 'configure HUB FILE.yaml',
      does: 'sends a configuration: a whole one, with a higher version',
      perform: (rest) => configure(ports, rest),
    },
    deliver: {
      usage: 'deliver FILE',
      does: 'sends what `welfare-hub keys` has signed',
      perform: (rest) => deliver(ports, rest.join(' ')),
    },
    extract: {
      usage: 'extract HUB FILE.csv|FILE.json [from 2026-01-01] [to 2026-02-01]',
      does: 'fetches what the journal of a hub says of a period, piece by piece',
      perform: (rest) => extract(ports, rest),
    },
    commands: bare('commands', 'the commands that have no result yet', () => listed(commands)),
  };
}

function command({ commands }: CommandPorts, hub: string, said: string, rest: string): Result<Answer, string> {
  const name = commandNames.find((known) => known === said);
  if (name === undefined) return failure(`there is no command ${JSON.stringify(said)}; ${hint(said, commandNames)}`);
  const order = readOrder(rest);
  return order.ok ? send(commands, hub, name, order.value) : order;
}

function send(commands: Commands, hub: string, name: CommandName, order: Order): Result<Answer, string> {
  if (!isId(hub)) return noHub(hub);
  const sent = commands.order(hub, name, order);
  return sent.ok ? success({ text: `sent to ${hub}: ${name} ${sent.value.id}`, hub, name, id: sent.value.id }) : sent;
}

function noHub(hub: string): Result<never, string> {
  return failure(`${JSON.stringify(hub)} is no id of a hub; hubs lists those that were heard`);
}

/** What stands behind the name of a command: a map as in YAML, with or without its braces, and within what time. */
function readOrder(rest: string): Result<Order, string> {
  const [, written = '', said] = /^(.*?)(?:(?:^|\s)within\s+(\S+))?$/su.exec(rest.trim()) ?? [];
  const within = said === undefined ? undefined : parseDuration(said);
  if (within?.ok === false) return failure(`within: ${within.problem}`);
  const details = readDetails(written.trim());
  if (!details.ok) return details;
  return success({
    ...(details.value === undefined ? {} : { details: details.value }),
    ...(within === undefined ? {} : { withinMs: within.value }),
  });
}

function readDetails(written: string): Result<Readonly<Record<string, unknown>> | undefined, string> {
  if (written === '') return success(undefined);
  const read = readMap(written.startsWith('{') ? written : `{ ${written} }`);
  if (!read.ok) return failure(`what the command needs to know: ${read.problem}`);
  return read.value === undefined ? failure('what the command needs to know is no map of keys') : read;
}

/** YAML as hubs read it; of several problems the first says enough. */
function readMap(text: string): Result<Readonly<Record<string, unknown>> | undefined, string> {
  const read = readYaml(text);
  if (!read.ok) return failure(read.problem[0]?.message ?? 'no YAML');
  return success(isMap(read.value.value) ? read.value.value : undefined);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function configure(
  { commands, readFile }: CommandPorts,
  [hub = '', ...file]: readonly string[],
): Result<Answer, string> {
  const name = file.join(' ');
  if (name === '') return failure('configure: which file?');
  const text = tried(() => readFile(name));
  if (!text.ok) return text;
  const read = readMap(text.value);
  if (!read.ok) return failure(`${name}: ${read.problem}`);
  if (read.value === undefined) return failure(`${name}: no map of sections, as hub.yaml is one`);
  return send(commands, hub, 'configure', { details: { configuration: read.value } });
}

/** All of it or nothing: a file with anything else in it is another file. */
function deliver(ports: CommandPorts, name: string): Result<Answer, string> {
  if (name === '') return failure('deliver: which file?');
  const text = tried(() => ports.readFile(name));
  if (!text.ok) return text;
  const read = readSigned(text.value);
  if (!read.ok) return failure(`${name}: ${read.problem}`);
  const sent = read.value.map(({ hub, command, body }) => {
    ports.deliver(hub, body);
    return { hub, name: command.name, id: command.id };
  });
  const lines = sent.map(({ hub, name, id }) => `delivered to ${hub}: ${name} ${id}`);
  return success({ text: lines.join('\n'), delivered: sent });
}

function extract(ports: CommandPorts, [hub = '', file = '', ...rest]: readonly string[]): Result<Answer, string> {
  if (!isId(hub)) return noHub(hub);
  const format = /\.(csv|json)$/u.exec(file)?.[1];
  if (format !== 'csv' && format !== 'json') {
    return failure(`${JSON.stringify(file)}: right would be a file that ends in .csv or .json`);
  }
  const period = readPeriod(rest);
  if (!period.ok) return period;
  const opened = tried(() => ports.createFile(file));
  if (!opened.ok) return opened;
  const asked = { hub, file, format, period: period.value } as const;
  return startExtract({ ...asked, commands: ports.commands, opened: opened.value, tell: ports.tell });
}

function readPeriod(rest: readonly string[]): Result<{ from?: string; to?: string }, string> {
  const period: { from?: string; to?: string } = {};
  for (let index = 0; index < rest.length; index += 2) {
    const [word, time] = rest.slice(index, index + 2);
    if ((word !== 'from' && word !== 'to') || time === undefined) {
      return failure(`${JSON.stringify(word)} is not understood; right would be from or to and a time`);
    }
    period[word] = time;
  }
  return success(period);
}

function tried<Value>(act: () => Value): Result<Value, string> {
  try {
    return success(act());
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
}

function listed(commands: Commands): Result<Answer, string> {
  const waiting = commands.underWay();
  const lines = waiting.map(
    ({ command: { hub, id, name }, sendings }) => `${hub}  ${name} ${id}, sent ${sendings} times`,
  );
  const list = waiting.map(({ command: { hub, id, name }, sendings }) => ({ hub, id, name, sendings }));
  return success({ text: lines.join('\n') || 'every command has its result', commands: list });
}
