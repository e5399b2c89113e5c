import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

/** A file of test/fixtures/homeassistant, parsed. */
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/homeassistant/${name}`, import.meta.url), 'utf8'));
}

const validate = new Ajv({ allErrors: true, strict: false }).compile(fixture('discovery.schema.json') as object);

/** What Home Assistant's documentation does not have of a discovery message. */
export function discoveryFaults(message: unknown): string[] {
  if (validate(message)) return [];
  return (validate.errors ?? []).map(({ instancePath, message: what }) => `${instancePath} ${what}`);
}
