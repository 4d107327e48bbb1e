import { type Static, Type } from 'typebox';
import { readDocument } from '#protocol/configuration/document.ts';
import { durationWithoutDefault, map, printable, secret, text } from '#protocol/configuration/keys.ts';
import type { DocumentProblem } from '#protocol/configuration/problem.ts';
import { milliseconds } from '#protocol/configuration/values.ts';
import { type Result, success } from '#protocol/core/result.ts';
import { dayMs, secondMs } from '#protocol/core/time.ts';
import { idPattern } from '#protocol/mqtt/identifiers.ts';

const personal = (length: number, what: string, description: string) =>
  Type.Optional(secret(printable(length), `${what} of ${length} characters at most`, description));

const client = map(
  {
    unit: Type.Optional(
      text(
        printable(64),
        'a name of 64 characters at most',
        "The unit that looks after the client (H29). Without it, the hub's id up to its last hyphen.",
      ),
    ),
    name: personal(100, 'a name', "The client's name."),
    address: personal(200, 'an address', 'Street and number.'),
    town: personal(100, 'a town', 'The town.'),
    phone: personal(40, 'a number in quotes', 'The telephone number, in quotes.'),
    heartbeat: durationWithoutDefault(secondMs, dayMs, 'How often this hub beats, where that is not as usual.'),
  },
  'A client, by the id of the hub.',
);

/** Who lives where: what the text to the staff says and the statistics go by. */
export const clientsSchema = Type.Object(
  {
    clients: Type.Record(Type.String({ pattern: idPattern }), client, {
      additionalProperties: false,
      'x-keys': "a key is a hub's id: letters, digits and hyphens, 32 at most",
      description: "Each client, by the hub's id.",
    }),
  },
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'clients.yaml',
    description: 'Whose hubs they are: `welfare-hub centre --clients clients.yaml`.',
    additionalProperties: false,
    'x-whole': 'the file of clients',
  },
);

type ClientDocument = Static<typeof client>;

/** What stands for something in the text to the staff (H18). */
export const placeholders = ['name', 'address', 'town', 'phone', 'cause', 'hub', 'ref'] as const;
type Placeholder = (typeof placeholders)[number];

export const placeholderForm = /\{([^{}]*)\}/gu;

/** Who lives at which hub. */
export interface Clients {
  unitOf(hub: string): string;
  /** How often this hub beats, where that is said. */
  intervalMsOf(hub: string): number | undefined;
  /** A text with its placeholders filled in; what is not known of a client is said to be so. */
  fill(template: string, of: { hub: string; ref: string; cause: string }): string;
}

/** Reads a file of clients that was parsed already. */
export function readClients(value: unknown): Result<Clients, readonly DocumentProblem[]> {
  const read = readDocument(clientsSchema, value);
  return read.ok ? success(clientsOf(read.value.clients)) : read;
}

/** Nobody is known. */
export function noClients(): Clients {
  return clientsOf({});
}

function clientsOf(known: Readonly<Record<string, ClientDocument>>): Clients {
  const clients = new Map(Object.entries(known));
  return {
    unitOf: (hub) => clients.get(hub)?.unit ?? /^(.+)-[^-]*$/u.exec(hub)?.[1] ?? hub,
    intervalMsOf(hub) {
      const heartbeat = clients.get(hub)?.heartbeat;
      return heartbeat === undefined ? undefined : milliseconds(heartbeat);
    },
    fill(template, { hub, ref, cause }) {
      const { name = `the client of ${hub}`, ...rest } = clients.get(hub) ?? {};
      const { address = 'address not known', town = 'town not known', phone = 'no number' } = rest;
      const values: Readonly<Record<Placeholder, string>> = { name, address, town, phone, cause, hub, ref };
      // What a client's data hold is not looked at again.
      return template.replaceAll(placeholderForm, (written, key: string) => valueOf(values, key) ?? written);
    },
  };
}

function valueOf(values: Readonly<Record<Placeholder, string>>, key: string): string | undefined {
  const known = placeholders.find((placeholder) => placeholder === key);
  return known === undefined ? undefined : values[known];
}
