// Takes docs/portal.png: a client reads a ticket that an agent has answered, in the portal of a fresh standalone server.
// BINARY names the server's program; `make screenshots` builds it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const binary = process.env.BINARY ?? path.join(root, 'bin/standalone');
const READY_WITHIN_MS = 20_000;
const password = 'correct horse battery';

async function freeAddress() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${port}`;
}

async function ready(base, server) {
  for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end; await sleep(50)) {
    if (server.exitCode !== null) {
      throw new Error(`the server ended with status ${server.exitCode}`);
    }
    if ((await fetch(`${base}/readyz`).catch(() => null))?.ok) {
      return;
    }
  }
  throw new Error(`the server was not ready within ${READY_WITHIN_MS} ms`);
}

/** Answers the newest ticket as an agent, by the API. */
async function answerAsAgent(base, env, message) {
  const call = async (method, route, body, token) => {
    const answer = await fetch(base + route, {
      method,
      headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) {
      throw new Error(`${method} ${route}: ${answer.status} ${await answer.text()}`);
    }
    return answer.json();
  };
  const email = 'agent@example.com';
  await call('POST', '/v1/user', { name: 'Agent One', email, password });
  const granted = spawnSync(binary, ['user', 'grant-role', '--email', email, '--role', 'agent'], { env, encoding: 'utf8' });
  if (granted.status !== 0) {
    throw new Error(`grant-role: ${granted.stderr}`);
  }
  const { accessJWT } = await call('POST', '/v1/user/login', { email, password });
  const { items } = await call('GET', '/v1/ticket', undefined, accessJWT);
  await call('PUT', `/v1/ticket/${items[0].id}`, { message }, accessJWT);
}

async function take(base, env) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || undefined });
  try {
    const page = await browser.newPage({ colorScheme: 'light', locale: 'en-US', viewport: { width: 1200, height: 760 } });
    await page.goto(`${base}/`);
    await page.getByRole('link', { name: 'Sign up' }).click();
    await page.getByLabel('Name').fill('Client One');
    await page.getByLabel('Email').fill('client@example.com');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('link', { name: 'New ticket' }).click();
    await page.getByLabel('Subject').fill('The printer on floor 3 prints stripes');
    await page.getByLabel('Message').fill('Every page has grey stripes since this morning.\n\nIt is the printer beside the kitchen.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('region', { name: 'Conversation' }).waitFor();
    const answer = 'Please clean the glass under the lid. Does it help?';
    await answerAsAgent(base, env, answer);
    await page.getByText(answer).first().waitFor(); // it comes by the live feed
    await page.evaluate(() => document.activeElement?.blur());
    await page.screenshot({ path: path.join(root, 'docs/portal.png'), animations: 'disabled', caret: 'hide' });
  } finally {
    await browser.close();
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'crm-screenshots-'));
const address = await freeAddress();
const env = {
  ...process.env,
  GATEWAY_LISTEN: address,
  STANDALONE_DATA: path.join(folder, 'data'),
  STANDALONE_NATS_LISTEN: await freeAddress(),
  AUTH_BCRYPT_COST: '10',
};
const server = spawn(binary, [], { env, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
try {
  await ready(`http://${address}`, server);
  await take(`http://${address}`, env);
} finally {
  if (server.exitCode === null) {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
}
