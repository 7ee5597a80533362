// Nothing typed is lost, and what was sent is sent once.
import type { Page } from '@playwright/test';
import { Line } from './support/line';
import { Person } from './support/people';
import { Server } from './support/server';
import { enter, expect, test } from './support/test';

const conversation = (page: Page) => page.getByRole('region', { name: 'Conversation' }).getByRole('list');

test('keeps up with fast fingers', async ({ page, client }) => {
  const { id } = await client.open('Fast', 'Write to me.');
  await enter(page, client, `/tickets/${id}`);
  const text = 'The quick brown fox jumps over the lazy dog. '.repeat(10);
  await page.getByLabel('Reply').pressSequentially(text);
  await expect(page.getByLabel('Reply')).toHaveValue(text);
});

test('a draft outlives a reload, and goes with a logout', async ({ page, client }) => {
  const { id } = await client.open('Drafts', 'First.');
  await enter(page, client, `/tickets/${id}`);
  await page.getByLabel('Reply').fill('Half a sentence');
  await page.goto('/tickets/new');
  await page.getByLabel('Subject').fill('Half a subject');
  await page.goto(`/tickets/${id}`);
  await expect(page.getByLabel('Reply')).toHaveValue('Half a sentence');
  await page.goto('/tickets/new');
  await expect(page.getByLabel('Subject')).toHaveValue('Half a subject');
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page).toHaveURL('/login');
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('crm.draft')))).toEqual([]);
});

test('offline: a send waits, and goes out once when the connection is back', async ({ page, context, client }) => {
  const { id } = await client.open('Offline', 'First.');
  await enter(page, client, `/tickets/${id}`);
  await page.getByLabel('Reply').fill('From the tunnel.');
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('button', { name: 'Sending…' })).toBeVisible();
  await expect(page.getByText(/No connection\.|Trying again/)).toBeVisible();
  await context.setOffline(false);
  await expect(conversation(page).getByText('From the tunnel.')).toBeVisible();
  await expect(page.getByLabel('Reply')).toHaveValue('');
  expect(await client.said(id)).toEqual(['First.', 'From the tunnel.']);
});

test('503: a send is tried again with its key', async ({ page, client }) => {
  const { id } = await client.open('Busy', 'First.');
  await enter(page, client, `/tickets/${id}`);
  const keys: (string | undefined)[] = [];
  await page.route(`**/v1/ticket/${id}`, async (route) => {
    if (route.request().method() !== 'PUT') return route.fallback();
    keys.push(route.request().headers()['idempotency-key']);
    return keys.length < 3 ? route.fulfill({ status: 503, headers: { 'Retry-After': '1' }, json: { code: 'unavailable' } }) : route.fallback();
  });
  await page.getByLabel('Reply').fill('Once.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByText('The service is busy. Trying again…')).toBeVisible();
  await expect(conversation(page).getByText('Once.')).toBeVisible();
  expect(new Set(keys).size).toBe(1);
  expect(keys).toHaveLength(3);
  expect(await client.said(id)).toEqual(['First.', 'Once.']);
});

test('503 of a page: says so, and goes on', async ({ page, client }) => {
  await client.open('There', 'First.');
  let away = true;
  await page.route('**/v1/ticket/events*', (route) => route.abort()); // else the page goes on by itself
  await page.route(/\/v1\/ticket\?/, (route) => away ? route.fulfill({ status: 503, json: { code: 'unavailable' } }) : route.fallback());
  await enter(page, client);
  await expect(page.getByRole('alert')).toContainText('The service does not answer at the moment.');
  away = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('list', { name: 'Tickets: Open' })).toBeVisible();
});

test('a lost answer: the ticket is opened once', async ({ page, client, line }) => {
  await enter(page, client, '/tickets/new');
  await page.getByLabel('Subject').fill('Once');
  await page.getByLabel('Message').fill('And not twice.');
  line.loseAnswer('POST /v1/ticket ');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('heading', { name: 'Once' })).toBeVisible();
  expect((await client.call<{ items: unknown[] }>('GET', '/v1/ticket')).items).toHaveLength(1);
});

test('the server crashes in the middle of a send, and six tabs go on with one session', async ({ context, page }) => {
  const server = await Server.start();
  const line = await Line.to(server.port);
  try {
    const client = await Person.client(server);
    const { id } = await client.open('Crash', 'First.');
    await enter(page, client, `${line.base}/tickets/${id}`);
    const tabs = [page];
    for (let i = 2; i <= 6; i++) {
      const tab = await context.newPage();
      await tab.goto(`${line.base}/tickets/${id}`);
      await expect(tab.getByRole('heading', { name: 'Crash' })).toBeVisible();
      tabs.push(tab);
    }
    await page.getByLabel('Reply').fill('Through the crash.');
    line.loseAnswer('PUT /v1/ticket/', true);
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(page.getByRole('button', { name: 'Sending…' })).toBeVisible();
    await server.kill();
    await server.run(); // which has forgotten every access JWT
    line.mend();
    for (const tab of tabs) await expect(conversation(tab).getByText('Through the crash.')).toBeVisible();
    await Promise.all(tabs.map((tab) => tab.reload()));
    for (const tab of tabs) await expect(conversation(tab).getByText('Through the crash.')).toBeVisible();
    await client.logIn();
    expect(await client.said(id)).toEqual(['First.', 'Through the crash.']);
  } finally {
    await line.close();
    await server.stop();
  }
});
