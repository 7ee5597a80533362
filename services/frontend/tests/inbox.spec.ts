// The inbox, as agents work in it.
import type { Page } from '@playwright/test';
import { Person } from './support/people';
import { enter, expect, test, wantAccessible } from './support/test';

const list = (page: Page) => page.getByRole('list', { name: 'Tickets' });
const item = (page: Page, subject: string) => list(page).getByRole('link', { name: subject });
const conversation = (page: Page) => page.getByRole('region', { name: 'Conversation' });

/** unique is a word that no other test's tickets have. */
const unique = () => `w${Math.random().toString(36).slice(2)}`;

test('answers who waits, and the client reads it', async ({ page, browser, client, agent, line }) => {
  const word = unique(), { id } = await client.open(`Stripes ${word}`, 'Since this morning.');
  const elsewhere = await browser.newContext({ baseURL: line.base });
  const portal = await elsewhere.newPage();
  await enter(portal, client, `/tickets/${id}`);
  await enter(page, agent);
  await expect(page).toHaveURL('/inbox/waiting');
  await page.getByRole('searchbox', { name: 'Search' }).fill(word);
  await item(page, word).click();
  await expect(page).toHaveURL(`/inbox/waiting/${id}`);
  await expect(page.getByRole('complementary', { name: 'Client' })).toContainText(client.user.email);
  await page.getByLabel('Reply').fill('Clean the glass, please.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(conversation(page).getByRole('listitem')).toHaveCount(2);
  await expect(conversation(portal).getByRole('list').getByText('Clean the glass, please.')).toBeVisible();
  await elsewhere.close();
});

test('assigns, tags, snoozes, notes and closes', async ({ page, client, agent }) => {
  const { id } = await client.open('The door is stuck', 'It opens no more than a hand.');
  await enter(page, agent, `/inbox/waiting/${id}`);
  await page.getByRole('button', { name: 'Assign' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('option', { name: agent.user.name }).first()).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Assignee' }).press('Enter'); // oneself is first
  await expect(page.getByRole('complementary').getByRole('definition')).toHaveText(agent.user.name);
  await page.getByLabel('Add a tag').fill('Door');
  await page.getByLabel('Add a tag').press('Enter');
  await expect(page.getByRole('list', { name: 'Tags' }).getByRole('listitem')).toContainText('door');
  await page.getByRole('button', { name: 'Remove the tag door' }).click();
  await expect(page.getByRole('list', { name: 'Tags' }).getByRole('listitem')).toHaveCount(0);
  await page.getByLabel('Priority', { exact: true }).last().selectOption('High');
  await page.getByRole('button', { name: 'Note', exact: true }).click();
  await page.getByLabel('Note').fill('The caretaker knows.');
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(conversation(page).getByRole('listitem')).toHaveCount(2);
  await expect(conversation(page).getByRole('listitem').last()).toContainText('The caretaker knows.');
  await page.getByRole('button', { name: 'Snooze' }).click();
  await dialog.getByRole('button', { name: 'Tomorrow morning' }).click();
  await expect(page.getByText(/Snoozed until/)).toBeVisible();
  await page.getByRole('button', { name: 'Close ticket' }).click();
  await expect(page.getByRole('button', { name: 'Close ticket' })).toBeHidden();
  await page.getByText(/^History: \d+ changes$/).click();
  for (const what of [/assigned the ticket to/, /changed the tags: \+door/, /changed the priority/, /wrote a note/, /snoozed the ticket until/, /closed the ticket/]) {
    await expect(page.locator('.history').getByText(what).first()).toBeVisible();
  }
  const seen = await client.ticket(id);
  expect(JSON.stringify(seen)).not.toContain('caretaker');
});

test('two agents collide: who is later is told what came in between', async ({ page, client, agent, server, line }) => {
  const other = await Person.agent(server, 'Agent Two');
  const { id } = await client.open('Two at once', 'First.');
  await enter(page, agent, `/inbox/waiting/${id}`);
  await page.getByLabel('Reply').fill('Mine.');
  line.cut(); // so that the page does not hear of it
  await other.reply(id, 'Theirs.');
  await page.route('**/v1/ticket/events*', (route) => route.abort());
  line.mend();
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('alert')).toHaveText('Somebody has written since. Read it first, then send.');
  await expect(page.locator('blockquote')).toHaveText(/Agent Two.*Theirs\./s);
  await expect(page.getByLabel('Reply')).toHaveValue('Mine.');
  await page.getByRole('button', { name: 'Send anyway' }).click();
  await expect(conversation(page).getByRole('listitem')).toHaveCount(3);
  expect(await client.said(id)).toEqual(['First.', 'Theirs.', 'Mine.']);
  await page.getByRole('button', { name: 'Assign' }).click();
  await other.call('PATCH', `/v1/ticket/${id}/desk`, { assigneeId: other.user.id });
  await page.getByRole('combobox', { name: 'Assignee' }).press('Enter');
  await expect(page.getByRole('alert')).toHaveText('Somebody has changed this ticket since. Look at it again first.');
  await expect(page.getByRole('complementary').getByRole('definition')).toHaveText('Agent Two');
});

test('views follow what happens, and count it', async ({ page, client, agent }) => {
  await enter(page, agent, '/inbox/mine');
  await expect(page.getByText('No open ticket is yours')).toBeVisible();
  const { id } = await client.open('For you', 'First.');
  await agent.call('PATCH', `/v1/ticket/${id}/desk`, { assigneeId: agent.user.id });
  await expect(item(page, 'For you')).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Mine' })).toHaveText('Mine1');
  await agent.call('PATCH', `/v1/ticket/${id}/desk`, { snoozedUntil: new Date(Date.now() + 86_400_000).toISOString() });
  await expect(page.getByText('No open ticket is yours')).toBeVisible();
  await page.getByRole('link', { name: 'Snoozed' }).click();
  await expect(item(page, 'For you')).toBeVisible();
  await client.reply(id, 'It is back.'); // ends the snooze
  await expect(item(page, 'For you')).toBeHidden();
});

test('filters, and opens a ticket for a client', async ({ page, client, agent }) => {
  const tag = unique(), { id } = await client.open('Filtered', 'First.');
  await agent.call('PATCH', `/v1/ticket/${id}/desk`, { addTags: [tag] });
  await enter(page, agent, '/inbox/waiting');
  await page.getByText('Filter', { exact: true }).click();
  await page.getByLabel('Tag', { exact: true }).fill(tag);
  await page.getByLabel('Tag', { exact: true }).press('Tab');
  await expect(list(page).getByRole('link')).toHaveCount(1);
  await item(page, 'Filtered').click();
  await page.getByRole('button', { name: 'New ticket' }).click();
  const dialog = page.getByRole('dialog', { name: `New ticket for ${client.user.name}` });
  await dialog.getByLabel('Subject').fill('Your call');
  await dialog.getByLabel('Message').fill('We send somebody tomorrow.');
  await dialog.getByRole('button', { name: 'Open the ticket' }).click();
  await expect(page.getByRole('heading', { name: 'Your call' })).toBeVisible();
  expect((await client.call<{ items: { subject: string }[] }>('GET', '/v1/ticket')).items.map((s) => s.subject)).toContain('Your call');
});

test('keyboard: all of it', async ({ page, client, agent }) => {
  const word = unique();
  for (const n of ['one', 'two']) await client.open(`${word} ${n}`, 'First.');
  await enter(page, agent, '/inbox/unassigned');
  await expect(list(page)).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type(word);
  await expect(page.getByRole('heading', { name: 'Search results' })).toBeVisible();
  await expect(list(page).getByRole('link')).toHaveCount(2);
  await page.getByRole('searchbox', { name: 'Search' }).blur();
  await page.keyboard.press('j');
  await expect(item(page, `${word} two`)).toBeFocused();
  await page.keyboard.press('j');
  await expect(item(page, `${word} one`)).toBeFocused();
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: `${word} two` })).toBeFocused();
  await page.keyboard.press('r');
  await expect(page.getByLabel('Reply')).toBeFocused();
  await page.keyboard.type('By keyboard: r n a t s e');
  await page.keyboard.press('Control+Enter');
  await expect(conversation(page).getByRole('listitem')).toHaveCount(2);
  await page.getByLabel('Reply').blur();
  await page.keyboard.press('n');
  await expect(page.getByLabel('Note')).toBeFocused();
  await page.getByLabel('Note').blur();
  await page.keyboard.press('a');
  await expect(page.getByRole('combobox', { name: 'Assignee' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary').getByRole('definition')).toHaveText(agent.user.name);
  await page.keyboard.press('t');
  await page.keyboard.type('keys');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Tags' })).toContainText('keys');
  await page.getByLabel('Add a tag').blur();
  await page.keyboard.press('s');
  await expect(page.getByRole('dialog', { name: 'Snooze' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  await expect(page.getByText('Closed', { exact: true }).first()).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await expect(page).toHaveURL('/inbox/mine');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.getByLabel('Use keys without Ctrl as shortcuts').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('u');
  await expect(page).toHaveURL('/inbox/mine');
});

test('axe: the inbox and its dialogs', async ({ page, client, agent }) => {
  test.slow();
  const { id } = await client.open('Accessible', 'First.');
  await agent.call('PATCH', `/v1/ticket/${id}/desk`, { addTags: ['axe'], assigneeId: agent.user.id });
  await agent.call('POST', `/v1/ticket/${id}/notes`, { message: 'A note.' });
  await enter(page, agent, `/inbox/mine/${id}`);
  await expect(page.getByText('A note.')).toBeVisible();
  await page.getByText(/^History: \d+ changes$/).click();
  await page.getByText('Filter', { exact: true }).click();
  await wantAccessible(page);
  for (const key of ['a', 's', '?']) {
    await page.keyboard.press(key);
    await expect(page.getByRole('dialog')).toBeVisible();
    await wantAccessible(page);
    await page.keyboard.press('Escape');
  }
  await page.goto('/inbox/closed');
  await expect(page.getByText(/No ticket is closed|Closed/).first()).toBeVisible();
  await wantAccessible(page);
  await page.setViewportSize({ width: 320, height: 640 });
  for (const path of ['/inbox/mine', `/inbox/mine/${id}`]) {
    await page.goto(path);
    await expect(page.getByRole(path.endsWith(id) ? 'heading' : 'link', { name: 'Accessible' })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  }
});

test('what strangers write runs nowhere in the inbox', async ({ page, server }) => {
  const evil = '"><img src=x onerror=alert(1)>';
  const client = await Person.client(server, evil), agent = await Person.agent(server, evil);
  const { id } = await client.open(evil, evil);
  await agent.call('PATCH', `/v1/ticket/${id}/desk`, { addTags: ['<svg/onload=alert(1)>'], assigneeId: agent.user.id });
  await agent.call('POST', `/v1/ticket/${id}/notes`, { message: evil });
  await enter(page, agent, `/inbox/mine/${id}`);
  await expect(conversation(page).locator('.text')).toHaveText([evil, evil]);
  await expect(page.getByRole('list', { name: 'Tags' })).toContainText('<svg/onload=alert(1)>');
  await expect(page.getByRole('complementary').getByRole('heading', { name: evil })).toBeVisible();
  expect(await page.locator('main').locator('img, script, svg, iframe').count()).toBe(0);
});
