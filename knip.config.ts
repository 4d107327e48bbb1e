import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    'scripts/*.ts',
    'scripts/bench/floorCentre.ts',
    'test/**/*.test.ts',
    'test/proof/*/main.ts',
    'test/proof/mutants/player.ts',
  ],
  project: ['{agent,centre,devices,protocol,scripts,simulator,test}/**/*.ts'],
  // A type that an exported function takes or gives is exported with it.
  ignoreExportsUsedInFile: { interface: true, type: true },
  // Of Debian: scripts/setup.sh sees that they are there.
  ignoreBinaries: [
    'unshare',
    'perl',
    'openssl',
    'gammu',
    'mkfifo',
    'strace',
    'mosquitto_pub',
    'systemd-analyze',
    'systemd-nspawn',
    'nsenter',
  ],
};

export default config;
