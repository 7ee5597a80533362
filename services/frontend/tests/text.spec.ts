// Text is text: shown as it was written, whoever wrote it.
import { Person } from './support/people';
import { enter, expect, test } from './support/test';

const corpus = [
  '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "'><svg/onload=alert(1)>", '<iframe srcdoc="<script>parent.alert(1)</script>">',
  'javascript:alert(1)', '[a](javascript:alert(1))', 'https://example.com/"onmouseover="alert(1)', 'http://example.com/<b>x</b>', '{{7*7}}${7*7}',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>', '&lt;script&gt;alert(1)&lt;/script&gt;', '<a href="data:text/html,<script>alert(1)</script>">x</a>',
];

test('what strangers write runs nowhere', async ({ page, server }) => {
  const client = await Person.client(server, '<img src=x onerror=alert(1)>');
  const agent = await Person.agent(server, '<svg/onload=alert(1)>');
  const { id } = await client.open('"><script>alert(1)</script>', corpus[0] ?? '');
  for (const text of corpus.slice(1)) await agent.reply(id, text);
  await enter(page, client);
  await expect(page.getByRole('list', { name: 'Tickets: Open' }).getByRole('link')).toContainText('"><script>alert(1)</script>');
  await page.goto(`/tickets/${id}`);
  await expect(page.locator('.text')).toHaveText(corpus);
  await expect(page.getByRole('heading', { name: '"><script>alert(1)</script>' })).toBeVisible();
  await expect(page.getByText('<svg/onload=alert(1)>', { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('link', { name: '<img src=x onerror=alert(1)>' })).toBeVisible();
  const links = await page.getByRole('region', { name: 'Conversation' }).getByRole('link').evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).protocol));
  expect(new Set(links)).toEqual(new Set(['https:', 'http:']));
  expect(await page.locator('.text').locator('img, script, svg, iframe, style, form').count()).toBe(0);
  await page.goto('/profile');
  await expect(page.getByLabel('Name')).toHaveValue('<img src=x onerror=alert(1)>');
});

test('right-to-left, emoji and words without end', async ({ page, client }) => {
  const texts = ['שלום, המדפסת לא עובדת', 'مرحبا، الطابعة لا تعمل', '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 e\u0301', '打印机坏了', 'a\n\n\n  b\tc', 'x'.repeat(10_000)];
  const { id } = await client.open('المدفعة', texts[0] ?? '');
  for (const text of texts.slice(1)) await client.reply(id, text);
  await enter(page, client, `/tickets/${id}`);
  const said = page.locator('.text');
  await expect(said).toHaveCount(texts.length);
  expect(await said.evaluateAll((all) => all.map((e) => e.textContent))).toEqual((await client.said(id)));
  expect(await said.evaluateAll((all) => all.map((e) => getComputedStyle(e).direction))).toEqual(['rtl', 'rtl', 'ltr', 'ltr', 'ltr', 'ltr']);
  const [room, widest] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  expect(widest).toBeLessThanOrEqual(room ?? 0);
});

test('the longest message is taken, and a longer one is not lost', async ({ page, client }) => {
  const { id } = await client.open('Long', 'First.');
  await enter(page, client, `/tickets/${id}`);
  await page.getByLabel('Reply').fill('y'.repeat(10_001));
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('alert')).toHaveText('At most 10000 characters.');
  await expect(page.getByLabel('Reply')).toHaveValue('y'.repeat(10_001));
  await page.getByLabel('Reply').fill('y'.repeat(10_000));
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('listitem')).toHaveCount(2);
});
