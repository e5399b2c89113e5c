import { families } from '../../src/modem/profiles/families.ts';
import type { Recording } from './recording.ts';
import type { Transcript } from './transcript-file.ts';

/** What the user can do with the file, in words. */
export function nextSteps(
  transcript: Transcript,
  recording: Recording,
  { path, family }: { path: string; family: string },
): string {
  const { exchanges, undecoded } = transcript;
  const unlisted = [...new Set(exchanges.flatMap((one) => one.unlisted))];
  const strange = exchanges.filter(({ means }) => means === '! at.unparsable').map(({ command }) => command);
  const isKnown = families.some(({ id }) => id === family);
  const lines = [
    `Written: ${path}, shown above. Nothing of it left this machine.`,
    ...(recording.brokenOff === null ? [] : [`It is not whole: ${recording.brokenOff}`]),
    ...recording.notPutBack.map((line) => `This setting could not be put back or not be read before: ${line}`),
    ...(undecoded === 0 ? [] : [`${undecoded} PDU(s) could not be decoded: they are zeros of the same length.`]),
    'Please look through it. Behind "=" or "!" stands what the gateway makes of an exchange today: where that is wrong, write what is right,',
    'and its test fails until the gateway understands it.',
    ...(strange.length === 0 ? [] : [`Not understood today: ${[...new Set(strange)].join(', ')}`]),
    ...unlisted.map((line) => `No profile lists this line, which came by itself: ${line}`),
    ...(isKnown ? forKnown(recording, path, family) : forUnknown(transcript, path, family)),
  ];
  return `${lines.join('\n')}\n`;
}

const fixtures = 'test/fixtures/transcripts';
const suite = 'scripts/test test/modem/transcripts.test.ts';

function forKnown({ shown }: Recording, path: string, family: string): readonly string[] {
  return [
    ...(shown === null || shown === family
      ? []
      : [
          `It was recorded as ${family}, but what it says of itself shows ${shown}: look at \`matches\` in src/modem/profiles/${family}.ts.`,
        ]),
    `A test of it: cp ${path} ${fixtures}/${family}/ && ${suite}`,
    ...(family === 'generic' ? [`A family of its own: record it again with --family and a new name.`] : []),
  ];
}

function forUnknown(transcript: Transcript, path: string, family: string): readonly string[] {
  return [
    `No profile is called ${family}. A test of it as it is: cp ${path} ${fixtures}/generic/ && ${suite}`,
    'To make it a family:',
    `  1. src/domain/modem-family.ts: add '${family}'.`,
    `  2. src/modem/profiles/${family}.ts: write its profile; the draft is below. Leave out what the generic profile says already.`,
    `  3. src/modem/profiles/families.ts: import it and put it before genericProfile.`,
    `  4. src/simulator/profiles/${family}.ts: what a simulated one answers; put it into families.ts there.`,
    `  5. ${fixtures}/${family}/: put the file there. Its test then says too whether the profile's \`matches\` knows the modem.`,
    '',
    draft(transcript, family),
  ];
}

function draft({ manufacturer, model, exchanges }: Transcript, family: string): string {
  const answered = (lines: readonly string[]) =>
    lines.find((line) => exchanges.some(({ command, means }) => command === line && /^= (?:"|\d)/.test(means ?? '')));
  const iccid = answered(families.flatMap((one) => one.iccid));
  const counters = families.flatMap(({ pinTries }) => pinTries);
  const counter = counters.find(({ line }) => line === answered(counters.map((one) => one.line)));
  const kept = exchanges.findLast(({ command, means }) => /^AT\+CNMI=\d/.test(command ?? '') && means === '= null');
  const values = kept?.command?.slice('AT+CNMI='.length).split(',').join(', ');
  return [
    "import { called, withProfile } from './with-profile.ts';",
    '',
    `/** ${[manufacturer, model].filter((one) => one !== null).join(' ')}. */`,
    `export const ${camel(family)}Profile = withProfile({`,
    `  id: '${family}',`,
    `  matches: called(/^${escaped(manufacturer ?? '')}\\n${escaped(model ?? '')}/i),`,
    ...(iccid === undefined ? [] : [`  iccid: ['${iccid}'],`]),
    ...(counter === undefined ? [] : [`  pinTries: [{ line: '${counter.line}', reply: ${counter.reply} }],`]),
    ...(values === undefined ? [] : [`  indications: [[${values}]],`]),
    '});',
  ].join('\n');
}

function camel(family: string): string {
  return family.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
