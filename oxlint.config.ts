import { defineConfig, type OxlintOverride } from 'oxlint';

type Rules = NonNullable<OxlintOverride['rules']>;

/**
 * The rooms of the house and what each may take in (docs/architecture.md). Every ban carries its reason.
 * A test breaks each rule once to see it caught: test/house/imports.test.ts.
 */
const layers = ['protocol', 'agent', 'devices', 'centre', 'simulator', 'scripts', 'test'] as const;
type Layer = (typeof layers)[number];

const mayImport: Record<Layer, readonly Layer[]> = {
  protocol: ['protocol'],
  agent: ['agent', 'protocol'],
  devices: ['devices', 'protocol'],
  centre: ['centre', 'protocol'],
  simulator: ['simulator', 'agent', 'devices', 'centre', 'protocol'],
  scripts: layers.filter((layer) => layer !== 'test'),
  test: layers,
};

const reasonNotLayer: Record<Layer, string> = {
  protocol: 'protocol is pure: it knows nothing but itself.',
  agent: 'agent ships on the hub: it meets devices only as bytes on a line and the centre only as messages.',
  devices: 'devices stand in for hardware: they run without the agent and meet it only as bytes on a line.',
  centre: 'centre stands in for the real one: it meets the hub only as messages.',
  simulator: 'simulator builds worlds from agent, devices and centre; the commands and tests come above it.',
  scripts: 'scripts put together what people run; what they share belongs below them, never in test.',
  test: 'test may import everything.',
};

/** One owner per library, so that exchanging it is a change in one room. */
const libraryOwners: Record<string, { owner: string; ownedBy: readonly string[] }> = {
  serialport: { owner: 'agent/lines', ownedBy: ['agent/lines'] },
  mqtt: { owner: 'agent/uplink and centre', ownedBy: ['agent/uplink', 'centre'] },
  aedes: { owner: 'centre', ownedBy: ['centre'] },
  'better-sqlite3': {
    owner: 'agent/journal and centre/store',
    ownedBy: ['agent/journal', 'centre/store', 'scripts/bench', 'test'],
  },
  xstate: { owner: '*.chart.ts and what runs them', ownedBy: ['charts', 'test'] },
  pino: { owner: 'agent/runtime', ownedBy: ['agent/runtime'] },
  'pino-pretty': { owner: 'agent/runtime', ownedBy: ['agent/runtime'] },
  yaml: { owner: 'protocol and centre', ownedBy: ['protocol', 'centre', 'test'] },
  commander: { owner: 'cli folders and scripts', ownedBy: ['cli', 'scripts', 'scripts/bench'] },
};

const upwards = {
  regex: '^\\.\\./',
  message: 'Upwards or sideways imports use #layer/… so that each import line shows its layer.',
};

type Room = { layer: Layer; name: string; noNode?: boolean; noAgentRooms?: readonly string[] };

function importBan({ layer, name, noNode, noAgentRooms }: Room): Rules {
  const patterns = layers
    .filter((other) => !mayImport[layer].includes(other))
    .map((other) => ({ regex: `^#${other}/`, message: reasonNotLayer[layer] }));
  patterns.push(upwards);
  for (const room of noAgentRooms ?? []) {
    patterns.push({ regex: `^#agent/${room}/`, message: 'agent/hub is pure of I/O: it is handed its ports.' });
  }
  if (noNode === true) {
    patterns.push({ regex: '^node:', message: `${name} is pure: I/O is handed in as an argument.` });
  }
  for (const [library, { owner, ownedBy }] of Object.entries(libraryOwners)) {
    if (!ownedBy.includes(name)) {
      patterns.push({ regex: `^${library}(/|$)`, message: `Only ${owner} may import ${library}.` });
    }
  }
  return { 'no-restricted-imports': ['error', { patterns }] };
}

/** A unit test keeps to its layer, may use what tests share, and any library to prove its point. */
function unitTestBan(layer: Layer): Rules {
  const patterns = layers
    .filter((other) => !mayImport[layer].includes(other) && other !== 'test')
    .map((other) => ({ regex: `^#${other}/`, message: reasonNotLayer[layer] }));
  return { 'no-restricted-imports': ['error', { patterns: [...patterns, upwards] }] };
}

