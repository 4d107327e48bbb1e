/** STAND-IN */
export type Report = { type: 'report'; reference: number; fate: 'delivered' | 'pending' | 'lost' };
export type ReadPdu =
  | { type: 'message'; from: string; text: string }
  | { type: 'part'; from: string; text: string; reference: number; number: number; total: number }
  | Report
  | { type: 'other' };
export function readPdu(_hex: string): ReadPdu {
  return { type: 'other' };
}
export function writePdu(
  _to: string,
  _text: string,
): { ok: true; value: { length: number; hex: string } } | { ok: false; problem: string } {
  return { ok: true, value: { length: 5, hex: '0011000B' } };
}
