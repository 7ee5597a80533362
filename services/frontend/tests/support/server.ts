// A standalone server of its own for whoever asks, on free loopback addresses and in a folder that goes with it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const root = path.resolve(__dirname, '../../../..');
const binary = process.env['BINARY'] ?? path.join(root, 'bin/standalone');
const READY_WITHIN_MS = 60_000;

export class Server {
  private process: ChildProcess | null = null;

  private constructor(readonly port: number, private readonly folder: string, private readonly env: NodeJS.ProcessEnv) {}

  /** start runs a server and waits until it is ready. */
  static async start(): Promise<Server> {
    const folder = mkdtempSync(path.join(tmpdir(), 'crm-frontend-'));
    const [port, events] = [await freePort(), await freePort()];
    const server = new Server(port, folder, {
      ...process.env, GATEWAY_LISTEN: `127.0.0.1:${port}`, STANDALONE_NATS_LISTEN: `127.0.0.1:${events}`,
      STANDALONE_DATA: path.join(folder, 'data'), AUTH_MAIL_DIR: path.join(folder, 'data/mail'), AUTH_BCRYPT_COST: '10',
      TICKET_OPEN_PER_CLIENT: '1000', TICKET_REPLIES_PER_CLIENT: '10000',
    });
    await server.run();
    return server;
  }

  get base(): string { return `http://127.0.0.1:${this.port}`; }

  /** run starts the program, on the data of before if there are any. */
  async run(): Promise<void> {
    const child = spawn(binary, [], { env: this.env, cwd: this.folder, stdio: ['ignore', 'ignore', openSync(path.join(this.folder, 'log'), 'a')] });
    this.process = child;
    for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end; await pause(50)) {
      if (child.exitCode !== null) throw new Error(`the server ended with status ${child.exitCode}: ${readFileSync(path.join(this.folder, 'log'), 'utf8')}`);
      if ((await fetch(`${this.base}/readyz`).catch(() => null))?.ok) return;
    }
    throw new Error(`the server was not ready within ${READY_WITHIN_MS} ms`);
  }

  /** kill ends the program at once, as a crash does. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.process;
    this.process = null;
    if (!child || child.exitCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  grant(email: string, role: string): void {
    const done = spawnSync(binary, ['user', 'grant-role', '--email', email, '--role', role], { env: this.env, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`grant-role: ${done.stderr}`);
  }

  /** pin is the one in the only mail to this user, or null before it is there. */
  pin(userID: string): string | null {
    const folder = path.join(this.folder, 'data/mail');
    const name = readdirSync(folder).find((file) => file.endsWith(`_${userID}.eml`));
    return name ? /\b\d{8}\b/.exec(readFileSync(path.join(folder, name), 'utf8').split(/\r?\n\r?\n/).slice(1).join())?.[0] ?? null : null;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
