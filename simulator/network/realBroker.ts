import { type Broker, startBroker } from '#centre/broker.ts';
import { findMosquitto, installMosquitto, startMosquitto } from './mosquitto.ts';

/** A broker as its service manager has it. */
export interface BrokerService {
  port: number;
  stop(): Promise<void>;
  /** Starts it on the same port. */
  restart(): Promise<void>;
  /** Ends it, and nothing of it is left. */
  remove(): Promise<void>;
}

/** Starts a broker of its own on a free port of the loopback; what it must keep is kept in the folder. */
export type StartBrokerService = (folder: string) => Promise<BrokerService>;

export interface BrokerChoice {
  startBroker: StartBrokerService;
  /** Which one it is, for people. */
  told: string;
}

/** Mosquitto where it is installed; without it nobody is stuck, but told what the other one does not do. */
export function chooseBroker({ program } = { program: findMosquitto() }): BrokerChoice {
  return program === undefined
    ? {
        startBroker: startEmbedded,
        told: `broker: the embedded one, which forgets its sessions when it stops. For mosquitto: ${installMosquitto}`,
      }
    : { startBroker: (folder) => startMosquitto({ parent: folder }), told: `broker: ${program}` };
}

async function startEmbedded(): Promise<BrokerService> {
  let broker: Broker | undefined = await startBroker();
  const { port } = broker;
  const stop = async (): Promise<void> => {
    await broker?.close();
    broker = undefined;
  };
  return {
    port,
    stop,
    async restart() {
      broker ??= await startBroker({ port });
    },
    remove: stop,
  };
}

/** A broker as a world acts on it: it is told at once, and does it in its own time, one thing after the other. */
export interface RestartableBroker {
  port: number;
  isRunning(): boolean;
  stop(): void;
  start(): void;
  /** Kept when what was asked for has been done. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export function restartable(service: BrokerService): RestartableBroker {
  let isRunning = true;
  let last: Promise<void> = Promise.resolve();
  return {
    port: service.port,
    isRunning: () => isRunning,
    stop() {
      isRunning = false;
      last = inTurn(last, service.stop);
    },
    start() {
      isRunning = true;
      last = inTurn(last, service.restart);
    },
    settled: () => last,
    async close() {
      await last;
      await service.remove();
    },
  };
}

async function inTurn(before: Promise<void>, next: () => Promise<void>): Promise<void> {
  await before;
  await next();
}
