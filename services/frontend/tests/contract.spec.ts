// What the pages know of the contract is the contract. UPDATE_DOCS=1 has it written anew.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './support/server';
import { expect, test } from './support/test';

test('src/app/contract.ts is made of what the gateway serves', ({ server }) => {
  const file = path.join(root, 'services/frontend/src/app/contract.ts');
  const made = execFileSync(path.join(__dirname, 'node_modules/.bin/openapi-typescript'), [`${server.base}/openapi.json`], { encoding: 'utf8', maxBuffer: 1 << 24 });
  if (process.env['UPDATE_DOCS']) writeFileSync(file, made);
  expect(readFileSync(file, 'utf8') === made, 'run make frontend-contract').toBe(true);
});
