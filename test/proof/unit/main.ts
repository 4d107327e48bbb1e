/** `npm run proof -- unit`: the service under a real systemd, as docs/service.md says how to install it. */
import { parseArgs } from 'node:util';
import { textTable } from '#test/textTable.ts';
import { proveUnit } from './proof.ts';

const usage = `npm run proof -- unit [--root DIR]

The packed hub is installed into a bare Debian, as docs/service.md says, with certificates and without any device, and
systemd is started there as the first process. Then: it is in service when it says so and not before, it is locked in, its
credentials are its own, it reloads, a hub that hangs is ended by the watchdog and comes back with its journal, it ends in
order, and with a wrong file it says why and does not spin.

It needs root, the Debian packages systemd-container and debootstrap, the Debian mirror of this machine and the npm
registry. It takes about two minutes; nothing runs it but this command.

  --root DIR  keeps the bare Debian there, or takes the one that was made there before (default a new one each time)

Exit status: 0 the proof holds, 1 it does not, 2 the call is wrong.`;

function readCall() {
  const { values } = parseArgs({
    options: { root: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  return values;
}

async function main(): Promise<0 | 1 | 2> {
  let call: ReturnType<typeof readCall>;
  try {
    call = readCall();
  } catch (error) {
    console.error(`unit: ${error instanceof Error ? error.message : String(error)} (say --help for what there is)`);
    return 2;
  }
  if (call.help) {
    console.log(usage);
    return 0;
  }
  const { findings, systemd } = await proveUnit({ root: call.root, onStep: (step) => console.error(step) });
  textTable(
    ['what', 'holds', 'seen'],
    findings.map(({ what, holds, seen }) => [what, holds ? 'yes' : 'NO', seen]),
  ).forEach((line) => console.log(line));
  const wrong = findings.filter(({ holds }) => !holds).length;
  console.log(`${systemd}: ${findings.length} looks at the service, ${wrong} wrong`);
  return wrong === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`unit: the proof could not be made: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
