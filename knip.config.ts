import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: ['scripts/*.ts', 'scripts/bench/main.ts', 'test/**/*.test.ts'],
  project: ['{agent,centre,devices,protocol,scripts,simulator,test}/**/*.ts'],
};

export default config;
