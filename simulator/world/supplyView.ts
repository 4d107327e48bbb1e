import type { HubDevices } from '#agent/hub/devices.ts';
import type { Plug } from './plug.ts';

/** How mains and battery really are. */
export interface SupplyState {
  mains: boolean;
  absent: boolean;
  /** 0 to 100, as exactly as it is known. */
  chargePercent: number;
  healthPercent: number;
}

/** The supply as the hub sees it. */
export interface SupplyView {
  plug: Plug;
  /** It is otherwise from now on. */
  changed(): void;
  devices?(): HubDevices;
  onPower(on: boolean): void;
}
