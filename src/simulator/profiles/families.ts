import { genericProfile, type SimulatorProfile } from '../profile.ts';
import { a76xx } from './a76xx.ts';
import { air780 } from './air780.ts';
import { cinterion } from './cinterion.ts';
import { huaweiE1xxx } from './huawei-e1xxx.ts';
import { huaweiE3372 } from './huawei-e3372.ts';
import { ml307 } from './ml307.ts';
import { quectelEc2x } from './quectel-ec2x.ts';
import { quectelEc200 } from './quectel-ec200.ts';
import { sim70x0 } from './sim70x0.ts';
import { sim800 } from './sim800.ts';
import { sim7600 } from './sim7600.ts';
import { simulatedVariants } from './variants.ts';
import { wavecom } from './wavecom.ts';
import { zte } from './zte.ts';

/** One modem of each family. */
export const simulatedFamilies: readonly SimulatorProfile[] = [
  genericProfile,
  sim800,
  sim7600,
  a76xx,
  sim70x0,
  quectelEc2x,
  quectelEc200,
  air780,
  ml307,
  huaweiE3372,
  huaweiE1xxx,
  zte,
  wavecom,
  cinterion,
];

/** A family, or one of the other modems that were recorded; the generic one where none has that id. */
export function simulatedFamily(id: string): SimulatorProfile {
  return [...simulatedFamilies, ...simulatedVariants].find((one) => one.id === id) ?? genericProfile;
}
