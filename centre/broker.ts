import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';

/** Connections at one time; a further one is closed at once. */
const brokerConnections = 20_000;

export interface BrokerOptions {
  /** 0 takes any free port. */
  port?: number;
  /** The loopback interface unless said otherwise: this broker asks nobody who he is. */
  host?: string;
  /** Connections at one time, `brokerConnections` unless a test says otherwise. */
  connections?: number;
}

export interface Broker {
  url: string;
  port: number;
  close(): Promise<void>;
}

/**
 * An MQTT 3.1.1 broker within this process, for trying things out: no certificates, no rights, nothing kept. It refuses
 * MQTT 5, so its clients fall back. Rejects when the port cannot be had. A real installation takes deploy/mosquitto.
 */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const { port = 0, host = '127.0.0.1', connections = brokerConnections } = options;
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  // Without noDelay every alarm waits for Nagle and the delayed acknowledgement, 40 ms.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.maxConnections = connections;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    await new Promise<void>((resolve) => {
      aedes.close(resolve);
    });
    throw error;
  }
  const address = server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `mqtt://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    port: boundPort,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await new Promise<void>((resolve) => {
        aedes.close(resolve);
      });
      for (const socket of sockets) {
        socket.destroy();
      }
      await closed;
    },
  };
}
