// The reference of the API at /docs, by a library that would like to load from elsewhere.
import { expect, test } from './support/test';

test('the reference shows the contract, asks nobody else, and tries a request', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (r) => { if (/^(https?|wss?):/.test(r.url())) asked.push(new URL(r.url()).origin); });
  await page.goto('/docs');
  await expect(page.getByRole('heading', { name: 'CRM', exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: /Tickets/ }).first()).toBeVisible();
  await page.goto('/docs#tag/operation/GET/healthz');
  await page.getByRole('button', { name: /Test Request.*healthz/i }).click();
  await page.getByRole('button', { name: /^Send/ }).first().click();
  await expect(page.getByText('200 OK').first()).toBeVisible();
  expect(new Set(asked)).toEqual(new Set([new URL(page.url()).origin]));
});
