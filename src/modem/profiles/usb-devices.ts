/** What is known of a USB device before it is asked. */
export interface Fingerprint {
  /** `vendor:product`, hex; `vendor:*` for every other product of that vendor. */
  readonly ids: string;
  readonly name: string;
  /**
   * `modem`: has serial ports of its own. `bridge`: a UART bridge, and behind it may be anything. `network`: a network card that has
   * no serial port at all. `disc`: shows itself as a CD-ROM until it is switched. `never`: must not be opened.
   */
  readonly is: 'modem' | 'bridge' | 'network' | 'disc' | 'never';
  /** bInterfaceNumber of those that answer to AT, the best first. */
  readonly at?: string;
  /** The same by class triple, where numbers drift. */
  readonly atTriples?: string;
  /** Log, diagnosis, position, sound and network interfaces. */
  readonly avoid?: string;
  readonly avoidTriples?: string;
  /** The command that tells its ICCID, where others are known to hang. */
  readonly iccid?: string;
  readonly hint?: string;
}

const hiLink =
  'It is a router of its own and offers no serial port: flash stick firmware, or use another stick that comes up with AT ports.';
const unswitched = 'It shows itself as a CD-ROM: install usb-modeswitch, then plug it in again.';

function all(ids: string, row: Omit<Fingerprint, 'ids'>): Fingerprint[] {
  return ids.split(' ').map((one) => ({ ids: one, ...row }));
}

function modem(ids: string, name: string, at: string, avoid = ''): Fingerprint[] {
  return all(ids, { name, is: 'modem', at, avoid });
}

