import type { VoiceListener, VoicePath, VoicePathName } from '#agent/hub/devices.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Cancel, minuteMs, secondMs } from '#protocol/core/time.ts';
import type { Action } from './action.ts';
import { usualHabits } from './centreHabits.ts';
import type { NetworkState, Side, SideOptions } from './side.ts';
import type { VoiceEvent } from './world.ts';

/** From dialling until it rings at the other end. */
const setUpMs: Readonly<Record<VoicePathName, number>> = { sip: 500, modem: 3 * secondMs };

/** A call whose way is gone is noticed after so long: no sound comes any more. */
const silenceMs = 2 * secondMs;

/** The operator's patience with a hub that does not answer. */
const patienceMs = minuteMs;

/** The numbers of this world: the centre's two, and the hub's. They are in ranges kept free for fiction. */
export const centreNumber = '+46313900600';
export const otherCentreNumber = '+46313900601';
const hubNumber = '+46701740605';

const pathNames: readonly VoicePathName[] = ['sip', 'modem'];

type Deed = Extract<Action, { word: 'operator' }>;
type Outcome = Result<void, string>;

interface Call {
  path: VoicePathName;
  by: VoiceEvent['by'];
  to: string;
  isConnected: boolean;
}

/**
 * The operator at the telephone, the one of both centres, and the ways of a voice to him: SIP over the data bearer, and
 * the modem's own calls. One call at a time. A call ends with the hub's program: the driver hangs up what it finds.
 */
export function createOperatorSide({ clock, recorder, centre }: SideOptions, network: NetworkState): Side {
  const { answersAfterMs = usualHabits.answersAfterMs ?? 0, talksForMs } = centre;
  const listeners = new Map<VoicePathName, VoiceListener>();
  let answers = centre.answersAfterMs !== undefined;
  let call: Call | undefined;
  let cancelNext: Cancel = () => {};
  let cancelWatch: Cancel = () => {};

  const isUp = (path: VoicePathName): boolean => (path === 'sip' ? network.isUp() : network.isRegistered());

  function next(delayMs: number, then: () => void): void {
    cancelNext();
    cancelNext = clock.at(clock.monotonicMs() + delayMs, then);
  }

  function note(is: VoiceEvent['is'], reason?: string): void {
    if (call === undefined) return;
    const { path, by, to } = call;
    recorder.note({ kind: 'voice', is, path, by, to, ...(reason === undefined ? {} : { reason }) });
  }

  function begin(begun: Omit<Call, 'isConnected'>): void {
    call = { ...begun, isConnected: false };
    watch();
  }

  /** Looks whether the way still carries the call; only while there is one. */
  function watch(): void {
    cancelWatch();
    cancelWatch = clock.at(clock.monotonicMs() + silenceMs, () => {
      if (call === undefined) return;
      if (isUp(call.path)) watch();
      else over('the connection was lost');
    });
  }

  /** The call is over, whoever ended it; the hub is told unless it did. */
  function over(reason: string, isHubTold = true): void {
    if (call === undefined) return;
    const { path, isConnected } = call;
    note(isConnected ? 'ended' : 'failed', reason);
    call = undefined;
    cancelNext();
    cancelWatch();
    if (!isHubTold) return;
    if (isConnected) listeners.get(path)?.ended(reason);
    else listeners.get(path)?.failed(reason);
  }

  function connect(): void {
    if (call === undefined) return;
    call.isConnected = true;
    note('connected');
    next(talksForMs, () => over('the operator hung up'));
    listeners.get(call.path)?.connected();
  }

  function dial(path: VoicePathName, to: string): void {
    begin({ path, by: 'hub', to });
    next(setUpMs[path], () => {
      if (!isUp(path)) return over('there is no way out');
      if (to !== centreNumber && to !== otherCentreNumber) return over('nobody has this number');
      note('ringing');
      if (answers) next(answersAfterMs, connect);
      listeners.get(path)?.ringing();
    });
  }

  /** The operator calls the hub, by the way that he can. */
  function callHub(): Outcome {
    if (call !== undefined) return failure('operator: calls: there is a call already');
    const path = pathNames.find((name) => isUp(name) && listeners.has(name));
    begin({ path: path ?? 'modem', by: 'centre', to: hubNumber });
    if (path === undefined) {
      over('the hub cannot be reached', false);
      return success(undefined);
    }
    note('ringing');
    next(patienceMs, () => over('the hub did not answer'));
    listeners.get(path)?.incoming(centreNumber);
    return success(undefined);
  }

  function inCall(does: string, then: (path: VoicePathName) => void): Outcome {
    if (call === undefined) return failure(`operator: ${does}: there is no call`);
    then(call.path);
    return success(undefined);
  }

  function perform(deed: Deed): Outcome {
    switch (deed.does) {
      case 'answers':
      case 'does-not-answer':
        answers = deed.does === 'answers';
        return success(undefined);
      case 'calls':
        return callHub();
      case 'hangs-up':
        return inCall(deed.does, () => over('the operator hung up'));
      case 'key':
        if (call?.isConnected !== true) return failure('operator: dtmf: nobody talks');
        return inCall('dtmf', (path) => listeners.get(path)?.key(deed.digit));
    }
  }

  function pathOf(name: VoicePathName, listener: VoiceListener): VoicePath {
    listeners.set(name, listener);
    return {
      name,
      isUp: () => isUp(name),
      dial: (to) => dial(name, to),
      answer: () => next(0, connect),
      refuse: () => {
        if (call?.by === 'centre') over('the hub refused', false);
      },
      hangUp: () => over('the hub hung up', false),
      setMode() {},
      changeVolume() {},
      switchOutput() {},
      stop() {
        listeners.delete(name);
        if (call?.path === name) over('the hub hung up', false);
      },
    };
  }

  return {
    perform: (action) => (action.word === 'operator' ? perform(action) : undefined),
    devices: () => ({ voicePaths: pathNames.map((name) => (listener) => pathOf(name, listener)) }),
    onEnd() {
      listeners.clear();
      over('the hub is gone', false);
    },
  };
}
