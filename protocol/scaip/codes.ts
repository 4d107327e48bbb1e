/**
 * The codes of SCAIP (SS 91100:2014, CLC/TS 50134-9) that this product sends or takes, each with words for people.
 * Codes are compared as numbers, because the field writes `3`, `02` and `0010` (docs/asyncapi.yaml, B16).
 */

export interface Code {
  code: number;
  /** Lower-case words for logs and stories. */
  words: string;
}

/** `dty`, device type: what kind of thing reports. */
export const deviceTypes = {
  undefined: { code: 1, words: 'undefined device' },
  hub: { code: 2, words: 'hub' },
  pendant: { code: 3, words: 'pendant' },
  fixedTrigger: { code: 4, words: 'fixed trigger' },
  fall: { code: 5, words: 'fall detector' },
  activity: { code: 10, words: 'activity sensor' },
  bed: { code: 12, words: 'bed sensor' },
  mat: { code: 13, words: 'floor mat' },
  door: { code: 14, words: 'door contact' },
  epilepsy: { code: 17, words: 'epilepsy sensor' },
  occupancy: { code: 18, words: 'occupancy sensor' },
  smoke: { code: 23, words: 'smoke detector' },
  otherDevice: { code: 31, words: 'other device' },
  communicationLink: { code: 32, words: 'communication link' },
  powerSupply: { code: 41, words: 'power supply' },
  monitoringDevice: { code: 49, words: 'monitoring device' },
  radioUnit: { code: 50, words: 'radio unit' },
  trackingDevice: { code: 51, words: 'tracking device' },
} as const satisfies Record<string, Code>;

/** `stc`, status code: what has happened to it. */
export const statusCodes = {
  absent: { code: 3, words: 'absent' },
  activated: { code: 6, words: 'activated' },
  alarmAutomatic: { code: 9, words: 'alarm, automatic' },
  alarmManual: { code: 10, words: 'alarm, manual' },
  batteryFailure: { code: 14, words: 'battery failure' },
  batteryFull: { code: 15, words: 'battery full' },
  batteryLow: { code: 16, words: 'battery low' },
  cancel: { code: 19, words: 'cancel' },
  configurationFellBack: { code: 20, words: 'configuration fell back' },
  closed: { code: 21, words: 'closed' },
  mobileLinkFailure: { code: 24, words: 'mobile link failure' },
  primaryLinkFailure: { code: 26, words: 'primary link failure' },
  noVoiceContact: { code: 42, words: 'no voice contact' },
  inactive: { code: 49, words: 'inactive' },
  maintenanceNeeded: { code: 65, words: 'maintenance needed' },
  malfunction: { code: 67, words: 'malfunction' },
  memoryFailure: { code: 68, words: 'memory failure' },
  normal: { code: 70, words: 'normal' },
  open: { code: 76, words: 'open' },
  openTooLong: { code: 77, words: 'open too long' },
  mainsFailure: { code: 85, words: 'mains failure' },
  mainsRestored: { code: 86, words: 'mains restored' },
  presencePlanned: { code: 87, words: 'presence, planned' },
  presenceUponAlarm: { code: 88, words: 'presence, upon alarm' },
  workingAgain: { code: 91, words: 'working again' },
  interference: { code: 95, words: 'radio interference' },
  testPrimary: { code: 102, words: 'test transmission, primary channel' },
  testRedundant: { code: 103, words: 'test transmission, redundant channel' },
  timeExpired: { code: 104, words: 'time expired' },
  unauthorisedAccess: { code: 107, words: 'unauthorised access' },
  checkOut: { code: 111, words: 'check-out, intervention completed' },
  mobileLinkRestored: { code: 113, words: 'mobile link re-established' },
  primaryLinkRestored: { code: 115, words: 'primary link re-established' },
  lyingInBed: { code: 117, words: 'lying in bed' },
  movement: { code: 119, words: 'movement' },
  present: { code: 121, words: 'present' },
  radioTestMissing: { code: 123, words: 'radio test missing' },
  radioTestRestored: { code: 124, words: 'radio test re-established' },
  tamper: { code: 125, words: 'tamper' },
} as const satisfies Record<string, Code>;

/** `lco`, where. */
export const locationCodes = {
  leftArea: { code: 19, words: 'outside its area' },
} as const satisfies Record<string, Code>;

/** `snu`, the receiver's answer to a report. Any other number counts as not treated (B2.4). */
export const answers = {
  handled: { code: 0, words: 'handled' },
  tooLong: { code: 1, words: 'message too long' },
  badFormat: { code: 2, words: 'bad format' },
  badContent: { code: 3, words: 'bad content' },
  hold: { code: 4, words: 'hold' },
  notTreated: { code: 5, words: 'not treated' },
  busy: { code: 6, words: 'busy' },
  mandatoryTagMissing: { code: 7, words: 'mandatory tag missing' },
  referenceMissing: { code: 10, words: 'reference missing' },
  otherError: { code: 99, words: 'other error' },
} as const satisfies Record<string, Code>;

/** `mre`, whether and how voice follows. */
export const voiceModes = {
  none: { code: 0, words: 'no voice' },
  duplex: { code: 1, words: 'duplex voice' },
  microphoneOnly: { code: 2, words: 'microphone only' },
  speakerOnly: { code: 3, words: 'speaker only' },
} as const satisfies Record<string, Code>;

/** `cre`, who calls whom (B3.1). 1 to 60 is a callback: the hub answers by itself for that long. */
export const callRequests = {
  callPredefined: { code: 61, words: 'the hub calls its predefined receiver' },
  callNumber: { code: 62, words: 'the hub calls the number given' },
} as const satisfies Record<string, Code>;

/** The words for a code, or the bare number when the table does not hold it. */
export function codeWords(table: Readonly<Record<string, Code>>, code: number): string {
  for (const entry of Object.values(table)) {
    if (entry.code === code) {
      return entry.words;
    }
  }
  return `code ${code}`;
}
