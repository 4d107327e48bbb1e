import type { Heartbeat } from '#protocol/mqtt/heartbeat.ts';
import type { Concern, HubContext } from '#agent/hub/concern.ts';
import type { HubDevices, MobileStatus, Modem } from '#agent/hub/devices.ts';
import { createLinkLoss } from './linkLoss.ts';
import { ailment, createModemHealth, isRegistered } from './modemHealth.ts';
import { createPin } from './pin.ts';
import { createRecovery } from './recovery.ts';

/**
 * The mobile link (B7): the SIM's PIN, what is wrong with modem and SIM, the recovery when nothing gets through, and the
 * loss of the link. A hub without a modem has none of it.
 */
export function createMobile(context: HubContext, { openModem }: HubDevices, hash: (text: string) => string): Concern {
  if (openModem === undefined) return {};
  const { log, reports } = context;
  let modem: Modem | undefined;
  let status: MobileStatus | undefined;
  let failing: string | undefined;
  let connected = false;
  let call = false;
  let noted = '';
  const health = createModemHealth(context);
  const loss = createLinkLoss(context, () => review());
  const recovery = createRecovery(context, { recover: (step) => modem?.recover(step), isCallUp: () => call });
  const pin = createPin(context, {
    hash,
    enter: (tried, outcome) => modem?.enterPin(tried, outcome),
    onChange: () => review(),
  });

  function changed(told: MobileStatus): void {
    status = told;
    note(told);
    pin.sim(told.sim);
    review();
  }

  /** Signal and access change all day long; they are in the heartbeats (B7.3), not in the journal. */
  function note({ sim, registration, data, access, operator }: MobileStatus): void {
    const gist = JSON.stringify([sim, registration, data]);
    if (gist === noted) return;
    noted = gist;
    const body = { sim, registration, data, access, ...(operator === undefined ? {} : { operator }) };
    log.info({ step: 'link', ...body }, 'the mobile link changed');
    reports.note('link', body);
  }

  /** Looks at everything that is known, and says what follows. */
  function review(): void {
    const reason = failing ?? (status === undefined ? undefined : ailment(status, pin.isRefused()));
    if (reason !== undefined) health.failing(reason);
    else if (status !== undefined && isRegistered(status)) health.well();
    recovery.trouble(!connected && mayBeMended());
  }

  /** No PUK and no wrong PIN goes away by a reset. A bearer that looks well and carries nothing counts when the loss does. */
  function mayBeMended(): boolean {
    if (status?.sim === 'puk-required' || pin.isRefused()) return false;
    if (failing !== undefined || (status !== undefined && (!isRegistered(status) || !status.data))) return true;
    return loss.isLost();
  }

  function heartbeat(): Partial<Heartbeat> {
    if (status === undefined) return {};
    const { access, signalDbm, operator } = status;
    const known = {
      ...(signalDbm === undefined ? {} : { signalDbm }),
      ...(operator === undefined ? {} : { operator }),
    };
    return { mobile: { access, ...known } };
  }

  function pathChanged(path: 'primary' | 'reserve' | 'none'): void {
    connected = path !== 'none';
    loss.connected(connected);
    review();
  }

  return {
    restore: loss.restore,
    start() {
      modem = openModem({
        status: changed,
        failing(reason) {
          failing = reason;
          review();
        },
        well() {
          failing = undefined;
          review();
        },
        message() {},
        messageOutcome() {},
        networkTime: (wallMs) => context.tell.timeTold('mobile', wallMs),
      });
      pathChanged(context.isConnected() ? 'primary' : 'none');
    },
    pathChanged,
    callChanged(open) {
      call = open;
    },
    reconfigured: pin.reconfigured,
    heartbeat,
    stop() {
      recovery.stop();
      modem?.stop();
    },
  };
}
