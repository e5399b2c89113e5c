/** The modems that are simulated beside one of each family: apart from what they say, so that a command line can name them and load none. */
export const variantIds = [
  'a7670e-lnxy',
  'ec200u',
  'e173',
  'k3715',
  'mf656',
  'm6280',
  'mc55i',
  'sim5320e',
  'mc7455',
] as const;
export type VariantId = (typeof variantIds)[number];
