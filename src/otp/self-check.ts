import type { OtpFinding } from '../domain/message.ts';
import { GatewayError } from '../errors.ts';
import type { LanguagePack } from './pack.ts';

/** Proves each language pack on its own examples. Throws `otp.bad_rule` naming the pack and the example. */
export function checkPacks(packs: readonly LanguagePack[], extract: (text: string) => OtpFinding | null): void {
  for (const { language, examples } of packs) {
    if (examples.match.length < 2 || examples.no_match.length < 1) throw badPack(language, 'too few examples', -1);
    const wrong = examples.match.findIndex(({ text, code }) => extract(text)?.code !== code);
    if (wrong >= 0) throw badPack(language, 'match', wrong);
    const loose = examples.no_match.findIndex(({ text }) => extract(text) !== null);
    if (loose >= 0) throw badPack(language, 'no_match', loose);
  }
}

function badPack(rule: string, list: string, index: number): GatewayError {
  return new GatewayError('otp.bad_rule', `language ${rule}: examples.${list}[${index}] failed`, {
    details: { rule, list, index },
  });
}
