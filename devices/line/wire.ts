/**
 * The device's end of a fake wire. Like a UART it knows nothing of the other side: bytes written while nobody has the
 * port open are gone, and no one says so.
 */
export interface DeviceEnd {
  write(bytes: Uint8Array): void;
  /** Sets who hears what the hub sends; a later call replaces an earlier one. */
  onReceived(handler: (bytes: Uint8Array) => void): void;
}

/** The connector of a device: pulled out, the port is gone; put back, it is there again under its old name. */
export interface Connector {
  unplug(): void;
  plug(): void;
}
