import { readCommandLine } from '#protocol/at/command.ts';
import { type CommandItem, createCommandFramer } from '#protocol/at/commandFramer.ts';
import { createAtFramer, lineLengthLimit as atLineLimit } from '#protocol/at/framer.ts';
import { formatResponse, readResponse } from '#protocol/at/response.ts';
import { createParser } from '#protocol/esp3/parser.ts';
import { createInputParser, encodeInput, inputEventBytes } from '#protocol/evdev/event.ts';
import { createRadarFramer } from '#protocol/ld2410/framer.ts';
import { readAnswer } from '#protocol/megatec/answers.ts';
import { readCommand as readSupplyCommand, writeCommand } from '#protocol/megatec/commands.ts';
import { lineLengthLimit as supplyLineLimit } from '#protocol/megatec/constants.ts';
import { createLineParser } from '#protocol/megatec/lines.ts';
import { createFramer as createNmeaFramer } from '#protocol/nmea/framer.ts';
import { sentenceLengthLimit } from '#protocol/nmea/sentence.ts';
import { createTagFramer } from '#protocol/rdm6300/framer.ts';
import { hexBytes } from '#test/hexBytes.ts';
import { bytesOf as text, wireText } from '#test/proof/fuzz/mutations.ts';
import { bytesTarget, cut, framerTarget, readsAgain, type Target } from '#test/proof/fuzz/target.ts';
import {
  commandLines,
  modemLines,
  radarFrames,
  radioFrames,
  sentences,
  supplyCommands,
  supplyLines,
  tagFrames,
} from './examples.ts';

const crlf = (line: string): Uint8Array => text(`${line}\r\n`);
const cr = (line: string): Uint8Array => text(`${line}\r`);

function list<One>([first, ...rest]: readonly [string, ...string[]], make: (line: string) => One): [One, ...One[]] {
  return [make(first), ...rest.map(make)];
}

/** Readers of what comes over serial lines and from the kernel: a stream of bytes. */
export const serialTargets: readonly Target[] = [
  framerTarget({
    name: 'ESP3',
    open: () => withEnd(createParser()),
    corpus: radioFrames,
    holdsAtMost: 774,
    worst: {
      'sync bytes': Uint8Array.of(0x55),
      // A sound header each, that claims all the data there can be.
      'headers in headers': hexBytes('55 0200 FF 01 93'),
      'headers of zeros': hexBytes('55 0000 00 00 00'),
      nothing: Uint8Array.of(0),
    },
  }),
  framerTarget({
    name: 'RDM6300',
    open: () => withEnd(createTagFramer()),
    corpus: tagFrames,
    holdsAtMost: 15,
    worst: { starts: Uint8Array.of(2), 'digits behind a start': text('\u000262E3086CED') },
  }),
  framerTarget({
    name: 'LD2410',
    open: () => withEnd(createRadarFramer()),
    corpus: radarFrames,
    holdsAtMost: 73,
    worst: {
      'starts of reports': Uint8Array.of(0xf4),
      'headers in headers': hexBytes('F4F3F2F14000'),
      'headers of both kinds': hexBytes('F4F3F2F14000 FDFCFBFA4000'),
    },
  }),
  framerTarget({
    name: 'NMEA',
    open: createNmeaFramer,
    corpus: list(sentences, crlf),
    holdsAtMost: sentenceLengthLimit,
    words: ['$', '*', 'GPGGA', '\r\n'],
    worst: { dollars: text('$'), 'a line without end': text('$GPGGA,1'), stars: text('*'), 'line ends': text('\r\n') },
  }),
  framerTarget({
    name: 'AT, what a modem says',
    open: () => withEnd(createAtFramer()),
    corpus: list(modemLines, cr),
    holdsAtMost: atLineLimit,
    words: ['\r\n', '> ', 'OK', '\u001A', '"', '('],
    worst: {
      'a line without end': text('A'),
      'line ends': text('\r'),
      prompts: text('> '),
      'bytes that are no text': Uint8Array.of(0xff, 0, 0x7f),
    },
    look: (item) => (item.kind === 'line' ? saysAgain(item.text) : undefined),
  }),
  framerTarget({
    name: 'AT, what a modem is told',
    open: () => openCommandFramer(false),
    corpus: list(commandLines, cr),
    holdsAtMost: atLineLimit,
    words: ['AT', '\b', 'A/', '\r', '"', ';', '=?'],
    worst: {
      'a line without end': text('A'),
      'long commands': text(`AT${'I'.repeat(1_000)}\r`),
      'prefixes broken off': text('AAT'),
      backspaces: text('\b'),
      'backspaces in a command': text('AT1\b'),
      'line ends': text('\r'),
    },
    look: (item) => (item.kind === 'line' ? isLineRead(item.text) : undefined),
  }),
  framerTarget({
    name: 'AT, what is typed at a prompt',
    open: () => openCommandFramer(true),
    corpus: [text('0011000B916407281553F80000AA0AE8329BFD4697D9EC37\u001A'), text('hello\u001A'), text('x\u001B')],
    holdsAtMost: atLineLimit,
    worst: { 'a message without end': text('A'), ends: text('\u001A') },
  }),
  framerTarget({
    name: 'Megatec, what a supply says',
    open: () => withEnd(createLineParser('supply')),
    corpus: list(supplyLines, cr),
    holdsAtMost: supplyLineLimit,
    words: ['(', '#', '\r', '-', ' '],
    worst: {
      brackets: text('('),
      'a line without end': text('(2'),
      'line ends': text('\r'),
      'bytes that are no text': Uint8Array.of(0xff),
      'broken readings': text('(1\u0000'),
    },
    look: (item) => void (item.kind === 'line' && readAnswer(item.text)),
  }),
  framerTarget({
    name: 'Megatec, what a supply is told',
    open: () => withEnd(createLineParser('computer')),
    corpus: list(supplyCommands, cr),
    holdsAtMost: supplyLineLimit,
    words: ['S', 'R', 'T', '\r', '.'],
    worst: { 'a line without end': text('Q'), 'line ends': text('\r') },
    look: (item) => (item.kind === 'line' ? saysSupplyAgain(item.text) : undefined),
  }),
  evdevTarget(),
];

