import { formatAttached, formatContextAddress } from '#protocol/at/statusData.ts';
import { formatNetworkInformation, formatSystemInformation } from '#protocol/at/statusOperator.ts';
import { formatExtendedSignal, formatSignal } from '#protocol/at/statusSignal.ts';
import { type Network, operatorLine } from './network.ts';
import type { ModemPart, PartContext } from './parts.ts';
import { error, type Handler, type Handlers, numberAt, ok, refused, textAt, told } from './reply.ts';

/** Looking through all bands. */
const scanMs = 8_000;
/** The network answers an attach or a detach. */
const attachMs = 800;
const noNetworkService = 30;

/** A reference signal is so much weaker than the whole channel that `signalDbm` tells. */
const referenceSignalUnderDb = 20;

/** What it is asked about the network, and told to do there (3GPP TS 27.007 7, 8 and 10). */
export function createNetworkCommands({ profile }: PartContext, network: Network, reboot: () => void): ModemPart {
  let format = 0;
  let mode = 0;
  let accessPoint = '';

  const operator: Handler = (command) => {
    if (command.form === 'test') return scan();
    if (command.form === 'ask') return told(operatorLine(mode, format, network.operator(), network.access()));
    const wanted = numberAt(command, 0);
    if (wanted === 3) {
      const chosen = numberAt(command, 1) ?? 0;
      if (chosen > 2) return error;
      format = chosen;
      return ok;
    }
    if (wanted === undefined || wanted > 4) return error;
    return { afterMs: attachMs, ...choose(wanted, textAt(command, 2)) };
  };

  /** By itself, by its name, or not at all. Only the one that is there can be chosen. */
  function choose(wanted: number, name: string): ReturnType<Handler> {
    const there = network.operator();
    const isThere = there !== undefined && Object.values(there).includes(name);
    if (wanted === 1 && !isThere) return refused(noNetworkService);
    mode = wanted === 4 && !isThere ? 0 : wanted;
    return { afterwards: () => network.choose(wanted !== 2) };
  }

  function scan(): ReturnType<Handler> {
    const there = network.operator();
    const named = there === undefined ? '' : `(2,"${there.name}","${there.short}","${there.code}",7),`;
    return { lines: [`+COPS: ${named},(0,1,2,3,4),(0,1,2)`], afterMs: scanMs };
  }

  const radio: Handler = (command) => {
    if (command.form === 'test') return told('+CFUN: (0,1,4),(0,1)');
    if (command.form === 'ask') return told(`+CFUN: ${network.radio()}`);
    const wanted = numberAt(command, 0);
    if (wanted === 6 || (wanted === 1 && numberAt(command, 1) === 1)) return { afterwards: reboot };
    if (wanted !== 0 && wanted !== 1 && wanted !== 4) return error;
    return { afterMs: attachMs, afterwards: () => network.switchRadio(wanted) };
  };

  const attach: Handler = (command) => {
    if (command.form === 'test') return told('+CGATT: (0,1)');
    if (command.form === 'ask') return told(formatAttached(network.isAttached()));
    const wanted = numberAt(command, 0);
    if (wanted === undefined || wanted > 1) return error;
    if (!network.isServed()) return { ...refused(noNetworkService), afterMs: attachMs };
    return { afterMs: attachMs, afterwards: () => network.attach(wanted === 1) };
  };

  const activate: Handler = (command) => {
    if (command.form === 'test') return told('+CGACT: (0,1)');
    if (command.form === 'ask') return told(`+CGACT: 1,${network.address() === undefined ? 0 : 1}`);
    const wanted = numberAt(command, 0);
    if (wanted === undefined || wanted > 1 || (numberAt(command, 1) ?? 1) !== 1) return error;
    if (!network.isAttached()) return refused(noNetworkService);
    network.activate(wanted === 1);
    return { afterMs: attachMs };
  };

  const context: Handler = (command) => {
    if (command.form === 'test') return told('+CGDCONT: (1),"IP",,,(0),(0)');
    if (command.form === 'ask') return told(`+CGDCONT: 1,"IP","${accessPoint}","0.0.0.0",0,0`);
    if (numberAt(command, 0) !== 1) return error;
    accessPoint = textAt(command, 2).slice(0, 100);
    return ok;
  };

  const address: Handler = ({ form }) => {
    if (form === 'test') return told('+CGPADDR: (1)');
    const is = network.address();
    return told(formatContextAddress({ context: 1, ...(is === undefined ? {} : { address: is }) }));
  };

  function code(): string | undefined {
    return network.operator()?.code;
  }

  const cells: Record<string, Handler> = {
    '+CPSI': () => {
      const is = code();
      const at = is === undefined ? {} : { network: `${is.slice(0, 3)}-${is.slice(3)}` };
      return told(formatSystemInformation({ access: network.access() ?? 'none', ...at }));
    },
    '+QNWINFO': () => {
      const is = code();
      return told(
        formatNetworkInformation({ access: network.access() ?? 'none', ...(is === undefined ? {} : { network: is }) }),
      );
    },
    '+QCSQ': () => told(quectelSignal(network)),
  };
  const ownCells: Handlers = Object.fromEntries(
    Object.entries(cells).filter(([name]) => (profile.cellCommand === '+CPSI' ? name === '+CPSI' : name !== '+CPSI')),
  );

  return {
    handlers: {
      ...network.registrations(),
      ...ownCells,
      '+COPS': operator,
      '+CFUN': radio,
      '+CGATT': attach,
      '+CGACT': activate,
      '+CGDCONT': context,
      '+CGPADDR': address,
      '+CSQ': ({ form }) =>
        form === 'test' ? told('+CSQ: (0-31,99),(0-7,99)') : told(formatSignal(network.signalDbm())),
      '+CESQ': () => told(extendedSignal(network)),
    },
    restarted() {
      format = 0;
      mode = 0;
    },
  };
}

function extendedSignal(network: Network): string {
  const dbm = network.signalDbm();
  const access = network.access();
  return formatExtendedSignal({
    rxlevDbm: access === '2G' ? dbm : undefined,
    rscpDbm: access === '3G' ? dbm : undefined,
    rsrpDbm: access === '4G' && dbm !== undefined ? dbm - referenceSignalUnderDb : undefined,
  });
}

/** `+QCSQ: "LTE",<rssi>,<rsrp>,<sinr>,<rsrq>` and its shorter forms (EC2x AT commands). */
function quectelSignal(network: Network): string {
  const dbm = network.signalDbm();
  switch (dbm === undefined ? undefined : network.access()) {
    case '2G':
      return `+QCSQ: "GSM",${dbm}`;
    case '3G':
      return `+QCSQ: "WCDMA",${dbm},${dbm},-9`;
    case '4G':
      return `+QCSQ: "LTE",${dbm},${(dbm ?? 0) - referenceSignalUnderDb},140,-10`;
    case undefined:
      return '+QCSQ: "NOSERVICE"';
  }
}
