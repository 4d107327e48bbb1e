import type { MobileStatus, Modem, ModemListener, ModemRecovery } from '#agent/hub/devices.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Cancel, secondMs } from '#protocol/core/time.ts';
import type { Difficulties } from '#simulator/network/direction.ts';
import { answeringTelephone, createShortMessages } from './shortMessages.ts';
import type { Side, SideOptions } from './side.ts';
import { createSim } from './sim.ts';
import type { Action, ModemDeed } from './world.ts';

/** From its power to its first answer, and from there to the network. */
const bootMs = 8 * secondMs;
const searchMs = 4 * secondMs;
/** What reattaching, and switching the radio off and on, take beside the search. */
const reattachMs = 2 * secondMs;
const radioOffMs = 3 * secondMs;
/** A driver asks again and again; so long without an answer means that the modem is gone. */
const silenceMs = 30 * secondMs;
/** From the opening of the port to the first that is known of the modem. */
const firstLookMs = secondMs;

const operator = 'Testnet';
const usualSignalDbm = -79;

type Outcome = Result<void, string>;

const done: Outcome = success(undefined);

/**
 * The modem, its SIM and its network, and with them the hub's only way out: the data bearer is up when the modem is
 * registered and the link is not down. Everything that a recovery can mend is a modem that hangs; the rest is mended by
 * people (another SIM) or by the network.
 */
