import type { Tone } from './tones.ts';

/** Enough for tones under 1 kHz, and taken by every sound card. */
const samplesPerSecond = 16_000;
const bytesPerSample = 2;
const headerBytes = 44;
const loudest = 32_767;
/** A tone that begins or ends at once clicks. */
const fadeMs = 8;

/** A sound as a WAV file: mono, 16 bits, PCM. `volumePercent` from 0 to 100. */
export function renderWave(tones: readonly Tone[], volumePercent: number): Uint8Array {
  const counts = tones.map(({ ms }) => Math.round((ms * samplesPerSecond) / 1_000));
  const dataBytes = bytesPerSample * counts.reduce((sum, count) => sum + count, 0);
  const bytes = new Uint8Array(headerBytes + dataBytes);
  const view = new DataView(bytes.buffer);
  writeHeader(bytes, view, dataBytes);
  const amplitude = (loudest * volumePercent) / 100;
  let at = headerBytes;
  tones.forEach(({ hz }, index) => {
    const count = counts[index] ?? 0;
    for (let sample = 0; sample < count; sample += 1) {
      const wave = Math.sin((2 * Math.PI * hz * sample) / samplesPerSecond);
      view.setInt16(at, Math.round(amplitude * fade(sample, count) * wave), true);
      at += bytesPerSample;
    }
  });
  return bytes;
}

function fade(sample: number, count: number): number {
  const fadeSamples = (fadeMs * samplesPerSecond) / 1_000;
  return Math.min(1, sample / fadeSamples, (count - sample) / fadeSamples);
}

/** RIFF, WAVE, one `fmt ` and one `data` chunk (Multimedia Programming Interface and Data Specifications). */
function writeHeader(bytes: Uint8Array, view: DataView, dataBytes: number): void {
  const text = (at: number, four: string): void => bytes.set(new TextEncoder().encode(four), at);
  text(0, 'RIFF');
  view.setUint32(4, headerBytes - 8 + dataBytes, true);
  text(8, 'WAVE');
  text(12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, samplesPerSecond, true);
  view.setUint32(28, samplesPerSecond * bytesPerSample, true);
  view.setUint16(32, bytesPerSample, true);
  view.setUint16(34, 8 * bytesPerSample, true);
  text(36, 'data');
  view.setUint32(40, dataBytes, true);
}
