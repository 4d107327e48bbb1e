/** `npm run proof -- worst`: wires and networks at their worst, each part with its whole table. */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

/** Each part by the words in the titles of its tests. */
const parts = {
  nonsense: 'answers nonsense',
  noise: 'sends noise',
  flood: 'ten thousand messages',
  packets: 'whatever packet',
  endless: 'talks without end',
  wires: 'any byte|whatever byte',
} as const;

const usage = `npm run proof -- worst [--part PART] [--long]

What comes over the wires at its worst, and alarms pressed meanwhile: none may be lost, none raised, none called delivered.

  --part PART  one of
                 nonsense  a centre that answers each report with every field wrong in turn, or under a wrong signature
                 noise     a receiver that sends noise as fast as its line goes
                 flood     ten thousand messages a second on the hub's topics
                 packets   every type of MQTT packet, in every form that is wrong, at every moment
                 endless   a broker that talks without end
                 wires     each device pulled out, silent, babbling and restarting at every byte that is said
  --long       an hour of noise and ten minutes of flood, in place of a minute

Exit status: 0 the proof holds, 1 it does not, 2 the call is wrong.`;

function isPart(name: string): name is keyof typeof parts {
  return Object.hasOwn(parts, name);
}

function readCall(): { help: boolean; long: boolean; titles: string } {
  const { values } = parseArgs({
    options: {
      part: { type: 'string' },
      long: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { part, help, long } = values;
  if (part !== undefined && !isPart(part)) {
    throw new Error(`--part ${part}: there is no such part; known are ${Object.keys(parts).join(', ')}`);
  }
  return { help, long, titles: part === undefined ? Object.values(parts).join('|') : parts[part] };
}

async function main(): Promise<0 | 1 | 2> {
  let call: ReturnType<typeof readCall>;
  try {
    call = readCall();
  } catch (error) {
    console.error(`worst: ${error instanceof Error ? error.message : String(error)} (say --help for what there is)`);
    return 2;
  }
  if (call.help) {
    console.log(usage);
    return 0;
  }
  const env = { ...process.env, WELFARE_HUB_TABLE: 'whole', WELFARE_HUB_LONG: call.long ? 'yes' : 'no' };
  const words = [
    'run',
    '--project=proof',
    '--project=contract',
    'test/proof/worst',
    'test/contract',
    '-t',
    call.titles,
  ];
  const child = spawn('vitest', words, { stdio: 'inherit', env });
  return await new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code === 0 ? 0 : 1));
  });
}

process.exitCode = await main();