export function createModemSide({ clock, recorder, configuration, bearer, centre }: SideOptions): Side {
  const sim = createSim(configuration.modem.pin);
  let plugged = true;
  let powered = true;
  let booting = false;
  let hanging = false;
  let network: 'ordinary' | 'searching' | 'denied' = 'ordinary';
  let roaming = false;
  let access: MobileStatus['access'] = '4G';
  let signalDbm = usualSignalDbm;
  let registered = true;
  let attached = true;
  let link: 'up' | 'down' = 'up';
  let difficulties: Difficulties | undefined;
  let carries = true;
  let noted = JSON.stringify(status());
  let told = '';
  let listener: ModemListener | undefined;
  let cancelNext: Cancel = () => {};
  let cancelLook: Cancel = () => {};
  const messages = createShortMessages({
    clock,
    recorder,
    isRegistered: () => registered && status().sim === 'ready',
    listener: () => listener,
    receive: centre.answersMessages ? answeringTelephone(clock, configuration.sms.number) : () => {},
  });

  function answers(): boolean {
    return plugged && powered && !booting && !hanging;
  }

  function status(): MobileStatus {
    if (!answers()) return { sim: 'unknown', registration: 'none', access: 'none', data: false };
    const state = sim.state();
    if (state !== 'ready') return { sim: state, registration: 'none', access: 'none', signalDbm, data: false };
    if (!registered) {
      const registration = network === 'denied' ? 'denied' : 'searching';
      return { sim: state, registration, access: 'none', signalDbm, data: false };
    }
    const registration = roaming ? 'roaming' : 'home';
    return { sim: state, registration, access, operator, signalDbm, data: attached && link === 'up' };
  }

  /** Something changed: the link follows the modem, and the driver is told. */
  function changed(): void {
    const now = status();
    if (now.data !== carries) {
      carries = now.data;
      carry();
    }
    const text = JSON.stringify(now);
    if (text !== noted) recorder.note({ kind: 'mobile', ...now });
    noted = text;
    tell();
    messages.changed();
  }

  function carry(): void {
    if (carries) bearer.up(difficulties);
    else bearer.down();
    const how = difficulties === undefined || !carries ? {} : { difficulties };
    recorder.note({ kind: 'link', is: carries ? 'up' : 'down', ...how });
  }

  function tell(): void {
    const text = JSON.stringify(status());
    // A program that is killed as it hears this is not there any more for the next.
    const hearer = listener;
    if (hearer === undefined || told === '' || text === told) return;
    const wasRegistered = told.includes('"operator"');
    told = text;
    hearer.status(status());
    if (registered && answers() && !wasRegistered) hearer.networkTime(clock.wallMs());
  }

  /** The driver finds out whether anything answers, after its time. */
  function look(): void {
    cancelLook();
    const afterMs = answers() ? firstLookMs : silenceMs;
    cancelLook = clock.at(clock.monotonicMs() + afterMs, () => {
      if (!answers()) {
        listener?.failing('the modem does not answer');
        return;
      }
      listener?.well();
      if (told === '') {
        told = 'opened';
        tell();
      }
      messages.changed();
    });
  }

  /** One thing after another; a new one takes the place of what was going on. */
  function then(afterMs: number, next: () => void): void {
    cancelNext();
    cancelNext = clock.at(clock.monotonicMs() + afterMs, next);
  }

  function boot(): void {
    hanging = false;
    registered = false;
    sim.restarted();
    booting = plugged && powered;
    if (booting) {
      then(bootMs, () => {
        booting = false;
        look();
        search();
      });
    } else {
      cancelNext();
    }
    changed();
    look();
  }

  function search(): void {
    registered = false;
    attached = true;
    then(searchMs, () => {
      registered = answers() && sim.state() === 'ready' && network === 'ordinary';
      changed();
    });
    changed();
  }

  function befall(deed: ModemDeed): Outcome {
    switch (deed) {
      case 'unplug':
      case 'plug':
        return plug(deed);
      case 'reboot':
        boot();
        return done;
      case 'hangs':
        hanging = true;
        registered = false;
        changed();
        look();
        return done;
      case 'no-sim':
      case 'wrong-pin':
      case 'puk':
        sim.befall(deed);
        search();
        return done;
      case 'searching':
      case 'denied':
        network = deed;
        search();
        return done;
      default:
        serve(deed);
        return done;
    }
  }

  function plug(deed: 'unplug' | 'plug'): Outcome {
    if (plugged === (deed === 'plug')) {
      return failure(`modem: ${deed}: the modem is ${plugged ? 'plugged in' : 'pulled out'} already`);
    }
    plugged = !plugged;
    recorder.note({ kind: 'device', device: 'modem', is: plugged ? 'plugged' : 'unplugged' });
    boot();
    return done;
  }

  /** Ordinary service: a good SIM, and a network that takes it. */
  function serve(deed: 'roaming' | '2g' | '3g' | '4g'): void {
    roaming = deed === 'roaming';
    if (deed !== 'roaming') access = accessOf[deed];
    network = 'ordinary';
    const wasReady = sim.state() === 'ready';
    sim.befall('ordinary');
    if (registered && wasReady) changed();
    else if (answers()) search();
  }

  function recover(step: ModemRecovery): void {
    if (step === 'reset' || step === 'power-cycle') {
      boot();
    } else if (answers() && step === 'radio-off-on') {
      registered = false;
      then(radioOffMs, search);
      changed();
    } else if (answers() && registered) {
      attached = false;
      then(reattachMs, () => {
        attached = true;
        changed();
      });
      changed();
    }
  }

  function changeLink(is: Extract<Action, { word: 'link' }>['is']): Outcome {
    link = is === 'down' ? 'down' : 'up';
    if (is !== 'down') difficulties = is === 'up' ? undefined : is;
    // A link that stays up may have become worse, or better.
    if (carries && status().data) carry();
    changed();
    return done;
  }

  function open(opened: ModemListener): Modem {
    listener = opened;
    told = '';
    look();
    return {
      enterPin: (pin, outcome) =>
        sim.enterPin({ clock, pin, answers, hears: () => listener === opened }, (is) => {
          if (is === 'accepted') search();
          else changed();
          outcome(is);
        }),
      recover,
      sendMessage: messages.send,
      stop: () => end(opened),
    };
  }

  function end(ended: ModemListener | undefined): void {
    if (listener !== ended) return;
    listener = undefined;
    cancelLook();
  }

  return {
    perform(action) {
      if (action.word === 'link') return changeLink(action.is);
      if (action.word === 'modem') return befall(action.does);
      if (action.word === 'signal') {
        signalDbm = action.dbm;
        changed();
        return done;
      }
      const isHand = action.word === 'plug' || action.word === 'unplug';
      return isHand && action.device === 'modem' ? plug(action.word) : undefined;
    },
    devices: () => ({ openModem: open }),
    onPower(on) {
      powered = on;
      boot();
    },
    onEnd: () => end(listener),
    state: () => {
      const { registration, sim: simState } = status();
      return { registration, sim: simState, pinAttempts: sim.wrongPins(), link: carries ? 'up' : 'down' };
    },
  };
}

const accessOf = { '2g': '2G', '3g': '3G', '4g': '4G' } as const satisfies Record<string, MobileStatus['access']>;
