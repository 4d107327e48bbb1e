import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inTime, type Program, startProgram, welfareHub } from './program.ts';

/** gammu waits by itself before most replies; more than this is a fault. */
const gammuTimeoutMs = 110_000;

/** A fake modem as a program, in a folder of its own, and gammu on its port. */
async function startModem(...options: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'modem-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const link = join(folder, 'ttyMODEM');
  const modem = startProgram(welfareHub('device', 'modem', '--link', link, '--json', ...options));
  await modem.said('the modem', (line) => line.includes('"ready"'));
  const configuration = join(folder, 'gammurc');
  // gammu knows a device by its configuration file alone (gammurc(5)).
  writeFileSync(
    configuration,
    `${['[gammu]', `device = ${link}`, 'connection = at115200', 'use_locking = no'].join('\n')}\n`,
  );
  return {
    folder,
    modem,
    gammu: async (...words: string[]) => await gammu(configuration, words),
    sent: async () => JSON.parse(await modem.said('the message', (line) => line.includes('"sms-sent"'))) as unknown,
  };
}

async function gammu(configuration: string, words: readonly string[]): Promise<string> {
  // Its messages are in the language of the machine.
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  const said = new Promise<string>((resolve, reject) => {
    execFile('gammu', ['-c', configuration, ...words], { env, timeout: gammuTimeoutMs }, (problem, stdout, stderr) => {
      if (problem === null) resolve(stdout);
      else reject(new Error(`gammu ${words.join(' ')}: ${problem.message}\n${stdout}\n${stderr}`));
    });
  });
  return await inTime(`gammu ${words[0] ?? ''}`, said, () => words.join(' '));
}

/** What a client on a socket hears until `last` has come. */
async function ask(
  modem: Program,
  to: { path: string } | { port: number },
  line: string,
  last: string,
): Promise<string> {
  const client = createConnection(to);
  onTestFinished(() => void client.destroy());
  let heard = '';
  const answered = new Promise<string>((resolve, reject) => {
    client.on('error', reject);
    client.setEncoding('latin1').on('data', (text: string) => {
      heard += text;
      if (heard.endsWith(last)) resolve(heard);
    });
  });
  client.write(line);
  return await inTime(`an answer on the socket`, answered, () => [heard, ...modem.stdout].join('\n'));
}

/** gammu waits more than it works: what belongs to one test is done side by side, each with a modem of its own. */
describe('gammu, which others wrote, takes the fake for a modem', () => {
  test('and identifies it, reads its network, its signal and its stores', async () => {
    async function identifies(profile: string, maker: string, model: string, firmware: string): Promise<void> {
      const { gammu } = await startModem('--profile', profile);
      const said = await gammu('--identify');
      expect(said).toMatch(new RegExp(`Manufacturer +: ${maker}\\s`, 'u'));
      expect(said).toMatch(new RegExp(`Model +: .*${model}`, 'u'));
      expect(said).toMatch(new RegExp(`Firmware +: .*${firmware}`, 'u'));
      expect(said).toMatch(/IMEI +: \d{15}\s/u);
      expect(said).toMatch(/SIM IMSI +: 240991234567890/u);
    }
    async function readsNetwork(): Promise<void> {
      const { modem, gammu } = await startModem();
      modem.type('network roaming');
      const said = await gammu('--networkinfo');
      expect(said).toMatch(/Network state +: roaming network/u);
      expect(said).toMatch(/Network +: 999 02 .*LAC 1A2B, CID 00C8D9EF/u);
      expect(said).toMatch(/Name in phone +: "Roamnet"/u);
      expect(said).toMatch(/GPRS +: attached/u);
    }
    async function readsSignal(): Promise<void> {
      const { modem, gammu } = await startModem('--profile', 'ec25');
      modem.type('signal -95');
      modem.type('sms +46700000002 Hej');
      const said = await gammu('--monitor', '1');
      expect(said).toMatch(/Signal strength +: -95 dBm/u);
      expect(said).toMatch(/SIM SMS status +: 1 used, \d unread, 50 locations/u);
    }
    await Promise.all([
      identifies('sim7600e-h', 'SIMCOM INCORPORATED', 'SIMCOM_SIM7600E-H', 'LE20B04SIM7600M22'),
      identifies('ec25', 'Quectel', 'EC25', 'EC25EFAR06A06M4G'),
      readsNetwork(),
      readsSignal(),
    ]);
  });

  test('and sends messages by it, of which the whole text is told, and reads those that came in', async () => {
    async function sends(text: string, parts: number, ...options: string[]): Promise<void> {
      const { gammu, sent } = await startModem(...options);
      await gammu('sendsms', 'TEXT', '+46700000001', '-len', '400', '-text', text);
      expect(await sent()).toEqual({ event: 'sms-sent', to: '+46700000001', text, parts });
    }
    async function reads(): Promise<void> {
      const { modem, gammu } = await startModem();
      modem.type('sms +46700000002 A1 7Q2M 0');
      modem.type('sms Kommunen Привет från oss');
      const said = await gammu('getallsms');
      expect(said).toMatch(/Remote number +: "\+46700000002"[\s\S]*A1 7Q2M 0/u);
      expect(said).toMatch(/Remote number +: "Kommunen"[\s\S]*Привет från oss/u);
      expect(said).toMatch(/SMSC number +: "\+46700000000"/u);
    }
    await Promise.all([
      sends('H1 hub-0001 7Q2M 0003 0010 019 0705', 1),
      sends('Larm från Ångströmsgatan 7, ring på {porten}. '.repeat(5).trim(), 2, '--profile', 'ec25'),
      reads(),
    ]);
  });
});

describe('a fake modem on a socket', () => {
  const said = '\r\n+CSQ: 17,99\r\n\r\nOK\r\n';

  test('answers there as on its port, and ends with its input', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'modem-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'modem.sock');
    const { modem } = await startModem('--socket', path);
    await modem.said('that it listens', (line) => line.includes('"listening"'));
    expect(await ask(modem, { path }, 'ATE0\rAT+CSQ\r', said)).toBe(`ATE0\r\r\nOK\r\n${said}`);
    modem.closeInput();
    expect(await modem.end()).toEqual({ status: 0, signal: null });
  });

  test('is found on a TCP port of the loopback', async () => {
    const { modem } = await startModem('--socket', '0');
    const line = await modem.said('that it listens', (one) => one.includes('"listening"'));
    const { where } = JSON.parse(line) as { where: string };
    const [host, port] = where.split(':');
    expect(host).toBe('127.0.0.1');
    expect(await ask(modem, { port: Number(port) }, 'AT+CSQ\r', said)).toBe(`AT+CSQ\r${said}`);
  });

  test('says so when the place is taken, and answers on its port none the less', async () => {
    const { folder, modem } = await startModem('--socket', '/does/not/exist/modem.sock');
    await modem.said('that nobody can connect', (line) => line.includes('"socket-failed"'));
    modem.type('list');
    expect(await modem.said('the list', (line) => line.includes('"list"'))).toContain('sim: ready');
    expect(folder).not.toBe('');
  });
});