/** It orders what is asked, and names what is to be left alone: numbers drift with the firmware, so asking decides. */
export const usbDevices: readonly Fingerprint[] = [
  ...modem('2c7c:0125', 'Quectel EC25, EG25-G', '02 03', '00 01 04'),
  ...modem('2c7c:0121', 'Quectel EC21', '02 03', '00 01 04'),
  ...modem('2c7c:0191', 'Quectel EG91', '02 03', '00 01 04'),
  ...modem('2c7c:0195', 'Quectel EG95', '02 03', '00 01 04'),
  ...modem('2c7c:0296', 'Quectel BG96', '02 03', '00 01 04'),
  ...modem('2c7c:0306', 'Quectel EP06, EG06', '02 03', '00 01 04'),
  ...modem('2c7c:0512', 'Quectel EG12, EM12', '02 03', '00 01 04'),
  ...modem('2c7c:0800', 'Quectel RM500Q', '02 03', '00 01 04'),
  ...modem('2c7c:0801', 'Quectel RM520N', '02 03', '00 01 04'),
  ...modem('2c7c:0901', 'Quectel EC200U, EC600U', '02 07', '00 01 03 04 05 06 08'),
  ...modem('2c7c:6005', 'Quectel EC200A', '03 04', '00 01 02'),
  ...modem('2c7c:6001', 'Quectel EG912Y', '03 04', '02'),
  ...modem('2c7c:6002', 'Quectel EC200S', '03 04', '02'),
  ...modem('2c7c:6026', 'Quectel EC200T', '03 04', '02'),
  ...modem('2c7c:6007', 'Quectel EG916Q', '02 03', '00 01'),
  ...modem('2c7c:0700', 'Quectel BG95, BG77', ''),
  ...modem('05c6:9090 05c6:9003', 'Quectel UC15, UC20, EC20', '02 03', '00 01'),
  ...modem('2ca3:4006', 'Baiwang 4G (EC25)', '02 03', '00 01 04'),
  ...modem('1e0e:9001', 'SIMCom SIM7100, SIM7500, SIM7600, SIM7000', '02 03', '00 01 04'),
  ...modem('1e0e:9011', 'SIMCom SIM7600 (RNDIS), A7600, A7670', '04 05', '00 01 02 03 06'),
  ...modem('1e0e:9205', 'SIMCom SIM7070, SIM7080, SIM7090', '02 03', '00 01'),
  ...modem('1e0e:9206', 'SIMCom SIM7070, SIM7080, SIM7090', '02 05', '00 01 03 04'),
  ...modem('05c6:9000', 'SIMCom SIM5320, SIM5360', '02 03', '00 01'),
  ...modem('1e0e:9100 1e0e:9200', 'SIMCom (older)', '03 01', '00'),
  ...all('1a86:7523', { name: 'CH340 serial bridge', is: 'bridge' }),
  ...all('1a86:55d3', { name: 'CH343 serial bridge', is: 'bridge' }),
  ...all('10c4:ea60', { name: 'CP210x serial bridge', is: 'bridge' }),
  ...all('0403:6001 0403:6010 0403:6011 0403:6014 0403:6015', { name: 'FTDI serial bridge', is: 'bridge' }),
  ...all('10c4:ea70 10c4:ea71', { name: 'CP2105, CP2108 serial bridge', is: 'bridge' }),
  ...all('1a86:55d9 1a86:7522', { name: 'CH348, CH340 serial bridge', is: 'bridge' }),
  ...all('067b:2303', { name: 'PL2303 serial bridge', is: 'bridge' }),
  ...all('12d1:1001', { name: 'Huawei E1550, E169, E173', is: 'modem', at: '02 00', avoid: '01', iccid: 'AT^ICCID?' }),
  ...all('12d1:140c', { name: 'Huawei E17xx', is: 'modem', at: '03 00', avoid: '02', iccid: 'AT^ICCID?' }),
  ...all('12d1:1436', { name: 'Huawei E1750', is: 'modem', at: '04 00', avoid: '03', iccid: 'AT^ICCID?' }),
  ...all('12d1:14ac', { name: 'Huawei E153', is: 'modem', at: '04 00', avoid: '03', iccid: 'AT^ICCID?' }),
  ...all('12d1:1003', { name: 'Huawei E220, E226', is: 'modem', at: '01 00', iccid: 'AT^ICCID?' }),
  ...all('12d1:14db 12d1:14dc', { name: 'Huawei in HiLink mode', is: 'network', hint: hiLink }),
  ...all('12d1:1f01', {
    name: 'Huawei HiLink stick before its switch',
    is: 'network',
    hint: `By default it becomes a router of its own, without a serial port: give usb-modeswitch a MessageContent that asks for serial ports, or use another stick.`,
  }),
  ...all('12d1:1566', { name: 'Huawei E8372', is: 'modem', at: '02', iccid: 'AT^ICCID?' }),
  ...all('3566:2001', { name: 'Brovi E3372-325', is: 'network', hint: hiLink }),
  ...all('12d1:1446 12d1:14fe 12d1:1505 12d1:1c0b 12d1:15ca 12d1:155b 12d1:14d1 12d1:1520 12d1:157d 12d1:1f1e', {
    name: 'Huawei stick before its switch',
    is: 'disc',
    hint: unswitched,
  }),
  ...all('12d1:*', {
    name: 'Huawei stick',
    is: 'modem',
    atTriples: 'ff/02/02 ff/01/02 ff/01/32 ff/02/32 ff/02/01 ff/01/01 ff/01/31 ff/02/31',
    avoidTriples: 'ff/01/03 ff/02/03 ff/01/33 ff/02/33 ff/01/05 ff/01/14 ff/02/14 ff/03/14',
    iccid: 'AT^ICCID?',
  }),
  ...modem('19d2:0031 19d2:0063 19d2:0104 19d2:2002 19d2:2003', 'ZTE MF110, MF180, MF190', '03 01', '00 02'),
  ...modem('19d2:1008 19d2:1254 19d2:1268', 'ZTE MF6xx', '03 01', '00 02'),
  ...modem('19d2:0016 19d2:0017 19d2:0117 19d2:0156', 'ZTE', '02 01', '00'),
  ...modem('19d2:0033 19d2:0091 19d2:0113 19d2:0118 19d2:0121 19d2:0124 19d2:0126 19d2:0128', 'ZTE', '04 01', '00'),
  ...all('19d2:2000 19d2:0154 19d2:1225 19d2:1232 1bbb:f000 1c9e:f000 2357:0200 2357:f000', {
    name: 'stick before its switch',
    is: 'disc',
    hint: unswitched,
  }),
  ...all('19d2:0053', {
    name: 'ZTE stick as plain storage',
    is: 'disc',
    hint: 'It was told to be storage only: undo AT+ZCDRUN with the maker’s own program.',
  }),
  ...modem('19d1:0001', 'Air780E', '02 06', '00 01 04'),
  ...modem('2ecc:3012', 'China Mobile ML307', '02'),
  ...modem('1199:9071 1199:9079 1199:9091 1199:68c0', 'Sierra MC7455, EM7455, EM7565, RC7611', '03', '00 02'),
  ...modem('1199:c001', 'Sierra HL7812', '00 02', '04'),
  ...modem('1bc7:1201', 'Telit LE910', '04 05', '00 03'),
  ...modem('1bc7:1204', 'Telit LE910C1 (MBIM)', '05 06', '00 03 04'),
  ...modem('1bc7:1031 1bc7:1033', 'Telit LE910C1-EUX', '01 02', '00 03 04'),
  ...modem('1bc7:1101 1bc7:110a', 'Telit ME910', '01 02', '00 03 04'),
  ...modem('1bc7:0021', 'Telit HE910', '06 00', '0a'),
  ...modem('1546:1102 1546:1107 1546:110a', 'u-blox SARA-U2, TOBY-R2, LARA-R2', '00 02 04', '06 08 0a 0c'),
  ...modem('1546:1010', 'u-blox TOBY-L4', '06', '08 0a 0c'),
  ...modem('1546:1104', 'u-blox', '00', '06 08 0a 0c'),
  ...all('1546:01a5 1546:01a6 1546:01a7 1546:01a8 1546:01a9', {
    name: 'u-blox GPS receiver',
    is: 'never',
    hint: 'It tells positions and has no SIM.',
  }),
  ...modem('1e2d:0061', 'Cinterion PLS, ELS', '02 00', '04 06 08'),
  ...modem('1e2d:005b 1e2d:005d 1e2d:0069 1e2d:006f', 'Cinterion EHS', '00 02', '04 06 08'),
  ...modem('2cb7:0007', 'Fibocom L850', '02 06'),
  ...modem('2cb7:01a0', 'Fibocom NL668', '02 03'),
  ...modem('2cb7:0104', 'Fibocom FM150', '01 02'),
  ...modem('1782:4d10', 'Fibocom L610', '00 05'),
  ...modem('1bbb:0017', 'Alcatel X220', '05', '00'),
  ...modem('1c9e:9603', 'Longcheer', '02', '00'),
  ...modem('1c9e:9605', 'Longcheer', '03', '00'),
  ...modem('2357:9000', 'TP-Link MA260', '03', '00'),
  ...modem('2020:2060', 'BM818', '03 01', '00'),
  ...modem('2001:7d00', 'D-Link DWM-156', '01 00'),
  ...modem('2001:7e35', 'D-Link DWM-222', '01'),
  ...all('05c6:9008', {
    name: 'Qualcomm emergency loader',
    is: 'never',
    hint: 'The module did not start: power it off and on; if it stays so, its firmware is broken.',
  }),
];
