import type { OtpFinding } from '../domain/message.ts';
import type { OtpExplanation } from '../otp/otp.ts';

/** `482913 rule=en.named confidence=0.98 service=Contoso`, or `no code`. */
export function findingLine(found: OtpFinding | null): string {
  if (found === null) return 'no code';
  const service = found.service === undefined ? '' : ` service=${found.service}`;
  return `${found.code} rule=${found.rule} confidence=${found.confidence}${service}`;
}

/** An explanation for people: the text as it was read, the words, what was masked and considered, and the outcome. */
export function explanationText(explanation: OtpExplanation): string {
  const { text, keywords, masked, candidates, finding, why } = explanation;
  return [
    ...section('read as', [text.replaceAll('\n', '\n  ')]),
    ...section('words', keywords.map(keywordLine)),
    ...section(
      'masked',
      masked.map((piece) => `${piece.text}: ${piece.reason}`),
    ),
    ...section('considered', candidates.map(candidateLine)),
    `result: ${findingLine(finding)}`,
    `why: ${why}`,
  ].join('\n');
}

function section(title: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [`${title}: nothing`] : [`${title}:`, ...rows.map((row) => `  ${row}`)];
}

function keywordLine(keyword: OtpExplanation['keywords'][number]): string {
  const ignored = keyword.ignored === undefined ? '' : `, ignored: ${keyword.ignored}`;
  return `${keyword.text}: ${keyword.language}.${keyword.strength}, weight ${keyword.weight}${ignored}`;
}

function candidateLine(candidate: OtpExplanation['candidates'][number]): string {
  const by = candidate.word === '' ? 'by no word' : `by "${candidate.word}" (${candidate.rule})`;
  const sure = `${Math.round(candidate.probability * 100)} %`;
  return `${candidate.code}: ${sure}, ${candidate.format}, score ${candidate.score} ${by}, context ${candidate.context}`;
}
