// For everybody: axe finds nothing on any page, dialog or state, in either theme; all of it works by keyboard and at 320 px.
import type { Page } from '@playwright/test';
import { password } from './support/people';
import { enter, expect, test, wantAccessible } from './support/test';

test('axe: pages for strangers', async ({ page }) => {
  for (const [path, submit] of [['/login', 'Log in'], ['/signup', 'Sign up'], ['/reset', 'Send the PIN']] as const) {
    await page.goto(path);
    await page.getByRole('button', { name: submit }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await wantAccessible(page);
  }
  await page.getByLabel('Email').fill('nobody@example.com');
  await page.getByRole('button', { name: 'Send the PIN' }).click();
  await expect(page.getByLabel('PIN')).toBeVisible();
  await wantAccessible(page);
});

test('axe: tickets and a new one', async ({ page, client }) => {
  await enter(page, client);
  await expect(page.getByRole('heading', { name: 'You have no tickets yet' })).toBeVisible();
  await wantAccessible(page);
  await client.close((await client.open('Done', 'It works.')).id);
  const { id } = await client.open('Open', 'It does not.');
  await expect(page.getByRole('list', { name: 'Tickets: Open' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Tickets: Closed' })).toBeVisible();
  await wantAccessible(page);
  await page.route(/\/v1\/ticket\?/, (route) => route.fulfill({ status: 503, json: { code: 'unavailable' } }));
  await page.reload();
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  await wantAccessible(page);
  await page.goto('/tickets/new');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await wantAccessible(page);
  await page.goto(`/tickets/${id}`);
  await page.getByLabel('Reply').fill('Still not.');
  await wantAccessible(page);
  await page.getByRole('button', { name: 'Delete ticket' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await wantAccessible(page);
});

test('axe: profile, what is not there, and offline', async ({ page, context, client }) => {
  const { id } = await client.open('Open', 'It does not.');
  await client.close(id);
  await enter(page, client, '/profile');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await wantAccessible(page);
  await page.getByRole('button', { name: 'Delete account' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await wantAccessible(page);
  await page.goto('/nothing');
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  await wantAccessible(page);
  await page.goto(`/tickets/${id}`);
  await page.getByLabel('Reply').fill('It is back.');
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('button', { name: 'Sending…' })).toBeVisible();
  await wantAccessible(page);
});

/** reach goes on by Tab until the element with this name has the focus. */
async function reach(page: Page, name: string): Promise<void> {
  const focused = () => page.evaluate(() => {
    const e = document.activeElement as HTMLInputElement | null;
    return e?.labels?.[0]?.textContent ?? e?.textContent ?? '';
  });
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    if ((await focused()).trim() === name) return;
  }
  throw new Error(`no Tab leads to ${name}`);
}

test('keyboard: from the login to the end of a ticket', async ({ page, client }) => {
  await page.goto('/login');
  await reach(page, 'Email');
  await page.keyboard.type(client.user.email);
  await reach(page, 'Password');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'My tickets' })).toBeFocused();
  await reach(page, 'New ticket');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'New ticket' })).toBeFocused();
  await reach(page, 'Subject');
  await page.keyboard.type('By keyboard alone');
  await reach(page, 'Message');
  await page.keyboard.type('No mouse was moved.');
  await reach(page, 'Normal');
  await page.keyboard.press('ArrowRight');
  await reach(page, 'Send');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'By keyboard alone' })).toBeFocused();
  await reach(page, 'Reply');
  await page.keyboard.type('And a reply.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('listitem')).toHaveCount(2);
  await reach(page, 'Close ticket');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Closed', { exact: true })).toBeVisible();
  await reach(page, 'Delete ticket');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Delete ticket' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'You have no tickets yet' })).toBeVisible();
  await reach(page, 'Log out');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/login');
});

test('320 px: nothing runs out of the page', async ({ page, client }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const { id } = await client.open('W'.repeat(100), 'W'.repeat(10_000));
  const fits = async () => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  };
  for (const path of ['/login', '/signup', '/reset']) {
    await page.goto(path);
    await expect(page.getByRole('heading')).toBeVisible();
    await fits();
  }
  for (const path of ['/', '/tickets/new', '/profile', `/tickets/${id}`]) {
    await enter(page, client, path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await fits();
  }
  await page.getByRole('button', { name: 'Delete ticket' }).click();
  await fits();
});
