/**
 * The hub's devices as its behaviour sees them: what happened, and what they can be told to do. A driver
 * (agent/drivers) makes one of these from a wire; a world in virtual time makes one from events. A device that is not
 * fitted is left out, and nothing is missed.
 */
export interface HubDevices {
  openSupply?: Open<SupplyListener, Supply>;
  openModem?: Open<ModemListener, Modem>;
  openReader?: Open<ReaderListener, Device>;
  openGnss?: Open<PositionListener, Saver>;
  openRadar?: Open<RadarListener, Saver>;
  openTracker?: Open<TrackerListener, Device>;
  openFront?: Open<FrontListener, Front>;
  /** In the order in which a call is tried (B3.3): SIP, then the modem. */
  voicePaths?: readonly Open<VoiceListener, VoicePath>[];
}

/** Opens the device; what it tells comes by synchronous callbacks, never before this has returned. */
type Open<Listener, Opened> = (listener: Listener) => Opened;

export interface Device {
  /** Closes it; no callback comes after it. */
  stop(): void;
}

/** A device that can rest while the hub saves power (B6.2). */
export interface Saver extends Device {
  savePower(on: boolean): void;
}

/**
 * Whether the device itself works. Each is said at a change only. `well` is also said when the device is first found to
 * work: it may have failed before a restart.
 */
export interface HealthListener {
  /** It does not work, and what was tried did not help. `reason` is for people. */
  failing(reason: string): void;
  well(): void;
}

/** The supply is looked at every 5 s at least (B6.1); only a change of what it says need be told. */
export interface SupplyListener extends HealthListener {
  reading(reading: SupplyReading): void;
}

export interface SupplyReading {
  mains: boolean;
  battery: BatteryReading | 'absent';
}

export interface BatteryReading {
  /** 0 to 100. */
  chargePercent: number;
  /** What it holds of what it held when new, where the supply knows it. */
  healthPercent?: number;
  /** How its last test ended (B6.5). */
  test?: 'passed' | 'failed';
}

export interface Supply extends Device {
  /** The monthly test (B6.5); the next reading says how it ended. */
  testBattery(): void;
}

export interface MobileStatus {
  sim: 'unknown' | 'absent' | 'pin-required' | 'puk-required' | 'ready';
  registration: 'none' | 'searching' | 'denied' | 'home' | 'roaming';
  access: 'none' | '2G' | '3G' | '4G';
  operator?: string;
  signalDbm?: number;
  /** Whether the data bearer is up. */
  data: boolean;
}

export interface ModemListener extends HealthListener {
  /** Polled every 60 s at least (B7.3); only a change need be told. */
  status(status: MobileStatus): void;
  /** A short message came in. */
  message(from: string, text: string): void;
  /** What became of a message: handed to the network, refused, or reported as delivered (B2.8). */
  messageOutcome(id: string, outcome: 'sent' | 'failed' | 'delivered'): void;
  /** The network told the time, milliseconds since 1970 (B12.3). */
  networkTime(wallMs: number): void;
}

/** What is tried, in this order, when there is no registration or data does not flow (B7.4). */
export type ModemRecovery = 'reattach' | 'radio-off-on' | 'reset' | 'power-cycle';

export interface Modem extends Device {
  /** Tried once, after it was written down that it is (B7.2). */
  enterPin(pin: string, outcome: (outcome: 'accepted' | 'wrong' | 'failed') => void): void;
  recover(step: ModemRecovery): void;
  /** `id` comes back in `messageOutcome`. At most 160 characters of GSM-7. */
  sendMessage(id: string, to: string, text: string): void;
}

export interface ReaderListener extends HealthListener {
  /** The tag's number as the reader told it: ten hex digits in lower case. */
  tag(number: string): void;
}

export interface Position {
  /** Degrees, WGS 84. */
  latitude: number;
  longitude: number;
  /** The NMEA GGA sentence it came in, without line end. */
  gga?: string;
}

export interface PositionListener extends HealthListener {
  /** Where the hub is; undefined when it is not known any more. */
  position(position: Position | undefined): void;
  /** Satellites told the time, milliseconds since 1970 (B12.3). */
  satelliteTime(wallMs: number): void;
}

export interface RadarListener extends HealthListener {
  /** Whether somebody is there, moving or at rest. */
  presence(present: boolean): void;
  /** Somebody moves. */
  movement(): void;
}

/** A tracker is an accessory: `id` is the configured one's. */
export interface TrackerListener {
  sos(id: string): void;
  position(id: string, position: Position): void;
}

export const frontButtons = ['alarm', 'cancel', 'presence'] as const;

export type FrontButton = (typeof frontButtons)[number];

export interface FrontListener extends HealthListener {
  button(button: FrontButton): void;
}

/** What the hub shows. Each is a state: the light stays until another is shown. */
export const lights = [
  'ready',
  'no-connection',
  'alarm',
  'acknowledged',
  'cancel-window',
  'battery',
  'checked-in',
  'checked-out',
  'refused',
  'installer',
  'enrolling',
  'off',
] as const;

export type Light = (typeof lights)[number];

export const sounds = [
  'alarm',
  'acknowledged',
  'cancel-window',
  'cancelled',
  'checked-in',
  'checked-out',
  'refused',
  'camera',
  'call',
  'range-test',
  'enrolled',
] as const;

export type Sound = (typeof sounds)[number];

export interface Front extends Device {
  show(light: Light): void;
  play(sound: Sound): void;
  savePower(on: boolean): void;
}

export type VoicePathName = 'sip' | 'modem';

export type VoiceMode = 'duplex' | 'microphone-only' | 'speaker-only';

/** One call at a time: what is told is about that call. */
export interface VoiceListener {
  ringing(): void;
  connected(): void;
  /** The call that was connected is over; or (`failed`) it never came about. `reason` is for people. */
  ended(reason: string): void;
  failed(reason: string): void;
  /** The other side pressed a key (B3.4). */
  key(digit: string): void;
  /** Somebody calls; `answer` takes it, `refuse` does not. */
  incoming(from: string): void;
}

export interface VoicePath extends Device {
  name: VoicePathName;
  isUp(): boolean;
  /** Calls a number or URI. */
  dial(to: string, mode: VoiceMode): void;
  /** Takes the call that comes in; `connected` or `failed` follows. */
  answer(mode: VoiceMode): void;
  /** Lets the call that comes in go; the one under way stays. */
  refuse(): void;
  /** Ends the call, or gives up the dialling; nothing is told of it any more. */
  hangUp(): void;
  setMode(mode: VoiceMode): void;
  /** By so many steps, up or with a negative number down. */
  changeVolume(steps: number): void;
  /** The output for an external device, on for a moment (B3.4). */
  switchOutput(): void;
}
