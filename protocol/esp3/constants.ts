/** Names and numbers of the EnOcean Serial Protocol 3 (ESP3), and of the radio telegrams it carries (ERP1). */

/** Bits per second of every ESP3 module's serial port, 8N1 (ESP3 1.5). */
export const esp3BaudRate = 57_600;

/** A gap this long in the middle of a packet means that its rest will not come (ESP3 1.6.4). */
export const interByteTimeoutMs = 100;

/** Every packet starts with it; it may also occur inside one. */
export const syncByte = 0x55;

/** Sync byte, data length (2), optional length (1), packet type (1), checksum of these four. */
export const headerLength = 6;

/** The checksum behind the data and the optional data. */
export const trailerLength = 1;

/**
 * The longest data this codec takes, in bytes. The length field could say 65,535, but the longest message a radio module
 * passes on is a remote management message of 512; a longer claim is noise, and waiting for it would swallow telegrams.
 */
export const dataLengthLimit = 512;

/** The longest optional data, in bytes: its length field has one byte. */
export const optionalLengthLimit = 255;

/** ESP3 1.6.2. The rest of the numbers are decoded as frames and known to nobody here. */
export const packetTypes = {
  radioErp1: 0x01,
  response: 0x02,
  radioSubTelegram: 0x03,
  event: 0x04,
  commonCommand: 0x05,
  smartAckCommand: 0x06,
  remoteManagementCommand: 0x07,
  radioMessage: 0x09,
  radioErp2: 0x0a,
} as const;

/** ESP3 2.2.2: what a module answers to a command. */
export const returnCodes = {
  ok: 0x00,
  error: 0x01,
  notSupported: 0x02,
  wrongParameter: 0x03,
  operationDenied: 0x04,
  lockSet: 0x05,
  bufferTooSmall: 0x06,
  noFreeBuffer: 0x07,
  flashHardwareError: 0x82,
  baseIdOutOfRange: 0x90,
  baseIdMaximumReached: 0x91,
} as const;

/** ESP3 2.4: what a module says unasked. */
export const eventCodes = {
  reclaimNotSuccessful: 0x01,
  confirmLearn: 0x02,
  learnAcknowledge: 0x03,
  /** CO_READY: the module has just started and takes commands. */
  ready: 0x04,
  secureDevices: 0x05,
  dutyCycleLimit: 0x06,
  transmitFailed: 0x07,
} as const;

/** ESP3 2.5: those of the common commands that this codec knows by name. */
export const commandCodes = {
  writeReset: 0x02,
  readVersion: 0x03,
  writeIdBase: 0x07,
  readIdBase: 0x08,
  writeRepeater: 0x09,
  readRepeater: 0x0a,
} as const;

/** The first byte of a radio telegram: what kind of payload follows (EEP 1.4). */
export const rorgs = {
  /** RPS, repeated switch communication: 1 byte of payload. */
  repeatedSwitch: 0xf6,
  /** 1BS: 1 byte. */
  oneByte: 0xd5,
  /** 4BS: 4 bytes. */
  fourByte: 0xa5,
  /** VLD: 1 to 14 bytes. */
  variableLength: 0xd2,
  /** SIGNAL: what any device says about itself; 1 byte of message id and its data. */
  signal: 0xd0,
  /** UTE: universal teach-in, 7 bytes. */
  universalTeachIn: 0xd4,
} as const;

/**
 * The telegrams of secure devices ("Security of EnOcean Radio Networks"): secure with and without the kind inside, chained,
 * maintenance, teach-in. They are encrypted, and nobody here has the keys.
 */
const secureRorgs: readonly number[] = [0x30, 0x31, 0x33, 0x34, 0x35];

/** Those of them that carry what the device says; the others are parts of a long one, and the teach-in of a key. */
export function isSecureSaying(rorg: number): boolean {
  return rorg === 0x30 || rorg === 0x31;
}

export function isSecure(rorg: number): boolean {
  return secureRorgs.includes(rorg);
}

/** The address of everybody. */
export const broadcastId = 'ffffffff';
