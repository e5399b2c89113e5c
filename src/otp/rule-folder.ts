import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../errors.ts';
import { type CompiledRule, compileRule, type OperatorRule } from './operator-rule.ts';

/**
 * Reads the operator rules of a folder: each `*.json` holds one rule or a list of them; files go by name, rules in
 * their order. Every rule proves itself. Throws one `otp.bad_rule` whose message has a line for each fault.
 */
export function loadRuleFolder(folder: string): OperatorRule[] {
  const faults: string[] = [];
  const rules: OperatorRule[] = [];
  const seen = new Map<string, string>();
  for (const file of fileNames(folder)) {
    for (const { where, rule } of readFile(folder, file, faults)) {
      const compiled = attempt(rule, where, faults);
      if (compiled === undefined) continue;
      const other = seen.get(compiled.id);
      if (other === undefined) rules.push(rule);
      else faults.push(`${where}: rule ${compiled.id} is in ${other} too`);
      seen.set(compiled.id, other ?? where);
    }
  }
  if (faults.length > 0) throw badFolder(faults);
  return rules;
}

/** The operator's rules, those of the configuration first. Throws one `otp.bad_rule` for the folder's faults and for ids used twice. */
export function operatorRules(configured: readonly OperatorRule[], folder: string | undefined): OperatorRule[] {
  const rules = [...configured, ...(folder === undefined ? [] : loadRuleFolder(folder))];
  const twice = rules.map(({ id }) => id).filter((id, index, ids) => ids.indexOf(id) !== index);
  if (twice.length > 0) throw badFolder(twice.map((id) => `rule ${id} is in the configuration too`));
  return rules;
}

function fileNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (cause) {
    throw badFolder([`the folder cannot be read: ${reason(cause)}`], cause);
  }
}

interface PlacedRule {
  readonly where: string;
  readonly rule: OperatorRule;
}

function readFile(folder: string, file: string, faults: string[]): PlacedRule[] {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const list: unknown[] = Array.isArray(value) ? value : [value];
    // Only a claim until `compileRule` has held it against the schema.
    return list.map((rule, index) => ({
      where: list === value ? `${file}[${index}]` : file,
      rule: rule as OperatorRule,
    }));
  } catch (cause) {
    faults.push(`${file}: ${reason(cause)}`);
    return [];
  }
}

function attempt(rule: OperatorRule, where: string, faults: string[]): CompiledRule | undefined {
  try {
    return compileRule(rule);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    faults.push(`${where}: ${error.message}`);
    return undefined;
  }
}

/** What the system or the parser says; a parser's message may quote the file over several lines. */
function reason(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ').slice(0, 200);
}

function badFolder(faults: readonly string[], cause?: unknown): GatewayError {
  const title = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  const lines = faults.map((fault) => `  ${fault}`);
  return new GatewayError('otp.bad_rule', [`the rules folder has ${title}:`, ...lines].join('\n'), {
    details: { count: faults.length },
    hint: 'Mend the files or take them out of the folder, then reload.',
    ...(cause === undefined ? {} : { cause }),
  });
}
