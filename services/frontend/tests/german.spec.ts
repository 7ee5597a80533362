// German is whole: every text has one, and no page shows an English one.
import { de } from '../src/app/de';
import { en } from '../src/app/en';
import { enter, expect, test } from './support/test';

/** texts are all of a catalogue, by the path of their names. */
function texts(catalogue: object, at = ''): [string, string][] {
  return Object.entries(catalogue).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string' ? [[at + name, value] as [string, string]]
    : typeof value === 'function' ? [[at + name, String((value as (x: unknown) => unknown)('2'))] as [string, string]]
    : texts(value as object, `${at}${name}.`));
}

const alike = ['Support', 'Name', 'PIN', 'Tickets', 'Normal']; // in both languages

test('every text is translated', () => {
  const german = new Map(texts(de));
  expect([...german.keys()].sort()).toEqual(texts(en).map(([name]) => name).sort());
  expect(texts(en).filter(([name, text]) => german.get(name) === text && !alike.includes(text))).toEqual([]);
  const places = (text: string) => text.match(/\{\w+\}/g) ?? [];
  for (const [name, text] of texts(en)) expect(places(german.get(name) ?? ''), name).toEqual(places(text));
});

test.describe(() => {
  test.use({ locale: 'de-DE' });

  test('no page shows an English text', async ({ page, client }) => {
    const english = texts(en).map(([, text]) => text).filter((text) => text.length > 3 && !texts(de).some(([, german]) => german.includes(text)));
    const { id } = await client.open('Drucker', 'Er druckt Streifen.');
    await page.goto('/login');
    const wantGerman = async () => {
      await expect(page.locator('html')).toHaveAttribute('lang', 'de');
      await expect(page.getByRole('heading').first()).toBeVisible();
      const shown = await page.evaluate(() => document.body.innerText.split('\n').map((l) => l.trim()));
      expect(shown.filter((text) => english.includes(text))).toEqual([]);
    };
    for (const [path, submit] of [['/login', 'Anmelden'], ['/signup', 'Registrieren'], ['/reset', 'PIN schicken']] as const) {
      await page.goto(path);
      await page.getByRole('button', { name: submit }).click();
      await expect(page.getByRole('alert')).toBeVisible();
      await wantGerman();
    }
    await enterGerman();
    for (const path of ['/', '/tickets/new', '/profile', `/tickets/${id}`, '/nothing']) {
      await page.goto(path);
      await wantGerman();
    }
    async function enterGerman(): Promise<void> {
      const answer = await page.context().request.post('/v1/user/login', { data: { email: client.user.email, password: 'correct horse battery' }, headers: { 'X-Session': 'cookie' } });
      expect(answer.ok()).toBe(true);
    }
  });
});

test('the catalogue is followed at once, without a reload', async ({ page, client }) => {
  await enter(page, client, '/profile');
  await page.getByLabel('Deutsch').check();
  await expect(page.getByRole('button', { name: 'Abmelden' })).toBeVisible();
  await page.getByLabel('English').check();
  await expect(page.getByRole('button', { name: 'Log out' })).toBeVisible();
});
