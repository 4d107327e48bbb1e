import { type CharacterSet, characterSets } from '#protocol/at/characterSet.ts';
import type { ModemPart } from './parts.ts';
import { error, type Handler, numberAt, numberSetting, ok, textAt, told } from './reply.ts';
import { type MessageStore, type Storage, storages, storeLimits } from './messageStore.ts';

/** How messages are shown, told and stored (3GPP TS 27.005 3.2 to 3.4). */
export interface MessageSettings extends ModemPart {
  isText(): boolean;
  characters(): CharacterSet;
  /** <mt>: 0 stored in silence, 1 stored and told, 2 shown at once. */
  messages(): number;
  /** <ds> of reports: 0 not at all, 1 shown at once, 2 stored and told. */
  reports(): number;
  /** For reading and deleting, for writing, and for what comes in. */
  storage(use: 0 | 1 | 2): Storage;
  /** In text mode a report is asked for. */
  wantsReport(): boolean;
}

const firstOctet = 17;
const reportAsked = 0x20;

export function createMessageSettings(store: MessageStore): MessageSettings {
  const textMode = numberSetting('+CMGF', {});
  const details = numberSetting('+CSDH', {});
  const service = numberSetting('+CSMS', {});
  const more = numberSetting('+CMMS', { most: 2 });
  let characters: CharacterSet = 'IRA';
  let indications = [2, 1, 0, 0, 0];
  let textParameters = [firstOctet, 167, 0, 0];
  let chosen: [Storage, Storage, Storage] = ['SM', 'SM', 'SM'];
  let centre = '"+46700000000",145';

  const alphabet: Handler = (command) => {
    const all = characterSets.map((set) => `"${set}"`).join(',');
    if (command.form === 'test') return told(`+CSCS: (${all})`);
    if (command.form === 'ask') return told(`+CSCS: "${characters}"`);
    const wanted = characterSets.find((set) => set === textAt(command, 0).toUpperCase());
    if (wanted === undefined) return error;
    characters = wanted;
    return ok;
  };

  /** What is left out stays as it is. */
  const indicate: Handler = (command) => {
    if (command.form === 'test') return told('+CNMI: (0-2),(0-2),(0,2),(0-2),(0,1)');
    if (command.form === 'ask') return told(`+CNMI: ${indications.join(',')}`);
    const wanted = indications.map((value, index) => numberAt(command, index) ?? value);
    if (wanted.some((value) => value > 3)) return error;
    indications = wanted;
    return ok;
  };

  const chooseStore: Handler = (command) => {
    const all = storages.map((name) => `"${name}"`).join(',');
    if (command.form === 'test') return told(`+CPMS: (${all}),(${all}),(${all})`);
    const fill = (name: Storage): string => `${store.used(name)},${storeLimits[name]}`;
    if (command.form === 'ask') return told(`+CPMS: ${chosen.map((name) => `"${name}",${fill(name)}`).join(',')}`);
    const wanted = chosen.map((was, index) =>
      textAt(command, index) === '' ? was : storageNamed(textAt(command, index)),
    );
    const [reading, writing, incoming] = wanted;
    if (reading === undefined || writing === undefined || incoming === undefined) return error;
    chosen = [reading, writing, incoming];
    return told(`+CPMS: ${chosen.map(fill).join(',')}`);
  };

  const serviceCentre: Handler = (command) => {
    if (command.form === 'ask') return told(`+CSCA: ${centre}`);
    if (command.form !== 'set' || !/^\+?\d{1,20}$/u.test(textAt(command, 0))) return error;
    centre = `"${textAt(command, 0)}",${numberAt(command, 1) ?? 145}`;
    return ok;
  };

  const textModeParameters: Handler = (command) => {
    if (command.form === 'ask') return told(`+CSMP: ${textParameters.join(',')}`);
    if (command.form !== 'set') return ok;
    const wanted = textParameters.map((value, index) => numberAt(command, index) ?? value);
    if (wanted.some((value) => value > 255)) return error;
    textParameters = wanted;
    return ok;
  };

  return {
    handlers: {
      '+CMGF': textMode.handler,
      '+CSDH': details.handler,
      '+CMMS': more.handler,
      '+CSMS': (command) => {
        const reply = service.handler(command);
        if (command.form === 'ask') return told(`+CSMS: ${service.value()},1,1,1`);
        return command.form === 'set' && reply !== error ? told('+CSMS: 1,1,1') : reply;
      },
      '+CSCS': alphabet,
      '+CNMI': indicate,
      '+CNMA': () => ok,
      '+CPMS': chooseStore,
      '+CSCA': serviceCentre,
      '+CSMP': textModeParameters,
    },
    restarted() {
      for (const setting of [textMode, details, service, more]) setting.reset();
      characters = 'IRA';
      indications = [2, 1, 0, 0, 0];
      textParameters = [firstOctet, 167, 0, 0];
      chosen = ['SM', 'SM', 'SM'];
    },
    isText: () => textMode.value() === 1,
    characters: () => characters,
    messages: () => indications[1] ?? 0,
    reports: () => indications[3] ?? 0,
    storage: (use) => chosen[use],
    wantsReport: () => ((textParameters[0] ?? 0) & reportAsked) !== 0,
  };
}

function storageNamed(name: string): Storage | undefined {
  return storages.find((one) => one === name);
}
