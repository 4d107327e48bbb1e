/** The devices a hub may have on serial lines, by the names that the configuration has for them. */
export const deviceKinds = ['radio', 'modem', 'gnss', 'ups', 'reader', 'radar'] as const;

export type DeviceKind = (typeof deviceKinds)[number];

/** A part that one can buy, as it says on the USB what it is. */
export interface KnownUsb {
  /** Four hex digits each, in lower case. */
  vendor: string;
  product: string;
  /** Part of the product's own name, where the ids are those of a bridge that others use too. */
  called?: RegExp;
  /** `bInterfaceNumber`, two hex digits, where one part has several ports. */
  interface?: string;
  name: string;
  /** What it is; without it a bridge that anything may be behind. */
  kind?: DeviceKind;
  /** A port of a known part that nobody asks for. */
  spare?: true;
}

/**
 * From the parts' documents, and from usb.ids (http://www.linux-usb.org/usb-ids.html). The interfaces of the modems are
 * those of SIMCom's "SIM7500_SIM7600 Series Linux USB" and Quectel's "EC2x&EG9x Linux USB driver" notes.
 */
export const knownUsb: readonly KnownUsb[] = [
  { vendor: '0403', product: '6001', called: /EnOcean/iu, name: 'EnOcean USB 300', kind: 'radio' },
  { vendor: '1e0e', product: '9001', interface: '02', name: 'SIMCom SIM7600', kind: 'modem' },
  { vendor: '1e0e', product: '9001', interface: '01', name: 'SIMCom SIM7600, its positions', kind: 'gnss' },
  { vendor: '1e0e', product: '9001', name: 'SIMCom SIM7600, another of its ports', spare: true },
  { vendor: '2c7c', product: '0125', interface: '02', name: 'Quectel EC25', kind: 'modem' },
  { vendor: '2c7c', product: '0125', interface: '01', name: 'Quectel EC25, its positions', kind: 'gnss' },
  { vendor: '2c7c', product: '0125', name: 'Quectel EC25, another of its ports', spare: true },
  { vendor: '1546', product: '01a7', name: 'u-blox 7', kind: 'gnss' },
  { vendor: '1546', product: '01a8', name: 'u-blox 8', kind: 'gnss' },
  { vendor: '0665', product: '5161', name: 'a small Megatec supply on its USB cable', kind: 'ups' },
  { vendor: '0403', product: '6001', name: 'FT232 bridge' },
  { vendor: '0403', product: '6015', name: 'FT231X bridge' },
  { vendor: '1a86', product: '7523', name: 'CH340 bridge' },
  { vendor: '1a86', product: '55d4', name: 'CH9102 bridge' },
  { vendor: '10c4', product: 'ea60', name: 'CP2102 bridge' },
  { vendor: '067b', product: '2303', name: 'PL2303 bridge' },
  { vendor: '067b', product: '23a3', name: 'PL2303 bridge' },
];

/** What the part is, as far as its ids tell. */
export function recogniseUsb(usb: { vendor: string; product: string; called: string; interface: string }) {
  return knownUsb.find(
    (known) =>
      known.vendor === usb.vendor &&
      known.product === usb.product &&
      (known.called?.test(usb.called) ?? true) &&
      (known.interface ?? usb.interface) === usb.interface,
  );
}
