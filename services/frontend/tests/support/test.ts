// What every test has: a server that it shares with others, a line of its own to it, people, and a page on which nothing may go wrong.
import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, expect, type Page, test as base } from '@playwright/test';
import { Line } from './line';
import { password, Person } from './people';
import { Server } from './server';

type Worker = { server: Server };
type Each = { line: Line; faults: string[]; client: Person; agent: Person };

export const test = base.extend<Each, Worker>({
  server: [async ({}, use) => {
    const server = await Server.start();
    await use(server);
    await server.stop();
  }, { scope: 'worker', timeout: 90_000 }],
  line: async ({ server }, use) => {
    const line = await Line.to(server.port);
    await use(line);
    await line.close();
  },
  baseURL: async ({ line }, use) => { await use(line.base); },
  client: async ({ server }, use) => { await use(await Person.client(server)); },
  agent: async ({ server }, use) => { await use(await Person.agent(server)); },
  // Errors of scripts, violations of the policy and dialogs of scripts fail the test.
  faults: [async ({ context }, use) => {
    const faults: string[] = [];
    context.on('weberror', (e) => faults.push(e.error().message));
    context.on('dialog', (d) => { faults.push(`dialog: ${d.message()}`); void d.dismiss(); });
    context.on('console', (m) => { if (/Content Security Policy|Trusted/.test(m.text())) faults.push(m.text()); });
    await use(faults);
    expect(faults).toEqual([]);
  }, { auto: true }],
});

export { expect };

/** enter logs somebody in, in the cookies of the browser, and opens a page. */
export async function enter(page: Page, who: Person, path = '/'): Promise<void> {
  await session(page.context(), who, path);
  await page.goto(path);
  await expect(page.getByRole('button', { name: 'Log out' })).toBeVisible();
}

/** session logs somebody in without a page, on the server of an address or on the test's. */
export async function session(context: BrowserContext, who: Person, at = '/'): Promise<void> {
  const login = URL.canParse(at) ? new URL('/v1/user/login', at).href : '/v1/user/login';
  const answer = await context.request.post(login, { data: { email: who.user.email, password }, headers: { 'X-Session': 'cookie' } });
  expect(answer.status()).toBe(200);
}

/** wantAccessible has axe look at the page as it is, in both themes. */
export async function wantAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((v) => `${colorScheme}: ${v.id} at ${v.nodes.map((n) => n.target.join(' ')).join(', ')}: ${v.help}`)).toEqual([]);
  }
}
