// Ends non-zero where a test of vitest's JSON results was skipped, or left to be written.
import { readFileSync } from 'node:fs';

interface Results {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const results: Results = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const tests = results.testResults.flatMap((file) => file.assertionResults);
const idle = tests.filter((test) => test.status !== 'passed');
for (const test of idle) process.stderr.write(`${test.status}: ${test.fullName}\n`);
if (idle.length > 0 || tests.length === 0) {
  process.stderr.write(`${idle.length} of ${tests.length} tests did not run to a pass\n`);
  process.exit(1);
}
