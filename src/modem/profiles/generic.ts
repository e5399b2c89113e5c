import type { Profile } from '../profile.ts';

/** What every modem is taken for until a family is known. Lines of all makers: none of them can mean anything else. */
export const genericProfile: Profile = {
  id: 'generic',
  matches: () => true,
  setUp: [],
  iccid: ['AT+CCID', 'AT+ICCID'],
  // TS 27.007 8.65.
  pinTries: [{ line: 'AT+CPINR="SIM PIN"', reply: /^\+CPINR:\s*"?SIM PIN"?\s*,\s*(\d+)/i }],
  indications: [],
  reports: [1, 2, 0],
  direct: [
    [2, 2, 0, 1, 0],
    [1, 2, 0, 1, 0],
  ],
  announcing: null,
  storages: ['SM', 'ME'],
  plainUssd: null,
  // TS 27.007 8.2 <rst> = 1.
  reset: ['AT+CFUN=1,1'],
  gap: 0,
  ignored: [
    /^\+(?:CTZ[VE]|CTZDST|CTZEU|CGEV|CIEV|CSSI|CSSU|CCWA|COLP|NITZ|CNSMOD|CMTE|APP|MIP\w*|MSUB|E_UTRAN Service|SIND)\b/i,
    /^\+(?:QGPSURC|QLWURC|QTONEDET|QIURC|QNWINFO|QSIMSTAT|QUSIM|QIND)\b/i,
    /^\+(?:ZPASR|ZDONR|ZEND|ZRSSI|ZUSIMR)\b/i,
    /^\$(?:QCSYSMODE|CREG)\b/i,
    /^\+UU\w+:/i,
    /^\^(?:RSSI|RSSILVL|HRSSILVL|HCSQ|MODE|DSFLOWRPT|CSNR|STIN|EONS|LTERSRP|THERM|NDISSTAT|NWTIME|XLEMA|ECCLIST|SIMST)\b/i,
    /^\^(?:CSCHANNELINFO|LWURC|PDPDEACT|RFSWITCH|SRVST|ORIG|CONF|CONN|BOOT|DSCI)\b/i,
    /^\*(?:PSNWID|PSUTTZ|EMWI|ERINFO|EPEV|ESTKSMENU)\b/i,
    /^(?:_OSIGQ|_OSSYS|\$NWRSSI|\+PACSP|%NWSTATE|DST:)/i,
    /^MISSED_CALL:/i,
    /^VOICE CALL: BEGIN/i,
  ],
  booted: [
    /^RDY$/,
    /^\^SYSSTART\b/,
    /^\*ATREADY\b/,
    /^\+READY\b/,
    /^\+WIND: 1$/,
    /^(?:NORMAL )?POWER(?:ED)? DOWN$/,
    /^(?:UNDER|OVER)-VOLTAGE POWER DOWN$/,
    /^\^SHUTDOWN\b/,
  ],
  woke: [
    /^\+CFUN: 1$/,
    /^\+CPIN: READY$/,
    /^(?:Call Ready|SMS Ready|SMS DONE|PB DONE)$/i,
    /^\+QIND: (?:SMS|PB) DONE$/i,
    /^#QSS:\s*3$/,
    /^\+WIND: 4$/,
  ],
  storageFull: [/^\+ ?SMS FULL/i, /^\^SMMEMFULL\b/, /^\+ZSMMEMFULL\b/, /^\+QIND: "smsfull"/i],
  callEnded: [/^(?:NO CARRIER|BUSY|NO ANSWER)$/, /^VOICE CALL: END/i, /^\^CEND\b/, /^HANGUP:/i],
  simGone: [/^\+SIMCARD: NOT AVAILABLE$/i, /^\+QSIMSTAT:\s*\d\s*,\s*0$/, /^\^SIMST:\s*(?:0|255)\b/],
  lowPower: [/^UNDER-VOLTAGE\b/i],
  highPower: [/^OVER-VOLTAGE\b/i],
};
