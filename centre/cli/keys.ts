import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '#protocol/core/duration.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Clock } from '#protocol/core/time.ts';
import { keyInFile, makeKeyFile, readKeyFile } from '#centre/keyFiles.ts';
import type { SigningKey } from '#centre/keys.ts';
import { showFile, type Shown } from '#centre/provision/show.ts';
import { announceKey, retireKey, signConfiguration, type Signing } from '#centre/signedFile.ts';
import { exit, idsOf, perform, statuses } from './outcome.ts';

interface SignOptions {
  hub: string[];
  within?: number;
  out: string;
}

const example = (words: string): string => `\nExample:\n  $ welfare-hub keys ${words}${statuses}`;

/** `welfare-hub keys`: the keys by which a centre signs, and what is signed where no centre runs. */
export function keysCommand({ clock }: { clock: Clock }): Command {
  const command = new Command('keys').helpCommand(false);
  command.exitOverride(exit).addHelpText('after', `${example('make next.pem')}\nWhat for: docs/security.md.`);
  const subcommand = (name: string, does: string, words: string): Command =>
    new Command(name)
      .description(does)
      .exitOverride(exit)
      .addHelpText('after', example(`${name} ${words}`));
  const run = <Value>(act: () => Result<Value, string>, told: (value: Value) => string): void =>
    perform('welfare-hub keys', act, told);

  const signing = (key: SigningKey, { hub: hubs, within }: SignOptions): Signing => ({
    key,
    hubs,
    nowMs: clock.wallMs(),
    ...(within === undefined ? {} : { withinMs: within }),
  });

  command.addCommand(
    subcommand('make', 'makes an Ed25519 key for a centre to sign with, for its owner only', 'next.pem')
      .argument('<file>', 'a new file')
      .option('--json', 'as a JSON object', false)
      .action((file: string, { json }: { json: boolean }) =>
        run(
          () => makeKeyFile(file),
          ({ keyId, publicKey }) => (json ? JSON.stringify({ file, keyId, publicKey }) : `"${keyId}": ${publicKey}`),
        ),
      ),
  );
  command.addCommand(
    subcommand(
      'show',
      'says what a file of a key or of certificates holds, and who uses it; nothing secret',
      'next.pem',
    )
      .argument('<file>', 'a signing key or certificates, PEM')
      .option('--folder <folder>', 'the bench in which is looked for who uses it', 'bench')
      .option('--json', 'as a JSON array', false)
      .action((file: string, { folder, json }: { folder: string; json: boolean }) =>
        run(
          () => showFile(file, folder, clock.wallMs()),
          (shown) => (json ? JSON.stringify(shown) : shown.map(inWords).join('\n\n')),
        ),
      ),
  );
  command.addCommand(
    signs(
      subcommand('rotate', 'signs the change of a key: first --key is announced, later --former retired', rotateWords),
    )
      .requiredOption('--former <file>', 'the key that signs today')
      .requiredOption('--key <file>', 'the key that is to sign from now on, made when it is not there')
      .option('--retire', 'signs, with the new key, that the former counts no more', false)
      .action((options: SignOptions & { former: string; key: string; retire: boolean }) =>
        run(() => rotate(options, (key) => signing(key, options)), String),
      ),
  );
  command.addCommand(
    signs(subcommand('sign-configuration', 'signs a configuration for hubs, with its number', configurationWords))
      .argument('<file>', 'the configuration as a whole, YAML')
      .requiredOption('--key <file>', 'the key by which the hubs know their centre')
      .requiredOption('--number <number>', 'its version, above the one in force (B11.1)', numberOf)
      .action((file: string, options: SignOptions & { key: string; number: number }) =>
        run(() => {
          const key = readKeyFile(options.key);
          if (!key.ok) return key;
          const signed = signConfiguration(signing(key.value, options), readFileSync(file, 'utf8'), options.number);
          if (!signed.ok) return failure(signed.problem.replaceAll(/^/gmu, `${file}:`));
          return writeOut(options, signed.value, `configuration ${options.number}`, key.value);
        }, String),
      ),
  );
  return command;
}

const rotateWords = '--former bench/centres/centre-1/signing.pem --key next.pem --hub hub-0001 --out rotation.signed';
const configurationWords =
  'next.yaml --key bench/centres/centre-1/signing.pem --number 2 --hub hub-0001 --out configuration.signed';

function signs(command: Command): Command {
  return command
    .requiredOption('--hub <id...>', 'for these hubs', idsOf)
    .option('--within <duration>', 'a hub whose clock is set does it within so long, or never', durationOf)
    .requiredOption('--out <file>', 'a new file, for its owner only: what the prompt of the centre delivers');
}

function rotate(
  options: SignOptions & { former: string; key: string; retire: boolean },
  signing: (key: SigningKey) => Signing,
): Result<string, string> {
  const former = readKeyFile(options.former);
  if (!former.ok) return former;
  const next = options.retire ? readKeyFile(options.key) : keyInFile(options.key);
  if (!next.ok) return next;
  const [old, young] = [former.value, next.value];
  if (old.keyId === young.keyId) return failure(`${options.key} holds the former key; right would be another one`);
  const signed = options.retire ? retireKey(signing(young), old) : announceKey(signing(old), young);
  if (!signed.ok) return signed;
  return options.retire
    ? writeOut(options, signed.value, `key ${old.keyId} retired`, young)
    : writeOut(options, signed.value, `key ${young.keyId} announced`, old);
}

/** A configuration may hold a PIN and the numbers of people. */
function writeOut(
  { out, hub }: SignOptions,
  text: string,
  what: string,
  { keyId }: SigningKey,
): Result<string, string> {
  if (existsSync(out)) return failure(`${out} is there already; right would be a new name`);
  writeFileSync(out, text, { flag: 'wx', mode: 0o600 });
  return success(`${out}: ${what}, signed by ${keyId} for ${hub.join(', ')}`);
}

function inWords(shown: Shown): string {
  const { usedBy, ...facts } = shown;
  const rows = Object.entries(facts).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map((one) => [name, one] as const) : [[name, String(value)] as const],
  );
  const users = usedBy.map((user) => ['usedBy', user] as const);
  return [...rows, ...users].map(([name, value]) => `${(titles[name] ?? name).padEnd(12)}${value}`).join('\n');
}

const titles: Readonly<Record<string, string>> = {
  keyId: 'key id',
  publicKey: 'public key',
  names: 'name',
  daysLeft: 'days left',
  usedBy: 'used by',
};

function numberOf(text: string): number {
  const number = Number(text);
  if (!/^[1-9][0-9]{0,14}$/u.test(text)) throw new InvalidArgumentError('Right would be a number from 1 on.');
  return number;
}

function durationOf(text: string): number {
  const read = parseDuration(text);
  if (!read.ok) throw new InvalidArgumentError(read.problem);
  return read.value;
}
