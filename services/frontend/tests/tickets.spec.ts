// Tickets, as a client has them: open, read, reply, close, reopen, delete.
import { Person } from './support/people';
import { enter, expect, test } from './support/test';

test('opens a ticket', async ({ page, client }) => {
  await enter(page, client);
  await page.getByRole('link', { name: 'New ticket' }).click();
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByLabel('Subject')).toHaveAccessibleDescription('Please fill this in.');
  await expect(page.getByLabel('Message')).toHaveAccessibleDescription('Please fill this in.');
  await page.getByLabel('Subject').fill('The printer prints stripes');
  await page.getByLabel('Message').fill('Since this morning.\n\nSee https://example.com/stripes.');
  await page.getByLabel('High').check();
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('heading', { name: 'The printer prints stripes' })).toBeVisible();
  const conversation = page.getByRole('region', { name: 'Conversation' });
  await expect(conversation.getByRole('listitem')).toHaveText(/You.*Since this morning\.\n\nSee https:\/\/example\.com\/stripes\.$/s);
  const link = conversation.getByRole('link', { name: 'https://example.com/stripes' });
  await expect(link).toHaveAttribute('rel', /noopener nofollow/);
  await page.getByRole('link', { name: 'My tickets' }).click();
  const row = page.getByRole('list', { name: 'Tickets: Open' }).getByRole('link');
  await expect(row).toHaveText(/The printer prints stripes.*Waiting for us.*1 message/s);
});

test('replies, closes, and opens again by a reply', async ({ page, client }) => {
  const { id } = await client.open('The door is stuck', 'It opens no more than a hand.');
  await enter(page, client, `/tickets/${id}`);
  await page.getByLabel('Reply').fill('It is the one to the yard.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('listitem')).toHaveCount(2);
  await expect(page.getByLabel('Reply')).toHaveValue('');
  await page.getByRole('button', { name: 'Close ticket' }).click();
  await expect(page.getByText('Closed', { exact: true })).toBeVisible();
  await expect(page.getByText('A reply opens the ticket again.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Close ticket' })).toBeHidden();
  await page.getByLabel('Reply').fill('It is stuck again.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByText('Waiting for us')).toBeVisible();
  expect(await client.said(id)).toEqual(['It opens no more than a hand.', 'It is the one to the yard.', 'It is stuck again.']);
});

test('deletes a ticket, and does not when asked again', async ({ page, client }) => {
  const { id } = await client.open('Nothing', 'It was nothing.');
  await enter(page, client, `/tickets/${id}`);
  await page.getByRole('button', { name: 'Delete ticket' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete this ticket?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Delete ticket' })).toBeFocused();
  await page.getByRole('button', { name: 'Delete ticket' }).click();
  await dialog.getByRole('button', { name: 'Delete ticket' }).click();
  await expect(page.getByRole('heading', { name: 'You have no tickets yet' })).toBeVisible();
  await page.goto(`/tickets/${id}`);
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
});

test('sees open tickets before closed ones, and more of them on demand', async ({ page, client }) => {
  const closed = await client.open('Long done', 'It works again.');
  await client.close(closed.id);
  for (let i = 1; i <= 60; i++) await client.open(`Number ${i}`, 'One of many.');
  await enter(page, client);
  await expect(page.getByRole('heading', { level: 2 })).toHaveText(['Open', 'Closed']);
  await expect(page.getByRole('list', { name: 'Tickets: Closed' }).getByRole('link')).toHaveText(/Long done/);
  const open = page.getByRole('list', { name: 'Tickets: Open' }).getByRole('link');
  await expect(open.first()).toHaveText(/Number 60/);
  await open.last().scrollIntoViewIfNeeded();
  await expect(open).toHaveCount(60);
  await expect(open.last()).toHaveText(/^Number 1W/);
  await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0);
});

test('finds no ticket of somebody else', async ({ page, client, server }) => {
  const { id } = await client.open('Mine', 'Only mine.');
  await enter(page, await Person.client(server, 'Client Two'), `/tickets/${id}`);
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  await page.getByRole('link', { name: 'Go to the tickets' }).click();
  await expect(page.getByRole('heading', { name: 'You have no tickets yet' })).toBeVisible();
});
