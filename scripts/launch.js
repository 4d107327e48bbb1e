#!/usr/bin/env node
// `welfare-hub`. In a checkout the TypeScript runs as it is; in the package Node strips no types (it is under
// node_modules), and the built program is there instead.
import { existsSync } from 'node:fs';

const source = new URL('welfareHub.ts', import.meta.url);
const built = new URL('../dist/welfareHub.js', import.meta.url);
await import(existsSync(source) ? source.href : built.href);