const timeAndChance: Rules = {
  'no-restricted-globals': [
    'error',
    ...['setTimeout', 'setInterval', 'setImmediate', 'performance'].map((name) => ({
      name,
      message: 'Time is an argument: take a Clock (protocol/core/time.ts).',
    })),
    { name: 'process', message: 'The process belongs to the composition roots and the cli folders.' },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'Time is an argument: take a Clock (protocol/core/time.ts).' },
    { object: 'Math', property: 'random', message: 'Chance is an argument: take a Random (protocol/core/time.ts).' },
  ],
};

const hubRooms = ['journal', 'drivers', 'lines', 'uplink', 'voice', 'runtime', 'front', 'cli'];

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'node', 'vitest'],
  options: { typeAware: true },
  categories: { correctness: 'error', suspicious: 'error' },
  rules: {
    eqeqeq: 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
    'import/no-cycle': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/consistent-type-imports': 'error',
    'vitest/no-focused-tests': 'error',
    'vitest/no-disabled-tests': 'error',
    'vitest/expect-expect': 'error',
    // Awaiting in a loop is how a sequence is written; what may run side by side is a matter of the case.
    'no-await-in-loop': 'off',
    // A shadowed name in a short closure reads better than an invented one.
    'no-shadow': 'off',
    'no-underscore-dangle': 'off',
    'import/no-unassigned-import': 'off',
    'unicorn/consistent-function-scoping': 'off',
    // Our objects are closures without `this`; their functions may be passed on as they are.
    'typescript/unbound-method': 'off',
    // The compiler sees the missing return, and knows which switches are exhaustive.
    'typescript/consistent-return': 'off',
  },
  overrides: [
    {
      files: ['protocol/**'],
      rules: { ...importBan({ layer: 'protocol', name: 'protocol', noNode: true }), ...timeAndChance },
    },
    { files: ['agent/**'], rules: { ...importBan({ layer: 'agent', name: 'agent' }), ...timeAndChance } },
    ...['journal', 'drivers', 'lines', 'uplink', 'runtime'].map((room) => ({
      files: [`agent/${room}/**`],
      rules: importBan({ layer: 'agent', name: `agent/${room}` }),
    })),
    {
      files: ['agent/hub/**'],
      rules: importBan({ layer: 'agent', name: 'agent/hub', noNode: true, noAgentRooms: hubRooms }),
    },
    {
      files: ['agent/hub/**/*.chart.ts', 'agent/hub/**/*.chart.test.ts', 'agent/hub/actors.ts'],
      rules: importBan({ layer: 'agent', name: 'charts', noNode: true, noAgentRooms: hubRooms }),
    },
    { files: ['devices/**'], rules: { ...importBan({ layer: 'devices', name: 'devices' }), ...timeAndChance } },
    { files: ['centre/**'], rules: { ...importBan({ layer: 'centre', name: 'centre' }), ...timeAndChance } },
    { files: ['centre/store/**'], rules: importBan({ layer: 'centre', name: 'centre/store' }) },
    { files: ['simulator/**'], rules: { ...importBan({ layer: 'simulator', name: 'simulator' }), ...timeAndChance } },
    { files: ['agent/cli/**', 'agent/cli.ts'], rules: importBan({ layer: 'agent', name: 'cli' }) },
    { files: ['devices/cli/**', 'devices/cli.ts'], rules: importBan({ layer: 'devices', name: 'cli' }) },
    { files: ['centre/cli/**', 'centre/cli.ts'], rules: importBan({ layer: 'centre', name: 'cli' }) },
    { files: ['simulator/cli/**'], rules: importBan({ layer: 'simulator', name: 'cli' }) },
    { files: ['scripts/**'], rules: importBan({ layer: 'scripts', name: 'scripts' }) },
    { files: ['scripts/bench/**'], rules: importBan({ layer: 'scripts', name: 'scripts/bench' }) },
    { files: ['test/**'], rules: importBan({ layer: 'test', name: 'test' }) },
    ...layers.map((layer) => ({ files: [`${layer}/**/*.test.ts`], rules: unitTestBan(layer) })),
    {
      // A test knows what it made; the assertion that follows finds out when it is wrong. XState takes types that way.
      files: ['**/*.test.ts', 'test/**', '**/*.chart.ts'],
      rules: { 'typescript/no-unsafe-type-assertion': 'off' },
    },
    {
      // The places where the real clock, the real dice and the process are handed out.
      files: [
        'agent/runtime/clock.ts',
        'agent/runtime/random.ts',
        '*/cli/**',
        '*/cli.ts',
        'agent/main.ts',
        '**/*.test.ts',
      ],
      rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' },
    },
  ],
});
