import type { Light } from '#agent/hub/devices.ts';
import { statusCodes } from '#protocol/scaip/codes.ts';
import { type CentreName, type Device, devices } from '#simulator/world/action.ts';
import type { MobileEvent, VoiceEvent, WorldEvent } from '#simulator/world/world.ts';
import type { Condition, LaneRule, Tone } from './lanes.ts';

/** A lane of the page that says how something was over time. */
export interface NamedRule {
  name: string;
  rule: LaneRule;
}

const good = (words: string): Condition => ({ tone: 'good', words });
const bad = (words: string): Condition => ({ tone: 'bad', words });
const doubtful = (words: string): Condition => ({ tone: 'doubtful', words });
const nothing: Condition = good('');

const link: LaneRule = {
  first: good('up'),
  next(event) {
    if (event.kind !== 'link') return undefined;
    if (event.is === 'down') return bad('down');
    return event.difficulties === undefined ? good('up') : doubtful('bad');
  },
};

function path(at: CentreName): LaneRule {
  return {
    first: good('connected'),
    next(event) {
      if (event.kind === 'hub') return bad('not connected');
      if (event.kind !== 'path' || event.at !== at) return undefined;
      return event.is === 'up' ? good('connected') : bad('not connected');
    },
  };
}

const hub: LaneRule = {
  first: good('running'),
  next(event) {
    if (event.kind !== 'hub') return undefined;
    return event.is === 'starting' ? good('running') : bad(event.is.replaceAll('-', ' '));
  },
};

function device(name: Device): LaneRule {
  return {
    first: good('plugged in'),
    next(event) {
      if (event.kind !== 'device' || event.device !== name) return undefined;
      return event.is === 'unplugged' ? bad('unplugged') : good('plugged in');
    },
  };
}

function centre(at: CentreName): LaneRule {
  return {
    first: good('answers'),
    next(event) {
      if (event.kind === 'broker' && at === 'primary') {
        return event.is === 'running' ? good('answers') : bad('broker stopped');
      }
      if (event.kind !== 'centre' || event.at !== at || event.is === 'connected') return undefined;
      if (event.is === 'answers' || event.is === 'online') return good('answers');
      const isGone = event.is === 'offline' || event.is === 'disconnected' || event.is === 'silent';
      return { tone: isGone ? 'bad' : 'doubtful', words: event.is.replaceAll('-', ' ') };
    },
  };
}

const mains: LaneRule = {
  first: good('mains'),
  next: (event) => (event.kind === 'power' ? (event.mains ? good('mains') : doubtful('battery')) : undefined),
};

const modem: LaneRule = {
  first: good('registered'),
  next: (event) => (event.kind === 'mobile' ? mobileCondition(event) : undefined),
};

function mobileCondition({ sim, registration, access, data }: MobileEvent): Condition {
  if (sim !== 'ready') return bad(`SIM ${sim.replaceAll('-', ' ')}`);
  if (registration !== 'home' && registration !== 'roaming')
    return bad(registration === 'none' ? 'not registered' : registration);
  const words = registration === 'home' ? access : `${access}, roaming`;
  return data ? good(words) : doubtful(`${words}, no data`);
}

const callConditions: Readonly<Record<VoiceEvent['is'], Condition>> = {
  ringing: doubtful('ringing'),
  connected: good('talking'),
  ended: nothing,
  failed: nothing,
};

const calls: LaneRule = {
  first: nothing,
  next: (event) => (event.kind === 'voice' ? callConditions[event.is] : event.kind === 'hub' ? nothing : undefined),
};

const visits: LaneRule = {
  first: nothing,
  next(event) {
    if (event.kind !== 'journal' || event.entry !== 'report' || event.report !== 'visit') return undefined;
    return event.status === statusCodes.checkOut.code ? nothing : good(`${event.from ?? 'staff'} is there`);
  },
};

const lightTones: Partial<Readonly<Record<Light, Tone>>> = {
  'no-connection': 'bad',
  alarm: 'doubtful',
  'cancel-window': 'doubtful',
  battery: 'doubtful',
  refused: 'bad',
  installer: 'doubtful',
  enrolling: 'doubtful',
};

/** The light of a hub without power is off. */
const light: LaneRule = {
  first: good('ready'),
  next(event) {
    if (event.kind === 'hub' && event.is === 'without-power') return nothing;
    if (event.kind !== 'light') return undefined;
    const words = event.name === 'off' ? '' : event.name.replaceAll('-', ' ');
    return { tone: lightTones[event.name] ?? 'good', words };
  },
};

const has = (events: readonly WorldEvent[], isIt: (event: WorldEvent) => boolean): boolean => events.some(isIt);

const always = (): boolean => true;

interface ShownRule extends NamedRule {
  /** A lane without a story only takes room. */
  isShown(events: readonly WorldEvent[]): boolean;
}

function shown(rules: readonly ShownRule[], events: readonly WorldEvent[]): NamedRule[] {
  return rules.filter(({ isShown }) => isShown(events));
}

/** What stands above the reports: the home and the hub itself. */
export function homeRules(events: readonly WorldEvent[]): NamedRule[] {
  const deviceRules = devices.map((name) => ({
    name: name === 'radio' ? 'Radio receiver' : `Device: ${name}`,
    rule: device(name),
    isShown: (all: readonly WorldEvent[]) => has(all, (event) => event.kind === 'device' && event.device === name),
  }));
  return shown(
    [
      ...deviceRules,
      { name: 'Power', rule: mains, isShown: (all) => has(all, ({ kind }) => kind === 'power') },
      { name: 'Hub', rule: hub, isShown: always },
      { name: 'Light', rule: light, isShown: (all) => has(all, ({ kind }) => kind === 'light') },
      {
        name: 'Staff',
        rule: visits,
        isShown: (all) => has(all, (event) => event.kind === 'journal' && event.report === 'visit'),
      },
    ],
    events,
  );
}

/** What stands below the reports: the ways to the centres, and these. */
export function networkRules(events: readonly WorldEvent[]): NamedRule[] {
  const isReserves = (all: readonly WorldEvent[]): boolean =>
    has(all, (event) => 'at' in event && event.at === 'reserve' && (event.kind !== 'path' || event.is === 'down'));
  return shown(
    [
      { name: 'Calls', rule: calls, isShown: (all) => has(all, ({ kind }) => kind === 'voice') },
      { name: 'Modem', rule: modem, isShown: (all) => has(all, ({ kind }) => kind === 'mobile') },
      { name: 'Link', rule: link, isShown: always },
      { name: 'Hub to centre', rule: path('primary'), isShown: always },
      { name: 'Hub to reserve', rule: path('reserve'), isShown: isReserves },
      { name: 'Centre', rule: centre('primary'), isShown: always },
      { name: 'Reserve centre', rule: centre('reserve'), isShown: isReserves },
    ],
    events,
  );
}
