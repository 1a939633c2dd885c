// Prints what the test run counted, in words: files, tests, failures, seconds. Fails when a test was skipped: skipped is not passed.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const seconds = Math.round((Math.max(...report.testResults.map((r) => r.endTime)) - report.startTime) / 1000);
const skipped = report.numPendingTests + report.numTodoTests;
console.log(
  `tests: ${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped, in ${report.testResults.length} files, ${seconds} s`,
);
process.exit(report.numFailedTests + skipped === 0 ? 0 : 1);
