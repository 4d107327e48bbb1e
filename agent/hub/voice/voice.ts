import { startChart } from '#agent/hub/actors.ts';
import type { CommandOutcome, Concern, HubContext } from '#agent/hub/concern.ts';
import type { HubDevices, VoiceListener, VoicePath } from '#agent/hub/devices.ts';
import type { EntryBody, HandledAnswer, Kept } from '#agent/hub/ports.ts';
import type { Cancel } from '#protocol/core/time.ts';
import { minuteMs } from '#protocol/core/time.ts';
import type { ReportRecord } from '#protocol/mqtt/record.ts';
import { callRequests, statusCodes } from '#protocol/scaip/codes.ts';
import { type CallDecision, type CallEvent, callChart, type Ways } from './call.chart.ts';
import { readAskedCall } from './askedCall.ts';
import { calledFor, joined, kept, type Plan, planOf, readUnfinishedCall, receiverBy } from './unfinishedCall.ts';

/** The window in which the centre has said that it calls (B3.1), and the one after a call (B3.5). */
const windows = { callback: 'voice/callback', afterCall: 'voice/after-call' } as const;

/** The voice paths are needed in these; between two tries, too. */
const statesOfCall = ['calling', 'pausing', 'answering', 'talking'] as const;

/** The call between client and operator (B3). Numbers are in the journal (H17) and never in the log. */
export function createVoice(context: HubContext, { voicePaths = [] }: HubDevices): Concern {
  const { clock, configuration, deadlines, display, facts, log, reports, tell } = context;
  const chart = startChart(callChart, log);
  const settings = () => configuration().voice;
  const counters = { calls: 0, callsTried: 0, callsRefused: 0, noVoiceContact: 0, unknownKeys: 0 };
  let paths: readonly VoicePath[] = [];
  /** By which path the call under way goes, tried or talked. */
  let active: VoicePath | undefined;
  let isConnected = false;
  let isCallUp = false;
  let caller: { path: VoicePath; from: string } | undefined;
  let unfinished = readUnfinishedCall(facts);
  /** Why the last call or try ended. */
  let reason = '';
  let mustStartMs = 0;
  let cancelTimer: Cancel = () => {};

  deadlines.when(windows.callback, () => decide({ type: 'window-over' }));
  deadlines.when(windows.afterCall, () => note({ is: 'window-closed' }, [deadlines.clear(windows.afterCall)]));

  function note(body: EntryBody & { is: string }, keep?: readonly Kept[]): void {
    reports.note('call', body, keep);
  }

  function after(delayMs: number, then: () => void): void {
    cancelTimer();
    cancelTimer = clock.at(clock.monotonicMs() + delayMs, then);
  }

  function planFor(record: ReportRecord, answer: HandledAnswer): Plan | undefined {
    const accessory = configuration().accessories.find(({ id }) => id === record.did);
    // A hub to which no voice is fitted is one for people who are called by telephone; the centre knows that.
    const isSilent = voicePaths.length === 0 || accessory?.voice === 'none';
    return record.report === 'alarm' && !isSilent ? planOf(record, answer) : undefined;
  }

  function keepsOf(record: ReportRecord, answer: HandledAnswer): readonly Kept[] {
    const plan = planFor(record, answer);
    if (plan === undefined) return [];
    unfinished = joined(unfinished, plan, calledFor(record));
    const window = plan.how === 'callback' ? [deadlines.set(windows.callback, plan.minutes * minuteMs)] : [];
    return [kept(unfinished), ...window];
  }

  function acknowledged(record: ReportRecord, answer: HandledAnswer): void {
    const plan = planFor(record, answer);
    if (plan === undefined) return;
    if (answer.cre === callRequests.callNumber.code && plan.how === 'call' && plan.to === undefined) {
      log.warn({ ref: record.ref }, 'the centre gave no number that can be called; the predefined receiver is called');
    }
    note({ is: 'wanted', for: [record.ref], ...plan });
    want(plan);
    // A pendant's call is duplex, whatever it was before (B3.2).
    if (isConnected && plan.mode === 'duplex') active?.setMode('duplex');
  }

  function want({ how }: Plan): void {
    if (chart.isIn('idle') || chart.isIn('expecting')) mustStartMs = clock.monotonicMs() + settings().startWithinMs;
    decide(how === 'call' ? { type: 'wanted', ...waysNow() } : { type: 'callback-wanted' });
    // The window has ended meanwhile: nobody called.
    if (how === 'callback' && !deadlines.isSet(windows.callback)) decide({ type: 'window-over' });
  }

  /** The paths that can call the receiver, in their order. */
  function routes(): { path: VoicePath; to: string }[] {
    const plan = unfinished?.plan;
    return paths.flatMap((path) => {
      const to = receiverBy(path.name, plan?.how === 'call' ? plan.to : undefined, settings());
      return to === undefined ? [] : [{ path, to }];
    });
  }

  function waysNow(): Ways {
    return { ways: routes().map(({ path }) => path.isUp()), attempts: settings().attempts };
  }

  function decide(event: CallEvent): void {
    for (const decision of chart.send(event)) carryOut(decision);
    const isUp = statesOfCall.some((state) => chart.isIn(state));
    if (isUp === isCallUp) return;
    isCallUp = isUp;
    tell.callChanged(isUp);
  }

  function carryOut(decision: CallDecision): void {
    switch (decision.type) {
      case 'dial':
        return dial(decision.way, decision.number);
      case 'wait':
        return after(Math.min(settings().pauseMs, mustStartMs - clock.monotonicMs()), tryAgain);
      case 'pause':
        return after(settings().pauseMs, tryAgain);
      case 'join':
        return note({ is: 'joined', for: unfinished?.alarms.slice(-1).map(({ ref }) => ref) });
      case 'answer':
        return answer();
      case 'refuse':
        return refuse();
      case 'talk':
        return talk();
      case 'missed':
        return missed();
      case 'over':
        return over();
      case 'give-up':
        return giveUp();
      case 'close-window':
        return note({ is: 'window-closed' }, [deadlines.clear(windows.callback)]);
      default:
        return obey(decision);
    }
  }

  function tryAgain(): void {
    decide({ type: 'again', late: clock.monotonicMs() >= mustStartMs, ...waysNow() });
  }

  function dial(way: number, number: number): void {
    const route = routes()[way];
    counters.callsTried += 1;
    active = route?.path;
    if (route?.path.isUp() !== true) return failed('the voice path is down');
    const { path, to } = route;
    note({ is: 'dialled', path: path.name, to, try: number });
    log.info({ step: 'call', path: path.name, try: number }, 'the hub calls');
    after(settings().answerWithinMs, unanswered);
    if (number === 1) display.play('call');
    path.dial(to, unfinished?.plan.mode ?? 'duplex');
  }

  function unanswered(): void {
    const path = active;
    failed('not answered in time', () => path?.hangUp());
  }

  function failed(why: string, hangUp: () => void = () => {}): void {
    cancelTimer();
    note({ is: 'failed', path: active?.name, reason: why });
    hangUp();
    active = undefined;
    decide({ type: 'failed', ...waysNow() });
  }

  function answer(): void {
    if (caller === undefined) return;
    const { path, from } = caller;
    active = path;
    note({ is: 'answered', path: path.name, from });
    after(settings().answerWithinMs, unanswered);
    display.play('call');
    path.answer(unfinished?.plan.mode ?? 'duplex');
  }

  function refuse(): void {
    if (caller === undefined) return;
    counters.callsRefused += 1;
    note({ is: 'refused', path: caller.path.name, from: caller.from });
    log.info({ step: 'call', path: caller.path.name }, 'a call that comes in is refused');
    caller.path.refuse();
  }

  /** What was wanted before still is. */
  function missed(): void {
    if (unfinished !== undefined) want(unfinished.plan);
  }

  function talk(): void {
    isConnected = true;
    counters.calls += 1;
    note({ is: 'connected', path: active?.name });
    log.info({ step: 'call', path: active?.name }, 'the call is connected');
    after(settings().callAtMostMs, () => {
      const path = active;
      ended('it lasted too long');
      path?.hangUp();
    });
  }

  function ended(why: string): void {
    reason = why;
    decide({ type: 'ended' });
  }

  function over(): void {
    cancelTimer();
    isConnected = false;
    const alarms = unfinished?.alarms ?? [];
    unfinished = undefined;
    const keep = [kept(undefined), deadlines.set(windows.afterCall, settings().autoAnswerMs)];
    note({ is: 'ended', path: active?.name, reason, for: alarms.map(({ ref }) => ref) }, keep);
    log.info({ step: 'call', path: active?.name, reason }, 'the call has ended');
    active = undefined;
  }

  /** The centre is told of each alarm that nobody was spoken to, so that it dispatches (B3.3, H15). */
  function giveUp(): void {
    cancelTimer();
    counters.noVoiceContact += 1;
    const call = unfinished;
    if (call?.alarms.length === 0) unfinished = undefined;
    const window = deadlines.set(windows.afterCall, settings().autoAnswerMs);
    note({ is: 'no-contact', for: call?.alarms.map(({ ref }) => ref) }, [window]);
    log.warn({ step: 'call' }, 'there was no voice contact');
    call?.alarms.forEach(({ ref, ...alarm }, index) => {
      const left = { ...call, alarms: call.alarms.slice(index + 1) };
      unfinished = left.alarms.length === 0 ? undefined : left;
      const content = { report: 'update', of: ref, ...alarm, stc: statusCodes.noVoiceContact.code } as const;
      reports.report(content, { keep: [kept(unfinished)] });
    });
  }

  function obey(key: Extract<CallDecision, { type: 'hang-up' | 'volume' | 'mode' | 'output' | 'unknown-key' }>): void {
    const { type, ...what } = key;
    note({ is: 'key', does: type, ...what });
    switch (key.type) {
      case 'hang-up':
        reason = 'the operator cleared down';
        return active?.hangUp();
      case 'volume':
        return active?.changeVolume(key.steps);
      case 'mode':
        return active?.setMode(key.mode);
      case 'output':
        return active?.switchOutput();
      case 'unknown-key':
        counters.unknownKeys += 1;
        return undefined;
    }
  }

  /** Only the path that the call goes by is heard; what comes late from another one is of an old try. */
  function listenerOf(index: number): VoiceListener {
    const whenActive =
      <Told extends unknown[]>(hear: (...told: Told) => void) =>
      (...told: Told): void => {
        if (active !== undefined && active === paths[index]) hear(...told);
      };
    return {
      ringing: whenActive(() => note({ is: 'ringing', path: active?.name })),
      connected: whenActive(() => decide({ type: 'connected' })),
      ended: whenActive(ended),
      failed: whenActive((why) => failed(why)),
      key: whenActive((digit) => decide({ type: 'key', digit })),
      incoming(from) {
        const path = paths[index];
        if (path === undefined) return;
        caller = { path, from };
        decide({ type: 'incoming', open: isAnswered(from) });
      },
    };
  }

  /** Whether the hub answers by itself: in a window, and only the centre (B3.1, B3.5). */
  function isAnswered(from: string): boolean {
    const { callers } = settings();
    const isOpen = deadlines.isSet(windows.callback) || deadlines.isSet(windows.afterCall);
    return isOpen && (callers.length === 0 || callers.includes(from));
  }

  /** The centre asks for a call outright. That it begins is its result; what becomes of it is in the journal (H17). */
  function call(details: Readonly<Record<string, unknown>>): CommandOutcome {
    const asked = readAskedCall(details);
    if (!asked.ok) return { outcome: 'refused', reason: asked.problem };
    if (!chart.isIn('idle') && !chart.isIn('expecting')) return { outcome: 'refused', reason: oneAtATime };
    const before = unfinished;
    const plan = asked.value;
    unfinished = { plan, alarms: before?.alarms ?? [] };
    if (routes().length === 0) {
      unfinished = before;
      return { outcome: 'refused', reason: voicePaths.length === 0 ? noVoice : nobody };
    }
    note({ is: 'wanted', by: 'centre', ...plan }, [kept(unfinished)]);
    want(plan);
    return { outcome: 'done', body: { call: 'begun' } };
  }

  return {
    keepsOf,
    acknowledged,
    commands: { call },
    start() {
      paths = voicePaths.map((open, index) => open(listenerOf(index)));
      if (unfinished === undefined) return;
      note({ is: 'wanted-still', for: unfinished.alarms.map(({ ref }) => ref), ...unfinished.plan });
      want(unfinished.plan);
    },
    stop() {
      cancelTimer();
      paths.forEach((path) => path.stop());
    },
    counters: () => counters,
  };
}

/** Why the centre's call does not begin. None names a number: it would be in the log. */
const oneAtATime = 'a call is under way; right would be to ask again when it has ended';
const noVoice = 'no voice is fitted to this hub';
const nobody = 'there is nobody to call; right would be to with a number, or voice.receiver in the configuration';