interface Idle<One> {
  push(bytes: Uint8Array): readonly One[];
  idle(): readonly One[];
}

function withEnd<One>({ push, idle }: Idle<One>): { push: Idle<One>['push']; end: Idle<One>['idle'] } {
  return { push, end: idle };
}

function openCommandFramer(isMessage: boolean) {
  let items: CommandItem[] = [];
  const framer = createCommandFramer({ awaitsMessage: () => isMessage, take: (item) => void items.push(item) });
  const taken = (): CommandItem[] => {
    const all = items;
    items = [];
    return all;
  };
  return {
    push(bytes: Uint8Array) {
      framer.push(bytes);
      return taken();
    },
    end() {
      framer.reset();
      return taken();
    },
  };
}

function saysAgain(line: string): string | undefined {
  const response = readResponse(line);
  return readsAgain(response, { ok: true, value: readResponse(formatResponse(response)) });
}

function isLineRead(line: string): string | undefined {
  const read = readCommandLine(line);
  return read.ok || read.problem.message.length < 200 ? undefined : 'a problem that fills the log';
}

function saysSupplyAgain(line: string): string | undefined {
  const read = readSupplyCommand(line);
  return read.ok ? readsAgain(read.value, readSupplyCommand(writeCommand(read.value))) : undefined;
}

/** The kernel writes whole events: as many come out as went in, however they are cut, and none is lost. */
function evdevTarget(): Target {
  const example = encodeInput({ type: 1, code: 28, value: 1 }, 12);
  const corpus = [
    example,
    encodeInput({ type: 1, code: 28, value: 0 }, 90),
    encodeInput({ type: 0, code: 0, value: 0 }),
  ];
  const behindTimes = 16;

  function read(input: Uint8Array, sizes: readonly number[]): string | undefined {
    const parser = createInputParser();
    const events = [...cut(input, sizes)].flatMap((piece) => parser.push(piece));
    if (events.length !== Math.floor(input.length / inputEventBytes))
      return `${events.length} events of ${input.length} bytes`;
    const isSame = events.every((event, index) => {
      const at = index * inputEventBytes + behindTimes;
      return wireText(encodeInput(event).subarray(behindTimes)) === wireText(input.subarray(at, at + 8));
    });
    if (!isSame) return 'an event is written otherwise than it came';
    parser.reset();
    return parser.push(example).length === 1 ? undefined : 'an event behind it is not found';
  }

  function open() {
    const parser = createInputParser();
    let held = 0;
    return {
      push(bytes: Uint8Array) {
        const told = parser.push(bytes).length * inputEventBytes;
        held += bytes.length - told;
        return told;
      },
      end: () => held,
    };
  }

  return {
    ...bytesTarget({ name: 'evdev', corpus, worst: { 'all bits': Uint8Array.of(0xff) } }, () => undefined),
    read,
    open,
  };
}
