// Sends docs/requests.http whole, with httpyac, to a fresh standalone server on free loopback ports,
// or to the deployment at E2E_BASE_URL, and fails if any answer has another status than the file says.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const READY_WITHIN_MS = 20_000;

function run(command, args, options) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (error || status !== 0) {
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit status ${status}`}`);
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function ready(url, server) {
  for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end; await sleep(50)) {
    if (server.exitCode !== null) {
      throw new Error(`the server ended with status ${server.exitCode}`);
    }
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) {
      return;
    }
  }
  throw new Error(`the server was not ready within ${READY_WITHIN_MS} ms`);
}

/** Starts the server and gives what the requests must know of it, and how to end it. */
async function startStandalone() {
  const folder = mkdtempSync(path.join(tmpdir(), 'crm-requests-'));
  const binary = path.join(folder, 'standalone');
  run('go', ['build', '-o', binary, '.'], { cwd: path.join(root, 'deploy/standalone') });
  const data = path.join(folder, 'data');
  const address = `127.0.0.1:${await freePort()}`;
  const env = {
    ...process.env,
    GATEWAY_LISTEN: address,
    STANDALONE_DATA: data,
    STANDALONE_NATS_LISTEN: `127.0.0.1:${await freePort()}`,
    AUTH_BCRYPT_COST: '10',
  };
  const logFile = path.join(folder, 'server.log');
  const log = openSync(logFile, 'w');
  const server = spawn(binary, [], { env, cwd: folder, stdio: ['ignore', log, log] });
  const stop = async (failed) => {
    if (server.exitCode === null) {
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
    if (failed) {
      console.error(`--- the server's log\n${readFileSync(logFile, 'utf8')}`);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  await ready(`http://${address}`, server).catch(async (err) => {
    await stop(true);
    throw err;
  });
  const given = {
    E2E_BASE_URL: `http://${address}`,
    E2E_MAIL_DIR: path.join(data, 'mail'),
    E2E_GRANT_ROLE: `STANDALONE_DATA='${data}' '${binary}' user grant-role --email {email} --role {role}`,
  };
  return { given, stop };
}

if (!existsSync(path.join(here, 'node_modules'))) {
  run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: here });
}
const { given, stop } = process.env.E2E_BASE_URL ? { given: {}, stop: () => {} } : await startStandalone();
try {
  const options = ['--all', '--bail', '--output', 'none', '--output-failed', 'exchange'];
  run(path.join(here, 'node_modules/.bin/httpyac'), ['send', 'docs/requests.http', ...options], {
    cwd: root,
    env: { ...process.env, ...given, HTTPYAC_PLUGIN: path.join(here, 'httpyac.config.js') },
  });
} catch (err) {
  console.error(err.message);
  process.exitCode = 1;
} finally {
  await stop(process.exitCode === 1);
}
