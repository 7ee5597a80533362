// Takes docs/inbox.png and docs/portal.png: an agent and a client read a ticket, on a standalone server with the data of the demo.
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

/** shoot logs somebody of the demo in and takes a picture of the page that `of` leads to. */
async function shoot(browser, base, email, password, file, of) {
  const page = await browser.newPage({ colorScheme: 'light', locale: 'en-US', viewport: { width: 1280, height: 800 } });
  const answer = await page.request.post(`${base}/v1/user/login`, { data: { email, password }, headers: { 'X-Session': 'cookie' } });
  if (!answer.ok()) {
    throw new Error(`log in as ${email}: ${answer.status()} ${await answer.text()}`);
  }
  const list = async (query) => (await (await page.request.get(`${base}/v1/ticket?limit=100${query}`)).json()).items;
  await page.goto(base + await of(list));
  await page.getByRole('region', { name: 'Conversation' }).getByRole('listitem').nth(1).waitFor();
  await page.evaluate(() => document.activeElement?.blur());
  await page.screenshot({ path: path.join(root, 'docs', file), animations: 'disabled', caret: 'hide' });
  await page.close();
}

async function take(base, password) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || undefined });
  try {
    await shoot(browser, base, 'blue@example.com', password, 'inbox.png', async (list) => {
      const all = await list('&view=waiting');
      return `/inbox/waiting/${(all.find((t) => t.noteCount > 0 && t.messageCount > 2) ?? all.find((t) => t.messageCount > 1)).id}`;
    });
    await shoot(browser, base, 'alder@example.org', password, 'portal.png', async (list) =>
      `/tickets/${(await list('&status=open')).find((t) => t.messageCount > 1).id}`);
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
const demo = spawnSync(binary, ['demo'], { env, cwd: folder, encoding: 'utf8' });
const [, password] = /password is (\S+)/.exec(demo.stdout) ?? [];
if (demo.status !== 0 || !password) {
  throw new Error(`demo: ${demo.status} ${demo.stdout}${demo.stderr}`);
}
const server = spawn(binary, [], { env, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
try {
  await ready(`http://${address}`, server);
  await take(`http://${address}`, password);
} finally {
  if (server.exitCode === null) {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
}
