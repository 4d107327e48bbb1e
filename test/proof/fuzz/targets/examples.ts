import { hexBytes } from '#test/hexBytes.ts';

/** Valid examples that several targets are fed with. */

/** As recorded or published: the origins are in protocol/esp3/golden.test.ts. The last is the answer to a reset. */
export const radioFrames = [
  hexBytes('55 0007 07 01 7A  F6 50 00298979 30  01 FFFFFFFF 37 00  9D'),
  hexBytes('55 0007 07 01 7A  F6 00 00298979 20  02 FFFFFFFF 4A 00  03'),
  hexBytes('55 0007 07 01 7A  D5 08 01825DAB 00  01 FFFFFFFF 36 00  53'),
  hexBytes('55 000A 07 01 EB  A5 08284680 018A7B30 00  01 FFFFFFFF 49 00  26'),
  hexBytes('55 0001 00 02 65  00  00'),
] as const;

/** Recorded from readers: protocol/rdm6300/rdm6300.test.ts. */
export const tagFrames = [
  hexBytes('02 36 32 45 33 30 38 36 43 45 44 30 38 03'),
  hexBytes('02 33 43 30 30 43 45 37 35 34 43 43 42 03'),
  hexBytes('02 36 32 45 33 30 38 36 43 45 44 30 38 0D 0A 03'),
] as const;

/** Of the maker's manual and of modules: protocol/ld2410/golden.test.ts. */
export const radarFrames = [
  hexBytes('F4F3F2F1 0D00 02AA 02 5100 00 0000 3B 0000 5500 F8F7F6F5'),
  hexBytes('F4F3F2F1 0D00 02AA 03 4F00 64 4C00 64 3200 5500 F8F7F6F5'),
  hexBytes('FDFCFBFA 0400 FF00 0100 04030201'),
  hexBytes('FDFCFBFA 0800 FF01 0000 0100 4000 04030201'),
] as const;

/** Logs of real receivers: protocol/nmea/messages.test.ts. */
export const sentences = [
  '$GPGGA,191503.01,3645.876324,N,03124.670280,E,1,03,1.3,-6.7,M,32.0,M,,*49',
  '$GPRMC,191503.01,A,3645.876324,N,03124.670280,E,1.3,300.5,110922,3.6,E,A,V*4E',
  '$GPGGA,,,,,,0,,,,,,,,*66',
  '$GPRMC,,V,,,,,,,,,,N*53',
  '$GNGSA,A,3,78,69,88,87,68,,,,,,,,2.9,1.3,2.6,2*3E',
  '$GPGSV,3,3,10,20,,,,24,12,293,,1*5A',
] as const;

/** What a modem says. */
export const modemLines = [
  'OK',
  '+CREG: 2,1,"2C01","01A2D003",7',
  '+COPS: 0,0,"Telia",7',
  '+CSQ: 17,99',
  '+CPIN: READY',
  '+CME ERROR: 10',
  '+CLCC: 1,0,3,0,0,"+46707123456",145',
  '+CCLK: "26/01/15,12:00:00+04"',
  '+CMT: ,24',
  '07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07',
  'VOICE CALL: END: 000005',
  'RING',
] as const;

/** What a modem is told. */
export const commandLines = [
  'AT',
  'ATE0V1+CMEE=1',
  'AT+CREG=2;+CREG?',
  'ATD+46707123456;',
  'AT+CPIN="1234"',
  'ATS0=1S3?',
  'AT+CMGS=24',
  'AT+COPS=?',
] as const;

/** Of Megatec's own description, and of models known to NUT. */
export const supplyLines = [
  '(208.4 140.0 208.4 034 59.9 2.05 35.0 00110000',
  '(226.0 195.0 226.0 014 49.0 27.5 30.0 00001000',
  '#220.0 000 024.0 50.0',
  '#Sweex           Smart UPS  V1.0      ',
  'ACK',
] as const;

export const supplyCommands = ['Q1', 'F', 'I', 'T10', 'S.2R0005', 'C', 'TL'] as const;

/** Published by others: the origins are in protocol/sms/golden.test.ts. The last two are made here: a part, a report. */
export const pdus = [
  '07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07',
  '07914306073011F0040B914316709807F2000880604290224080084E2D5174901A8BAF',
  '0011000B916407281553F80000AA0AE8329BFD4697D9EC37',
  '0791447758100650040C914497716247010000909010711423400A2050EC468B81C4733A',
  '0044048141360000621051210000400D050003420301A8E832FB0D',
  '0006070B911346610089F662105121000040621051211000400000',
] as const;

/** Every section of a configuration, as somebody would write it. */
export const configurationText = `hub: hub-0001
version: 3
centre:
  primary:
    url: mqtt://127.0.0.1:1883
    keys: { "66687aad": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }
  reserve: { url: "mqtt://user:secret@reserve.example:1883" }
paths: { answerWithin: 10s, rounds: 16 }
heartbeat: { interval: 120s, unanswered: 3 }
radio: { port: /dev/null }
modem: { pin: "1234", lostAfter: 10m }
voice: { receiver: "+46313900600", attempts: 3 }
timezone: Europe/Stockholm
# Who is heard.
accessories:
  - &first { name: pendant, id: "00298979", kind: pendant }
  - name: door
    id: 01825dab
    kind: door
    guard: { hours: "22:00-06:00", openFor: 5m }
tags: []
`;

export const scenarioText = `scenario: A press leads to a call
about: The centre takes the alarm, and the hub calls the operator at once.
covers: [B3.1, B3.2, H2, H14]
seed: 7
start: 2026-01-15T12:00
hub:
  heartbeat: { interval: 5m }
steps:
  - press: pendant
  - expect: { journal: acknowledged }
  - expect: { voice: ended }
    within: 70s
  - never: { report: update }
    for: 10m
  - network: { loss: 10% }
  - configure: { heartbeat: { interval: 5m } }
  - wait: 1h
`;

export const policyText = `answers: handled
heartbeat: { interval: 10m, tellHubs: true, missed: 3 }
operator: { does: answers, after: 8s, talksFor: 30s, afterwards: close, voiceWithin: 3m }
staff:
  does: declines
  onThePhone: accepts
  text: "{name}, {address}: {cause}. Answer accept {ref}."
keep: 366d
`;

export const clientsText = `clients:
  hub-0001: { unit: north, name: Anna Andersson, address: Storgatan 1, town: Ort, phone: "0401234567", heartbeat: 10m }
  hub-0002: {}
`;

export const gpxText = `<?xml version="1.0"?>
<gpx version="1.1"><!-- <trkpt lat="1" lon="1"/> --><trk><name><![CDATA[<x>]]></name><trkseg>
<trkpt lat="56.0465" lon="12.6945"><ele>31</ele></trkpt><trkpt lon='12.70' lat = '-56.05' />
</trkseg></trk></gpx>`;

/** What the kernel tells of a machine's supplies: the folder, the file, what it holds. */
export const supplyFilesText = `AC type Mains
AC online 1
BAT0 type Battery
BAT0 status Discharging
BAT0 capacity 42
BAT0 energy_now 3000
BAT0 energy_full 4000
BAT0 energy_full_design 5000
BAT1 type Battery
BAT1 capacity_level Low
BAT1 health Dead
`;
