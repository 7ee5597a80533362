// What a client can do once a ticket is closed, and finding one.
import { enter, expect, test, wantAccessible } from './support/test';

test('rates a closed ticket, and changes the rating', async ({ page, client, agent }) => {
  const { id } = await client.open('Rated', 'First.');
  await agent.reply(id, 'Done.');
  await agent.close(id);
  await enter(page, client, `/tickets/${id}`);
  const rating = page.getByRole('region', { name: 'Rating' });
  await rating.getByRole('button', { name: 'Rate the answers' }).click();
  await expect(rating.getByText('Please choose one.')).toBeVisible();
  await wantAccessible(page);
  await rating.getByLabel('Good', { exact: true }).check();
  await rating.getByLabel('Comment (optional)').fill('It took a day.');
  await rating.getByRole('button', { name: 'Rate the answers' }).click();
  await expect(rating.getByRole('status')).toHaveText('Thank you');
  expect((await client.ticket(id)).rating).toMatchObject({ score: 4, comment: 'It took a day.' });
  await page.getByLabel('Reply').fill('It is back.');
  await page.getByRole('button', { name: 'Send' }).first().click();
  await expect(page.getByText('You rated this ticket 4 of 5.')).toBeVisible(); // open again: the rating stays, and is not changed
});

test('follows up a closed ticket', async ({ page, client }) => {
  const { id } = await client.open('The first one', 'First.');
  await client.close(id);
  await enter(page, client, `/tickets/${id}`);
  await page.getByRole('link', { name: 'Open a ticket that follows up' }).click();
  await page.getByLabel('Subject').fill('The second one');
  await page.getByLabel('Message').fill('It goes on.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('heading', { name: 'The second one' })).toBeVisible();
  await page.getByRole('link', { name: 'Follows up an earlier ticket' }).click();
  await expect(page.getByRole('heading', { name: 'The first one' })).toBeVisible();
});

test('finds tickets by their words', async ({ page, client }) => {
  await client.open('Invoice of May', 'The address is wrong.');
  await client.close((await client.open('Printer', 'It prints stripes on the invoice.')).id);
  await client.open('Door', 'It is stuck.');
  await enter(page, client);
  await page.getByRole('searchbox', { name: 'Search' }).fill('invoic');
  const found = page.getByRole('list', { name: 'Tickets: Search' }).getByRole('link');
  await expect(found).toHaveCount(2);
  await page.getByRole('searchbox', { name: 'Search' }).fill('invoice address');
  await expect(found).toHaveText([/Invoice of May/]);
  await page.getByRole('searchbox', { name: 'Search' }).fill('nothing of this');
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
  await wantAccessible(page);
  await page.getByRole('searchbox', { name: 'Search' }).fill('');
  await expect(page.getByRole('list', { name: 'Tickets: Open' })).toBeVisible();
});
