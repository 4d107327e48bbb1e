import { describe, expect, test } from 'vitest';
import { writtenAddress } from './address.ts';
import { decodePdu, encodePdu, fateOf, lengthOf, type Pdu } from './pdu.ts';

function read(hex: string): Pdu {
  const pdu = decodePdu(hex);
  if (!pdu.ok) throw new Error(pdu.problem.message);
  return pdu.value;
}

function summary(pdu: Pdu): unknown {
  const other = pdu.type === 'deliver' ? pdu.from : pdu.to;
  const text = pdu.type !== 'status-report' && pdu.content.alphabet !== 'data' ? pdu.content.text : undefined;
  return [pdu.type, pdu.serviceCentre && writtenAddress(pdu.serviceCentre), writtenAddress(other), text];
}

describe('a message that others have published is read as they read it', () => {
  test.each<[origin: string, hex: string, expected: unknown]>([
    // The test suite of python-messaging.
    [
      'in GSM-7',
      '07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07',
      ['deliver', '+31624000000', '+31641600986', 'How are you?'],
    ],
    [
      'in UCS-2',
      '07914306073011F0040B914316709807F2000880604290224080084E2D5174901A8BAF',
      ['deliver', '+34607003110', '+34610789702', '中兴通讯'],
    ],
    // The well-known description of the SMS PDU modes at dreamfabric.com.
    [
      'from a subscriber number',
      '07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37',
      ['deliver', '+27381000015', '27838890001', 'hellohello'],
    ],
    [
      'to be sent',
      '0011000B916407281553F80000AA0AE8329BFD4697D9EC37',
      ['submit', undefined, '+46708251358', 'hellohello'],
    ],
    // The test suite of oFono.
    [
      'of a RIL modem',
      '07914306073011F0040B914336543980F50000310113212002400AC8373B0C6AD7DDE437',
      ['deliver', '+34607003110', '+34634593085', 'Hola mundo'],
    ],
  ])('%s', (_, hex, expected) => {
    expect(summary(read(hex))).toEqual(expected);
  });

  test('with its time and zone', () => {
    // python-messaging: 1 September 2009, 16:41:32 UTC, told an hour later in British summer time.
    const pdu = read('0791447758100650040C914497716247010000909010711423400A2050EC468B81C4733A');
    expect(pdu).toMatchObject({ at: { wallMs: Date.UTC(2009, 8, 1, 16, 41, 32), zoneQuarters: 4 } });
    expect(summary(pdu)).toEqual(['deliver', '+447785016005', '+447917267410', '  1741 bst']);
  });

  test('as a part of a longer one', () => {
    // The first of eight parts in gammu's test suite.
    const pdu = read(
      '07918497900000F6400B918406290000F4000002219221351140A005000363080140CCB7BCDC06A5E1F37A1B447EB3DF72D03C4D0785DB653A0B347EBBE7E531BD4CAFCB4161721A9E9E8FD3EE33A8CC4ED35D206899CD2EBBE9E579BC5E06D9D3F47019E42EC7EB6550F95C9ED3C37316C81CAE8FD3E2FA1C5496BFE7A0B49B054A87C775767A0E4AC3E7F5B60B34ADCFE16537393D9F9741E4F4D99D9ECFD36D10FC2DA7D3D3',
    );
    expect(pdu).toMatchObject({ part: { reference: 0x63, isWide: false, number: 1, total: 8 } });
    expect(summary(pdu)).toEqual([
      'deliver',
      '+48790900006',
      '+48609200004',
      expect.stringMatching(/^ Lorem ipsum dolor sit amet, .* Suspendisse dignissim portti$/u),
    ]);
    // The second of two in python-messaging's: GSM-7 with letters of its own behind a header.
    const second = read(
      '07919471227210244405852122F039F1015062712181804F050003190202E4E8309B5E7683DAFC319A5E76B340F73D9A5D7683A6E93268FD9ED3CB6EF67B0E5AD172B19B2C2693C9602E90355D6683A6F0B007946E8382F5393BEC26BB00',
    );
    expect(second).toMatchObject({ part: { reference: 25, number: 2, total: 2 } });
    expect(summary(second)).toEqual([
      'deliver',
      '+491722270142',
      '12220',
      'rhalten möchten, wählen Sie kostenlos +4917212220. Viel Spaß im Ausland.',
    ]);
  });

  test.each([
    [
      'FONIC',
      '07919471060040340409D0C6A733390400009060920173018093CC74595C96838C4F6772085AD6DDE4320B444E9741D4B03C6D7EC3E9E9B71B9474D3CB727799DEA286CFE5B9991DA6CBC3F432E85E9793CBA0F09A9EB6A7CB72BA0B9474D3CB727799DE72D6E9FABAFB0CBAA7E56490BA4CD7D34170F91BE4ACD3F575F7794E0F9F4161F1B92C2F8FD1EE32DD054AA2E520E3D3991C82A8E5701B',
    ],
    [
      'www.tim.it',
      '07919333852804000412D0F7FBDD454FB75D693A0000903002801153402BCD301E9F0605D9E971191483C140412A35690D52832063D2F9040599A058EE05A3BD6430580E',
    ],
  ])('under the name of a company: %s (python-messaging)', (from, hex) => {
    expect(read(hex)).toMatchObject({ type: 'deliver', from: { kind: 'name', text: from } });
  });

  test('as a report of its delivery (python-messaging)', () => {
    const at = { wallMs: Date.UTC(2010, 8, 28, 13, 56), zoneQuarters: 4 };
    const report = read('0791538375000075061805810531F1019082416500400190824165004000');
    expect(report).toEqual({
      type: 'status-report',
      serviceCentre: { kind: 'international', text: '353857000057' },
      reference: 24,
      to: { kind: 'unknown', text: '50131' },
      sentAt: at,
      doneAt: at,
      status: 0,
    });
    expect(report.type === 'status-report' && fateOf(report.status)).toBe('delivered');
  });

  test('from a zone west of Greenwich (python-messaging)', () => {
    const pdu = read(
      '0791553001000001040491578800000190115101112979CF340B342F9FEBE536E83D0791C3E4F71C440E83E6F53068FE66A7C7697A781C7EBB4050F99BFE1EBFD96F1D48068BC16030182E66ABD560B41988FC06D1D3F03768FA66A7C7697A781C7E83CCEF34282C2ECBE96F50B90D8AC55EB0DC4B068BC140B1994E16D3D1622E',
    );
    expect(pdu).toMatchObject({ at: { wallMs: Date.UTC(2010, 8, 11, 18, 10, 11), zoneQuarters: -12 } });
  });
});

test('a message is written byte for byte as it was published, and its length is told without the service centre', () => {
  const hex = '0011000B916407281553F80000AA0AE8329BFD4697D9EC37';
  expect(encodePdu(read(hex))).toEqual({ ok: true, value: { hex, length: 23 } });
  expect(lengthOf(hex)).toBe(23);
  expect(lengthOf('07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07')).toBe(30);
});
