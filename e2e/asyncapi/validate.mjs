// Validates docs/asyncapi.yaml with the parser of the AsyncAPI project, and every example against the schema of its
// message, which the parser does not do. Fails on errors and warnings; what is merely advice is printed.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Parser } from '@asyncapi/parser';
import Ajv from 'ajv';
import formats from 'ajv-formats';

const file = path.resolve(path.dirname(fileURLToPath(import.meta.url)), process.argv[2] ?? '../../docs/asyncapi.yaml');
const WARNING = 1;
const names = ['error', 'warning', 'advice', 'hint'];

const { document, diagnostics } = await new Parser().parse(readFileSync(file, 'utf8'), { source: file });
for (const { severity, code, path: where, message, range } of diagnostics) {
  console.log(`${names[severity]} in line ${range.start.line + 1}, ${where?.join('.')}: ${message} (${code})`);
}
const messages = document?.components().messages().all() ?? [];
const wrong = messages.flatMap(wrongExamples);
wrong.forEach((line) => console.log(line));
if (!document || wrong.length > 0 || diagnostics.some(({ severity }) => severity <= WARNING)) {
  console.log('docs/asyncapi.yaml is not valid');
  process.exit(1);
}
console.log(`docs/asyncapi.yaml is valid AsyncAPI ${document.version()}: ${document.channels().length} channels, ` +
  `${document.operations().length} operations, ${messages.length} messages`);

function wrongExamples(message) {
  const ajv = formats(new Ajv({ allErrors: true, strict: false }));
  const fits = ajv.compile(message.payload().json());
  return message.examples().all()
    .filter((example) => !fits(example.payload()))
    .map((example) => `error in the example of ${message.name()}: ${ajv.errorsText(fits.errors)}`);
}
