// The report, as a lead reads it.
import { enter, expect, test, wantAccessible } from './support/test';

test('the report counts, draws and tabulates what happened', async ({ page, client, agent }) => {
  const { id } = await client.open('Counted', 'Once.');
  await agent.reply(id, 'Twice.');
  await enter(page, agent);
  await page.getByRole('link', { name: 'Report' }).click();
  await expect(page).toHaveURL('/report');
  await expect(page.getByRole('img', { name: /^Tickets opened and closed each day/ })).toBeVisible();
  const own = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: agent.user.name, exact: true }) }).first();
  await expect(own.getByRole('cell').first()).toHaveText(/[1-9]/);
  await page.getByText('As a table').click();
  await expect(page.getByRole('columnheader', { name: 'Day' })).toBeVisible();
  await wantAccessible(page);
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await page.getByLabel('From').fill('2020-01-01'); // more than 92 days
  await expect(page.getByRole('alert')).toBeVisible();
});
