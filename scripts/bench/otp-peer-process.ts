// One peer's extractor in a process of its own: a text comes in over IPC, its code or null goes out.
import { createRequire } from 'node:module';
import { join } from 'node:path';

type Extract = (text: string) => unknown;

const [name = '', folder = '', entry = ''] = process.argv.slice(2);
const load = (): unknown => createRequire(join(folder, 'package.json'))(entry);

const adapters: Record<string, () => Extract> = {
  'parse-otp-message': () => {
    const parse = load() as (text: string) => { code?: string } | undefined;
    return (text) => parse(text)?.code?.replace(/^g-/i, '');
  },
  '@onedaydevelopers/otp-detector': () => {
    const { extractOTP } = load() as { extractOTP: Extract };
    return (text) => extractOTP(text);
  },
  'react-native-otp-auto-verify': () => {
    const { extractOtp } = load() as { extractOtp: (text: string, digits: number) => string | null };
    return (text) => extractOtp(text, 6) ?? extractOtp(text, 4) ?? extractOtp(text, 5);
  },
  'first-number': () => (text) => /\b\d{4,8}\b/.exec(text)?.[0],
};

const adapter = adapters[name];
if (adapter === undefined) throw new Error(`no adapter for ${name}`);
const extract = adapter();

process.on('message', (text) => {
  const code = attempt(String(text));
  process.send?.(typeof code === 'string' && code !== '' ? code : null);
});
process.send?.('ready');

/** A peer that throws has found nothing. */
function attempt(text: string): unknown {
  try {
    return extract(text);
  } catch {
    return null;
  }
}
