import { type Clock, hourMs, minuteMs } from '#protocol/core/time.ts';
import type { Result } from '#protocol/core/result.ts';
import { type Answer, obeyWords, type Words } from '#protocol/core/words.ts';
import type { Command } from '#protocol/mqtt/command.ts';
import { createCaseBook } from './cases.ts';
import { type Centre, createCentre } from './centre.ts';
import { type Commands, createCommands } from './commands.ts';
import { createDesk } from './desk/desk.ts';
import { deskWords } from './desk/deskWords.ts';
import type { CentreEvent } from './events.ts';
import { createHubs } from './hubs.ts';
import { createKeyRotation, type KeyRotation } from './keyRotation.ts';
import { sha256Hex, type SigningKey } from './keys.ts';
import { centreWords, promptLineLimit } from './prompt.ts';
import type { Clients } from './rules/clients.ts';
import type { CentrePolicy } from './rules/policy.ts';
import { StoreError } from './store/errors.ts';
import { commandEntry, entryOf } from './store/log.ts';
import type { Store } from './store/store.ts';

/** What is older than the policy keeps it leaves the store so often. */
const pruneEveryMs = hourMs;

/** Words by which a person acts: they are in the log, with what stands next to them. Commands are there anyway. */
const loggedWords: readonly string[] = [
  'answer',
  'dispatch',
  'accept',
  'decline',
  'close',
  'operator',
  'staff',
  'policy',
  'deliver',
];

export interface ReceivingCentreOptions {
  clock: Clock;
  policy: CentrePolicy;
  clients: Clients;
  /** Without it everything is in memory, and forgotten with the program. */
  store?: Store | undefined;
  /** Another process on a broker of its own: it knows what it is, and the hubs decide when they use it (H16). */
  role: 'primary' | 'reserve';
  /** Two keys, when the centre changes the one by which it signs. */
  rotate?: { current: SigningKey; former: SigningKey } | undefined;
  /** Takes what happens, in the order of its happening. */
  told(event: CentreEvent): void;
  /** Sends a text to the staff (H18). It is nowhere else: neither in the store nor in any log. */
  sendText(to: { hub: string; ref: string }, text: string): void;
  /** Sends a command to a hub. */
  send(command: Command): void;
  /** The store cannot be written: the centre answers nothing any more, so that hubs go to the reserve. */
  failed(error: StoreError): void;
}

/** A receiving centre without its wires: what hubs say, what operators and staff do, and what is kept of it. */
export interface ReceivingCentre {
  centre: Centre;
  commands: Commands;
  rotation: KeyRotation | undefined;
  /** Takes what happens outside of the centre proper: whether it is connected. */
  hear(event: CentreEvent): void;
  words: Words;
  /** Does what a line of words says, all or nothing; nothing when the centre cannot go on. */
  obey(words: Words, line: string): Result<Answer, string> | undefined;
  stop(): void;
}

export function createReceivingCentre(options: ReceivingCentreOptions): ReceivingCentre {
  const { clients, store, role, rotate, told, sendText, send, failed } = options;
  const book = store ?? createCaseBook();
  let { policy } = options;
  let isOver = false;

  /** What is to be done when what led to it is kept. */
  let effects: (() => void)[] | undefined;

  /** Does something and keeps what comes of it, then tells and sends; or nothing of it. */
  function guard<Value>(act: () => Value): Value | undefined {
    if (isOver) return undefined;
    if (effects !== undefined) return act();
    const mine: (() => void)[] = [];
    effects = mine;
    let value: Value;
    try {
      value = store === undefined ? act() : store.together(act);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      isOver = true;
      failed(error);
      return undefined;
    } finally {
      effects = undefined;
    }
    mine.forEach((effect) => effect());
    return value;
  }

  function afterwards(effect: () => void): void {
    if (effects === undefined) effect();
    else effects.push(effect);
  }

  const clock: Clock = { ...options.clock, at: (atMs, action) => options.clock.at(atMs, () => guard(action)) };

  function listener(event: CentreEvent): void {
    afterwards(() => told(event));
    const entry = store === undefined ? undefined : entryOf(event);
    if (entry !== undefined) store?.log(entry, clock.wallMs());
    hubs.hear(event);
    commands.hear(event);
    desk.hear(event);
    rotation?.hear(event);
  }

  const commands = createCommands({
    clock,
    listener,
    send(command) {
      store?.log(commandEntry(command), clock.wallMs());
      afterwards(() => send(command));
    },
  });
  const hubs = createHubs({
    clock,
    listener,
    role,
    intervalMsOf: (hub) =>
      (policy.heartbeat.tellHubs ? undefined : clients.intervalMsOf(hub)) ?? policy.heartbeat.intervalMs,
    missed: () => policy.heartbeat.missed,
    ...(store === undefined ? {} : { book: store }),
  });
  const desk = createDesk({
    clock,
    book,
    policy: () => policy,
    clients,
    listener,
    sendText: (to, text) => afterwards(() => sendText(to, text)),
    closeVisit: (hub) => void commands.order(hub, 'close-visit', {}),
  });
  const centre = createCentre({ clock, sha256Hex, listener, book, hasRoom: desk.hasRoom });
  const rotation = rotate === undefined ? undefined : createKeyRotation({ ...rotate, order: commands.order });

  function change(changed: Partial<CentrePolicy>): void {
    policy = { ...policy, ...changed };
    desk.policyChanged();
  }

  function tidyUp(): void {
    store?.prune(clock.wallMs() - policy.keepMs);
    clock.at(clock.monotonicMs() + pruneEveryMs, tidyUp);
  }

  const { answers, heartbeat } = policy;
  centre.setPolicy(answers);
  if (heartbeat.tellHubs) centre.setHeartbeatInterval(heartbeat.intervalMs / minuteMs);
  if (store !== undefined) guard(tidyUp);

  return {
    centre: {
      ...centre,
      report: (hub, envelope) => guard(() => centre.report(hub, envelope)),
      heartbeat: (hub, beat) => guard(() => centre.heartbeat(hub, beat)),
      hubState: (hub, state) => guard(() => centre.hubState(hub, state)),
      result: (hub, result) => guard(() => centre.result(hub, result)),
      refuse: (hub, problem, ref) => guard(() => centre.refuse(hub, problem, ref)),
    },
    commands,
    rotation,
    hear: (event) => guard(() => listener(event)),
    words: {
      ...deskWords({
        desk,
        setOperator: (does) => change({ operator: { ...policy.operator, does } }),
        setStaff: (does) => change({ staff: { ...policy.staff, does, onThePhone: does } }),
      }),
      ...centreWords(centre, hubs),
    },
    obey: (words, line) =>
      guard(() => {
        const done = obeyWords(words, line, promptLineLimit);
        const [word = '', first = ''] = line.trim().split(/\s+/u);
        if (done.ok && loggedWords.includes(word)) {
          store?.log({ kind: 'by-hand', words: `${word} ${first}`, body: { word } }, clock.wallMs());
        }
        return done;
      }),
    stop() {
      isOver = true;
      store?.close();
    },
  };
}
