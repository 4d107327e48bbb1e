import type { Concern, HubContext } from '#agent/hub/concern.ts';
import type { HealthListener, HubDevices, PositionListener, RadarListener, Saver } from '#agent/hub/devices.ts';
import { shareModem } from './sharedModem.ts';
import { createDeviceHealth } from './deviceHealth.ts';

/** The devices as concerns may open them, as often as they like, and what is done about them in their place. */
export interface SharedDevices {
  devices: HubDevices;
  concern: Concern;
}

/**
 * The receiver of positions, the radar and the modem serve several concerns: time, alarms, guards, short messages. Each is opened once, whoever
 * listens; whether it works is reported here (B16), and it rests while the hub saves power (B6.2).
 */
export function createSharedDevices(context: HubContext, devices: HubDevices): SharedDevices {
  const { openGnss, openRadar, openModem } = devices;
  const gnss =
    openGnss &&
    share(
      openGnss,
      (listeners, health): PositionListener => ({
        ...health,
        position: (position) => listeners.forEach((listener) => listener.position(position)),
        satelliteTime: (wallMs) => listeners.forEach((listener) => listener.satelliteTime(wallMs)),
      }),
    );
  const radar =
    openRadar &&
    share(
      openRadar,
      (listeners, health): RadarListener => ({
        ...health,
        presence: (present) => listeners.forEach((listener) => listener.presence(present)),
        movement: () => listeners.forEach((listener) => listener.movement()),
      }),
    );
  const modem = openModem && shareModem(openModem);
  return {
    devices: {
      ...devices,
      ...(modem === undefined ? {} : { openModem: modem.listen }),
      ...(gnss === undefined ? {} : { openGnss: gnss.listen }),
      ...(radar === undefined ? {} : { openRadar: radar.listen }),
    },
    concern: {
      start() {
        gnss?.open(createDeviceHealth(context, 'gnss'));
        radar?.open(createDeviceHealth(context, 'radar'));
        modem?.open();
      },
      savePower(on) {
        gnss?.savePower(on);
        radar?.savePower(on);
      },
      stop() {
        gnss?.stop();
        radar?.stop();
        modem?.stop();
      },
    },
  };
}

/** One device for many listeners. It tells nothing before all have started, so that nobody misses anything. */
function share<Listener extends HealthListener>(
  open: (listener: Listener) => Saver,
  tellAll: (listeners: ReadonlySet<Listener>, health: HealthListener) => Listener,
) {
  const listeners = new Set<Listener>();
  let opened: Saver | undefined;
  return {
    open(health: HealthListener): void {
      opened = open(
        tellAll(listeners, {
          failing(reason) {
            health.failing(reason);
            listeners.forEach((listener) => listener.failing(reason));
          },
          well() {
            health.well();
            listeners.forEach((listener) => listener.well());
          },
        }),
      );
    },
    /** Its power is not the listener's affair: it rests when the hub does. */
    listen(listener: Listener): Saver {
      listeners.add(listener);
      return { savePower() {}, stop: () => listeners.delete(listener) };
    },
    savePower: (on: boolean): void => opened?.savePower(on),
    stop: (): void => opened?.stop(),
  };
}
