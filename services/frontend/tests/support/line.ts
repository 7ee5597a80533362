// The line between a browser and the server, which a test can cut and mend.
import { once } from 'node:events';
import { connect, createServer, type Server as Listener, type Socket } from 'node:net';

export class Line {
  private readonly sockets = new Set<Socket>();
  private down = false;
  private loses: string | null = null;
  private thenDown = false;

  private constructor(private readonly listener: Listener, readonly port: number) {}

  static async to(port: number): Promise<Line> {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const line = new Line(listener, address.port);
    listener.on('connection', (browser) => { line.join(browser, port); });
    return line;
  }

  get base(): string { return `http://127.0.0.1:${this.port}`; }

  private join(browser: Socket, port: number): void {
    if (this.down) {
      browser.destroy();
      return;
    }
    const server = connect(port, '127.0.0.1');
    let losing = false;
    for (const [from, to] of [[browser, server], [server, browser]] as const) {
      this.sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => { this.sockets.delete(from); to.destroy(); });
    }
    browser.on('data', (piece) => {
      if (this.loses && piece.toString('latin1').startsWith(this.loses)) {
        losing = true;
        this.loses = null;
      }
      server.write(piece);
    });
    server.on('data', (piece) => { if (losing) this.lose(browser); else browser.write(piece); });
  }

  /** loseAnswer lets the next request that begins so through, and loses its answer; the line stays down then, if told so. */
  loseAnswer(of: string, thenDown = false): void {
    this.loses = of;
    this.thenDown = thenDown;
  }

  private lose(browser: Socket): void {
    if (this.thenDown) this.cut();
    browser.destroy();
  }

  /** cut ends every connection and takes none on. */
  cut(): void {
    this.down = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void { this.down = false; }

  async close(): Promise<void> {
    this.cut();
    this.listener.close();
    await once(this.listener, 'close');
  }
}
