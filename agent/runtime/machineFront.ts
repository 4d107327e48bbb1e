import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LightLamp } from '#agent/drivers/front/lamps.ts';
import type { PlayWave } from '#agent/drivers/front/sounder.ts';

/** A lamp of Linux's LED class (Documentation/leds/leds-class.rst). Its files are looked at when it is lit, not before. */
export function ledLamp(folder: string, name: string): LightLamp {
  const file = (attribute: string): string => join(folder, name, attribute);
  let isOurs = false;
  return (brightness) => {
    try {
      // Until then the kernel may blink it by itself, for the disk or the network.
      if (!isOurs) writeFileSync(file('trigger'), 'none');
      const most = Number(readFileSync(file('max_brightness'), 'utf8'));
      const level = brightness === 0 ? 0 : Math.max(1, Math.round(brightness * most));
      writeFileSync(file('brightness'), String(level));
      isOurs = true;
    } catch (error) {
      isOurs = false;
      throw new Error(`the lamp ${name} cannot be lit: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  };
}

/** What of a player's complaint is kept. */
const complaintLimit = 300;

/** ALSA's own player; `device` as `aplay -L` lists it. */
export function aplay(device: string, command = 'aplay'): PlayWave {
  return (wave, done) => {
    const player = spawn(command, ['--quiet', '--device', device, '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
    let complaint = '';
    let over = false;
    const end = (problem?: string): void => {
      if (over) return;
      over = true;
      done(problem);
    };
    player.stderr.on('data', (bytes: Buffer) => {
      complaint = `${complaint}${bytes.toString()}`.slice(0, complaintLimit);
    });
    // It may end before it has read everything; how it ended says more.
    player.stdin.on('error', () => {});
    player.once('error', (error) => end(`sounds cannot be played: ${error.message}`));
    player.once('close', (status) =>
      end(
        status === 0 ? undefined : `sounds cannot be played: ${complaint.trim() || `${command} ended with ${status}`}`,
      ),
    );
    player.stdin.end(wave);
    return () => {
      over = true;
      player.kill('SIGTERM');
    };
  };
}
