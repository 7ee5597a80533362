// The session of a page: renewed behind it, ended in front of it, and of no use to another site.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { password } from './support/people';
import { enter, expect, test } from './support/test';

test('an expired token is renewed once, by one of six tabs', async ({ page, context, client }) => {
  await client.open('There', 'First.');
  await enter(page, client);
  const tabs = [page];
  for (let i = 2; i <= 6; i++) tabs.push(await context.newPage());
  let renewed = 0;
  context.on('request', (r) => { if (r.url().endsWith('/v1/user/refresh')) renewed++; });
  const expired = { status: 403, json: { code: 'token-expired', status: 403 } };
  await context.route('**/v1/**', (route) => {
    const path = new URL(route.request().url()).pathname;
    return renewed > 0 || path === '/v1/user/refresh' ? route.fallback() : route.fulfill(expired);
  });
  await Promise.all(tabs.map((tab) => tab.goto('/')));
  for (const tab of tabs) await expect(tab.getByRole('list', { name: 'Tickets: Open' })).toBeVisible();
  expect(renewed).toBe(1);
});

test('a session that ended asks for the password, with what was typed still there', async ({ page, client }) => {
  const { id } = await client.open('Ends', 'First.');
  await enter(page, client, `/tickets/${id}`);
  await page.getByLabel('Reply').fill('Typed before the end.');
  await client.call('PUT', '/v1/user/password', { password, newPassword: 'another horse battery' });
  const dialog = page.getByRole('dialog', { name: 'Log in' });
  await expect(dialog).toBeVisible(); // the feed has ended with the session
  await expect(dialog.getByLabel('Email')).toHaveValue(client.user.email);
  await dialog.getByLabel('Password').fill('another horse battery');
  await dialog.getByRole('button', { name: 'Log in' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByLabel('Reply')).toHaveValue('Typed before the end.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('listitem')).toHaveCount(2);
});

test('a send that finds the session over is not lost', async ({ page, client }) => {
  const { id } = await client.open('Ends', 'First.');
  await page.route('**/v1/ticket/events*', (route) => route.abort());
  await enter(page, client, `/tickets/${id}`);
  await page.getByLabel('Reply').fill('Typed before the end.');
  await page.route('**/v1/user/refresh', (route) => route.fulfill({ status: 403, json: { code: 'session-ended' } }), { times: 1 });
  await page.route(`**/v1/ticket/${id}`, (route) => route.fulfill({ status: 403, json: { code: 'token-revoked' } }), { times: 1 });
  await page.getByRole('button', { name: 'Send' }).click();
  const dialog = page.getByRole('dialog', { name: 'Log in' });
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Log in' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByLabel('Reply')).toHaveValue('Typed before the end.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('listitem')).toHaveCount(2);
  expect(await client.said(id)).toEqual(['First.', 'Typed before the end.']);
});

test('no script of the page can read the cookies', async ({ page, context, client }) => {
  await enter(page, client);
  expect(await page.evaluate(() => document.cookie)).toBe('');
  for (const cookie of await context.cookies()) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  expect(await context.cookies()).toHaveLength(2);
});

test("another site's form and fetch do nothing", async ({ page, client, line }) => {
  const other = createServer((_, answer) => { answer.setHeader('Content-Type', 'text/html').end('<form method=post target=_self></form>'); }).listen(0, 'localhost');
  await once(other, 'listening');
  const address = other.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await enter(page, client);
  await page.goto(`http://localhost:${address.port}/`);
  const statuses = await page.evaluate(async (base) => {
    const ask = (path: string, init: RequestInit) => fetch(base + path, { credentials: 'include', ...init }).then((a) => a.status, () => 0);
    return [
      await ask('/v1/ticket', { method: 'POST', mode: 'no-cors', body: '{"subject":"Theirs","message":"Theirs."}' }),
      await ask('/v1/ticket', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"subject":"Theirs","message":"Theirs."}' }),
      await ask('/v1/user/logout', { method: 'DELETE' }),
      await ask('/v1/user', {}),
    ];
  }, line.base);
  expect(statuses.every((status) => status === 0 || status >= 400)).toBe(true); // 0: nothing that the page may read
  const sent = page.waitForResponse((r) => r.url() === `${line.base}/v1/ticket`);
  await page.evaluate((base) => {
    const form = document.forms[0];
    if (form) { form.action = `${base}/v1/ticket`; form.submit(); }
  }, line.base);
  expect((await sent).status()).toBeGreaterThanOrEqual(400);
  await page.waitForURL(`${line.base}/v1/ticket`);
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'You have no tickets yet' })).toBeVisible(); // logged in, and nothing opened
  other.close();
});
