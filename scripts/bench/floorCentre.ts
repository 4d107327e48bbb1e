/**
 * The floor's answering process: hashes each line, signs its answer and sends it back. The first line of standard output
 * is its port and its public key (SPKI, base64).
 */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:net';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

const server = createServer({ noDelay: true }, (socket) => {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (piece: string) => {
    text += piece;
    if (!text.endsWith('\n')) return;
    const record = text.slice(0, -1);
    text = '';
    socket.write(`${answerTo(record)}\n`);
  });
});

function answerTo(record: string): string {
  const { hub, ref }: { hub: string; ref: string } = JSON.parse(record);
  const hash = createHash('sha256').update(record).digest('hex');
  const ack = JSON.stringify({ v: 1, hub, ref, hash, snu: 0 });
  return JSON.stringify({ v: 1, ack, signature: sign(undefined, Buffer.from(ack), privateKey).toString('base64url') });
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  console.log(`${port} ${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`);
});
