/**
 * The floor: what a press takes at the least, with nothing of the product in the way. Bytes from a pseudo terminal, one
 * durable insert, a socket through a relay to an answering process, and back: hash and signature checked.
 *
 *   node floorSide.ts FOLDER RELAY-PORT PUBLIC-KEY
 */
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ReadStream } from 'node:tty';
import Database from 'better-sqlite3';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import { pressesInTurn } from './pressSchedule.ts';
import { servePresses } from './pressSide.ts';

const [folder = '', relayPort = '', publicKey = ''] = process.argv.slice(2);

const telegramBytes = pressesInTurn()().bytes.length;
const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });

// The same durability and the same rhythm of checkpoints as the journal's: they are decisions, not overhead.
const database = new Database(join(folder, 'floor.db'));
for (const setting of ['page_size=1024', 'journal_mode=wal', 'synchronous=full', 'wal_autocheckpoint=100']) {
  database.pragma(setting);
}
database.exec('create table event (seq integer primary key, body text not null) strict');
const insert = database.prepare('insert into event (body) values (?)');

const line = createPtyLine({ link: join(folder, 'radio') });
await line.ready;
const descriptor = openSync(line.path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
process.on('exit', () => closeSync(descriptor));
const port = new ReadStream(descriptor);

const socket = connect({ port: Number(relayPort), host: '127.0.0.1', noDelay: true });
await new Promise<void>((resolve) => socket.once('connect', resolve));

let record = '';
let heard = 0;
let answer = '';
let whenAnswered: (atMs: number) => void = () => {};

port.on('data', (bytes: Buffer) => {
  heard += bytes.length;
  if (heard < telegramBytes) return;
  heard = 0;
  record = recordOf(randomBytes(6).toString('hex'));
  insert.run(record);
  socket.write(`${record}\n`);
});

/** As long as the product's record of an alarm. */
function recordOf(ref: string): string {
  const who = { hub: 'hub-0001', ref, report: 'alarm', from: 'pendant-1', dty: 3, did: '002a0001', stc: 10, pri: 8 };
  const boot = 'b5e1f2d0-5a0c-4b0e-9d6f-3f0a8c1d2e4b';
  const when = { boot, monotonicMs: Math.round(performance.now()), wall: new Date().toISOString(), trusted: false };
  return JSON.stringify({ v: 1, ...who, when });
}

socket.setEncoding('utf8');
socket.on('data', (text: string) => {
  answer += text;
  if (!answer.endsWith('\n')) return;
  const { ack, signature }: { ack: string; signature: string } = JSON.parse(answer);
  answer = '';
  const good = verify(undefined, Buffer.from(ack), key, Buffer.from(signature, 'base64url'));
  const { hash }: { hash: string } = JSON.parse(ack);
  if (!good || hash !== createHash('sha256').update(record).digest('hex')) throw new Error('a wrong answer');
  whenAnswered(performance.now());
  insert.run(ack);
});

servePresses({
  write: line.device.write,
  arm() {
    throw new Error('the floor has no heartbeats');
  },
  answered: () =>
    new Promise((resolve) => {
      whenAnswered = resolve;
    }),
});
