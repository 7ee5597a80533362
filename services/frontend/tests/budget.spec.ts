// How fast the pages are where there is much on them. The size of what they load is tested in Go.
import { enter, expect, session, test } from './support/test';

// Measured in the page. What other load on the machine kept waiting does not count: the best of a few tries does.
const note = (type: string, ms: number[]) => { test.info().annotations.push({ type, description: `${ms.map((n) => n.toFixed(1)).join(' ')} ms` }); };

test('a list of 50 is there within 1 s on a processor that is four times slower', async ({ page, client, context }) => {
  for (let i = 0; i < 50; i++) await client.open(`Number ${i}`, 'One of fifty.');
  await session(context, client);
  const cdp = await context.newCDPSession(page);
  const took: number[] = [];
  for (let i = 0; i < 4; i++) {
    await page.goto('about:blank');
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' }); // what the page's thread works, not what it waits
    await page.goto('/');
    await expect(page.locator('.row')).toHaveCount(50);
    const { metrics } = await cdp.send('Performance.getMetrics');
    took.push(4 * 1000 * (metrics.find((m) => m.name === 'TaskDuration')?.value ?? Infinity));
    await cdp.send('Performance.disable');
  }
  note('list of 50, four times slower', took);
  expect(Math.min(...took)).toBeLessThan(1000);
});

test('typing a character takes less than 16 ms with 500 messages shown', async ({ page, client, agent }) => {
  const { id } = await client.open('Long', 'Message 1');
  for (let i = 2; i <= 499; i++) await (i % 2 ? client : agent).reply(id, `Message ${i}`);
  await enter(page, client, `/tickets/${id}`);
  await expect(page.getByRole('listitem')).toHaveCount(499);
  const took = await page.evaluate(async () => {
    const area = document.querySelector('textarea');
    if (!area) throw new Error('no composer');
    area.focus();
    const all: number[] = [];
    for (let i = 0; i < 30; i++) {
      const began = performance.now();
      document.execCommand('insertText', false, 'x');
      await Promise.resolve();
      document.body.getBoundingClientRect(); // style and layout too
      all.push(performance.now() - began);
      await new Promise(requestAnimationFrame);
    }
    return all.sort((a, b) => a - b);
  });
  note('typing, sorted', took);
  expect(took[Math.floor(took.length / 2)]).toBeLessThan(16);
  await page.getByLabel('Reply').fill('The last one');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('listitem')).toHaveCount(500);
  await page.getByLabel('Reply').fill('One too many');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('alert')).toHaveText('This conversation has no room for the message. Open a new ticket.');
  await expect(page.getByLabel('Reply')).toHaveValue('One too many');
});
