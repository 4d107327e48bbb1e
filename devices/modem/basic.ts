import type { Command } from '#protocol/at/command.ts';
import type { ModemPart, PartContext } from './parts.ts';
import { asked, error, type Handler, numberSetting, ok, type Reply, told } from './reply.ts';

/** Registers of V.250 that may be set; what stands in them changes nothing, save that it is told. */
export const registersLimit = 100;

/** How the modem talks (V.250 6.2). */
export interface Manner {
  echo: boolean;
  /** Results in words; in numbers otherwise. */
  verbose: boolean;
  /** No results at all. */
  quiet: boolean;
}

export interface Basic extends ModemPart {
  manner(): Manner;
  /** `AT+CMEE`: 0 ERROR alone, 1 with a number, 2 with words (3GPP TS 27.007 9.1). */
  errorDetail(): number;
  perform(command: Exclude<Command, { kind: 'extended' | 'dial' }>): Reply;
}

const factory: Manner = { echo: true, verbose: true, quiet: false };

/** What the modem says of itself, and how it talks. Calls are `H` and `A`, handed in. */
export function createBasic({ profile }: PartContext, calls: { answer(): Reply; hangUp(): Reply }): Basic {
  let manner = { ...factory };
  const registers = new Map<number, number>();
  const errors = numberSetting('+CMEE', { most: 2 });

  function restore(): Reply {
    manner = { ...factory };
    registers.clear();
    errors.reset();
    return ok;
  }

  function flag(name: keyof Manner, number: number): Reply {
    if (number > 1) return error;
    manner = { ...manner, [name]: number === 1 };
    return ok;
  }

  function basic(name: string, number: number): Reply {
    switch (name) {
      case 'E':
        return flag('echo', number);
      case 'V':
        return flag('verbose', number);
      case 'Q':
        return flag('quiet', number);
      case 'I':
        return told(...profile.information);
      case 'Z':
      case '&F':
        return restore();
      case 'A':
        return calls.answer();
      case 'H':
        return calls.hangUp();
      case '&W':
      case '&C':
      case '&D':
      case '&K':
      case 'X':
      case 'M':
      case 'L':
      case 'T':
      case 'P':
        return ok;
      default:
        return error;
    }
  }

  function register(number: number, value: number | undefined): Reply {
    if (number >= registersLimit) return error;
    if (value === undefined) return told(String(registers.get(number) ?? 0).padStart(3, '0'));
    registers.set(number, value);
    return ok;
  }

  const rate: Handler = (command) => {
    if (command.form === 'test') return told('+IPR: (0,9600,19200,38400,57600,115200)');
    return command.form === 'ask' ? told('+IPR: 115200') : ok;
  };
  const serial = asked(profile.imei);
  const [maker, model, revision] = [asked(profile.maker), asked(profile.model), asked(profile.revision)];

  return {
    handlers: {
      '+CMEE': errors.handler,
      '+CGMI': maker,
      '+GMI': maker,
      '+CGMM': model,
      '+GMM': model,
      '+CGMR': revision,
      '+GMR': revision,
      '+CGSN': serial,
      '+GSN': serial,
      '+GCAP': asked('+GCAP: +CGSM'),
      '+IPR': rate,
      '+IFC': ({ form }) => (form === 'ask' ? told('+IFC: 0,0') : ok),
    },
    manner: () => manner,
    errorDetail: errors.value,
    perform(command) {
      if (command.kind === 'basic') return basic(command.name, command.number);
      return register(command.register, command.value);
    },
    restarted: restore,
  };
}
