// Serves /v1 of the server that the second argument names through the proxy of a development server, with that proxy's defaults,
// and prints where. The first argument says which development server.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const [which, target] = process.argv.slice(2);
const folder = mkdtempSync(path.join(process.env.TMPDIR ?? tmpdir(), 'proxied-'));
writeFileSync(path.join(folder, 'index.js'), '');

async function vite() {
  const { createServer } = await import('vite');
  const server = await createServer({ configFile: false, logLevel: 'error', root: folder, cacheDir: folder, server: { host: '127.0.0.1', port: 0, proxy: { '/v1': target } } });
  await server.listen();
  return server.httpServer.address().port;
}

async function webpack() {
  const { default: pack } = await import('webpack');
  const { default: Server } = await import('webpack-dev-server');
  const compiler = pack({ mode: 'development', stats: 'none', context: folder, entry: './index.js', output: { path: folder }, infrastructureLogging: { level: 'error' } });
  const server = new Server({ host: '127.0.0.1', port: 0, proxy: [{ context: ['/v1'], target }] }, compiler);
  await server.start();
  return server.server.address().port;
}

const listening = await { vite, webpack }[which]();
console.log(JSON.stringify({ url: `http://127.0.0.1:${listening}` }));
