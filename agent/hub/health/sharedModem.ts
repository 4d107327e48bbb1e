import type { HubDevices, Modem, ModemListener } from '#agent/hub/devices.ts';

/**
 * One modem for many listeners: the link, the short messages, the time. Each hears everything, and what one of them asks
 * of the modem has a name of its own (`sendMessage`) or an answer of its own (`enterPin`).
 */
export function shareModem(openModem: NonNullable<HubDevices['openModem']>) {
  const listeners = new Set<ModemListener>();
  let modem: Modem | undefined;
  return {
    open(): void {
      modem = openModem({
        status: (...told) => listeners.forEach((listener) => listener.status(...told)),
        message: (...told) => listeners.forEach((listener) => listener.message(...told)),
        messageOutcome: (...told) => listeners.forEach((listener) => listener.messageOutcome(...told)),
        networkTime: (...told) => listeners.forEach((listener) => listener.networkTime(...told)),
        failing: (...told) => listeners.forEach((listener) => listener.failing(...told)),
        well: (...told) => listeners.forEach((listener) => listener.well(...told)),
      });
    },
    listen(listener: ModemListener): Modem {
      listeners.add(listener);
      return {
        enterPin: (...asked) => modem?.enterPin(...asked),
        recover: (...asked) => modem?.recover(...asked),
        sendMessage: (...asked) => modem?.sendMessage(...asked),
        stop: () => listeners.delete(listener),
      };
    },
    stop: (): void => modem?.stop(),
  };
}
