/** The modem families that are told apart: each has a page in `modem/profiles/`, a counterpart in `simulator/profiles/` and a folder of transcripts. */
export const modemFamilies = [
  'generic',
  'sim800',
  'sim7600',
  'a76xx',
  'sim70x0',
  'quectel-ec2x',
  'quectel-ec200',
  'air780',
  'ml307',
  'huawei-e3372',
  'huawei-e1xxx',
  'zte',
  'wavecom',
  'cinterion',
] as const;
export type ModemFamily = (typeof modemFamilies)[number];
