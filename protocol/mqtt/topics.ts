import { failure, type Result, success } from '#protocol/core/result.ts';
import { idPattern } from './identifiers.ts';
import { type Problem, problem, quoted } from './problem.ts';

/** How a message of a topic is published. */
export interface Delivery {
  qos: 0 | 1;
  retain: boolean;
}

/** The topics below `hub/v1/{hub}/` and how each is published; `up` is written by the hub, `down` by the centre. */
export const hubTopics = {
  'up/report': { qos: 1, retain: false },
  'up/heartbeat': { qos: 0, retain: false },
  'up/state': { qos: 1, retain: true },
  'up/result': { qos: 1, retain: false },
  /** Answers to heartbeats go on it with QoS 0 (`heartbeatAnswerDelivery`): a late one is worth nothing. */
  'down/ack': { qos: 1, retain: false },
  'down/command': { qos: 1, retain: false },
} as const satisfies Record<string, Delivery>;

export type HubTopicName = keyof typeof hubTopics;

export const heartbeatAnswerDelivery: Delivery = { qos: 0, retain: false };

export const centreStateDelivery: Delivery = { qos: 1, retain: true };

/** What a centre subscribes to: everything that any hub sends. */
export const everyHubUp = 'hub/v1/+/up/#';

/** What a hub subscribes to beside its own: whether the centres are there. */
export const everyCentreState = 'centre/v1/+/state';

/** Bytes of the longest topic there is: what is longer is not looked at. */
const topicLimit = 64;

const id = new RegExp(idPattern, 'u');

export function isId(text: string): boolean {
  return id.test(text);
}

/** The topic of a hub. Throws on an id that is none: it is the program's own, and a wildcard must never slip in. */
export function hubTopic(hub: string, name: HubTopicName): string {
  return `hub/v1/${assertedId(hub)}/${name}`;
}

/** What a hub subscribes to: everything sent to it. Throws on an id that is none. */
export function hubDown(hub: string): string {
  return `hub/v1/${assertedId(hub)}/down/#`;
}

/** Where a centre tells whether it is there. Throws on an id that is none. */
export function centreStateTopic(centre: string): string {
  return `centre/v1/${assertedId(centre)}/state`;
}

export type Topic = { of: 'hub'; hub: string; name: HubTopicName } | { of: 'centre'; centre: string; name: 'state' };

/** Reads the topic of a message that came in. */
export function parseTopic(topic: string): Result<Topic, Problem> {
  if (topic.length > topicLimit) {
    return unknownTopic(topic);
  }
  const [root, version, owner, ...rest] = topic.split('/');
  const name = rest.join('/');
  if (version !== 'v1' || owner === undefined || !isId(owner)) {
    return unknownTopic(topic);
  }
  if (root === 'hub' && isHubTopicName(name)) {
    return success({ of: 'hub', hub: owner, name });
  }
  if (root === 'centre' && name === 'state') {
    return success({ of: 'centre', centre: owner, name });
  }
  return unknownTopic(topic);
}

function isHubTopicName(name: string): name is HubTopicName {
  return Object.hasOwn(hubTopics, name);
}

function unknownTopic(topic: string): Result<never, Problem> {
  const names = Object.keys(hubTopics).join(', ');
  const right = `right would be hub/v1/{hub}/ with one of ${names}, or centre/v1/{centre}/state`;
  return failure(problem('topic/unknown', `topic ${quoted(topic)} is not known; ${right}`));
}

function assertedId(text: string): string {
  if (!isId(text)) {
    throw new TypeError(`${quoted(text)} is no id; right would be ${idPattern}`);
  }
  return text;
}
