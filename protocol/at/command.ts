import { failure, type Result, success } from '#protocol/core/result.ts';
import type { CommandProblem } from './commandProblem.ts';
import { splitValues, type Values } from './responseValues.ts';

/** One command of a line (V.250 5.3 and 5.4). */
export type Command =
  /** `E0`, `&F`, `H`: a letter, perhaps behind an ampersand, and a number that is 0 when it is left out. */
  | { kind: 'basic'; name: string; number: number }
  /** `S0=1`, or `S0?` without a value. */
  | { kind: 'register'; register: number; value?: number }
  /** `D+46…;`: the semicolon makes it a call of voice (3GPP TS 27.007 6.2). */
  | { kind: 'dial'; to: string; isVoice: boolean }
  | ExtendedCommand;

/** `+CREG=2`, `+CREG?`, `+CREG=?` or `+CGMI`, by the form. */
export interface ExtendedCommand {
  kind: 'extended';
  /** In capital letters, with its sign: `+CREG`. */
  name: string;
  form: 'do' | 'ask' | 'test' | 'set';
  /** As they stood there, with their quotation marks; an omitted one is empty. None but of `set`. */
  parameters: Values;
}

/** Commands of one line; more than any program sends at once. */
export const commandsLimit = 40;

const extendedHead = /^([+^$*#%][A-Z][A-Z0-9!%\-./:_]{0,31})/u;

/** Reads a line without its CR: `AT`, and any number of commands behind it. */
export function readCommandLine(line: string): Result<Command[], CommandProblem> {
  if (!/^AT/iu.test(line)) return failure({ code: 'no-prefix', message: 'a line that does not begin with AT' });
  const commands: Command[] = [];
  let rest = squeezed(line.slice(2));
  while (rest !== '') {
    if (commands.length === commandsLimit) {
      return failure({ code: 'too-many', message: `more than ${commandsLimit} commands in a line` });
    }
    const read = readCommand(rest);
    if (!read.ok) return read;
    commands.push(read.value.command);
    rest = read.value.rest;
  }
  return success(commands);
}

/** The line that says it, without its CR. Behind an extended command stands a semicolon where another follows. */
export function formatCommandLine(commands: readonly Command[]): string {
  return commands.reduce((line, command, index) => {
    const isSeparated = commands[index - 1]?.kind === 'extended';
    return `${line}${isSeparated ? ';' : ''}${formatCommand(command)}`;
  }, 'AT');
}

function formatCommand(command: Command): string {
  switch (command.kind) {
    case 'basic':
      return `${command.name}${command.number}`;
    case 'register':
      return `S${command.register}${command.value === undefined ? '?' : `=${command.value}`}`;
    case 'dial':
      return `D${command.to}${command.isVoice ? ';' : ''}`;
    case 'extended':
      return `${command.name}${formatForm(command)}`;
  }
}

function formatForm({ form, parameters }: ExtendedCommand): string {
  if (form === 'do') return '';
  if (form === 'ask') return '?';
  return form === 'test' ? '=?' : `=${parameters.join(',')}`;
}

/** Spaces say nothing, save in quotation marks (V.250 5.2.1). */
function squeezed(text: string): string {
  return text.replaceAll(/"[^"]*"?|[^"]+/gu, (piece) => (piece.startsWith('"') ? piece : piece.replaceAll(' ', '')));
}

type Read = Result<{ command: Command; rest: string }, CommandProblem>;

function readCommand(text: string): Read {
  if (/^[+^$*#%]/u.test(text)) return readExtended(text);
  const [, letter = ''] = /^(&?[A-Z])/iu.exec(text) ?? [];
  const name = letter.toUpperCase();
  const behind = text.slice(letter.length);
  if (name === '') return failure({ code: 'bad-command', message: `${JSON.stringify(text[0])} begins no command` });
  if (name === 'D') return readDial(behind);
  if (name === 'S') return readRegister(behind);
  const [digits = ''] = /^\d{0,5}/u.exec(behind) ?? [];
  return success({ command: { kind: 'basic', name, number: Number(digits) }, rest: behind.slice(digits.length) });
}

/** Everything up to a semicolon or the end of the line belongs to the number (V.250 6.3.1). */
function readDial(text: string): Read {
  const end = text.indexOf(';');
  const to = end === -1 ? text : text.slice(0, end);
  return success({
    command: { kind: 'dial', to: to.toUpperCase(), isVoice: end !== -1 },
    rest: end === -1 ? '' : text.slice(end + 1),
  });
}

function readRegister(text: string): Read {
  const [whole, register, value] = /^(\d{1,3})(?:\?|=(\d{1,3}))/u.exec(text) ?? [];
  if (whole === undefined) return failure({ code: 'bad-command', message: 'a register with neither ? nor a value' });
  return success({
    command: { kind: 'register', register: Number(register), ...(value === undefined ? {} : { value: Number(value) }) },
    rest: text.slice(whole.length),
  });
}

function readExtended(text: string): Read {
  const end = endOfExtended(text);
  const said = text.slice(0, end);
  const [, name = ''] = extendedHead.exec(said.replace(/^[^=?]*/u, (head) => head.toUpperCase())) ?? [];
  const behind = said.slice(name.length);
  const rest = text.slice(end + 1);
  if (name === '') return failure({ code: 'bad-command', message: 'a sign without the name of a command' });
  const command = (form: ExtendedCommand['form'], parameters: Values = []): Read =>
    success({ command: { kind: 'extended', name, form, parameters }, rest });
  if (behind === '') return command('do');
  if (behind === '?') return command('ask');
  if (behind === '=?') return command('test');
  if (behind.startsWith('=')) return command('set', splitValues(behind.slice(1)));
  return failure({ code: 'bad-command', message: `${name}: something other than ?, =? or = behind it` });
}

/** The semicolon behind it, which is none within quotation marks (V.250 5.4.2.2), or the end of the line. */
function endOfExtended(text: string): number {
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') isQuoted = !isQuoted;
    else if (text[at] === ';' && !isQuoted) return at;
  }
  return text.length;
}
