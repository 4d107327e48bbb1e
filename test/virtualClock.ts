/** Unit tests of every layer take it from here: they may import what tests share, and their own layer. */
export { createVirtualClock } from '#simulator/virtualClock.ts';
