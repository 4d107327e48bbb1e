/** `npm run proof -- storms`: the command `welfare-hub storm` with the same options. */
process.argv.splice(2, 0, 'storm');
process.argv[1] = new URL('../../../scripts/welfareHub.ts', import.meta.url).pathname;
await import('#scripts/welfareHub.ts');
