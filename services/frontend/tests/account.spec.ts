// Accounts, as a person has them: sign up, log in, forget the password, change the profile, leave.
import { password, Person } from './support/people';
import { enter, expect, test } from './support/test';

test('signs up, logs out and logs in', async ({ page }) => {
  const email = `anna-${process.pid}-${Date.now()}@example.com`;
  await page.goto('/');
  await expect(page).toHaveTitle('Log in · Support');
  await page.getByRole('link', { name: 'Sign up' }).click();
  await page.getByLabel('Name').fill('Anna');
  await page.getByLabel('Email').fill('anna');
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page.getByRole('alert')).toHaveText('Some fields need another look');
  await expect(page.getByLabel('Email')).toHaveAccessibleDescription('This does not look right.');
  await expect(page.getByLabel('Email')).toBeFocused();
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription('At least 8 characters.');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page.getByRole('heading', { name: 'My tickets' })).toBeFocused();
  await expect(page.getByRole('heading', { name: 'You have no tickets yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page).toHaveURL('/login');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill('not this one');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('alert')).toHaveText('Wrong email or password.');
  await expect(page.getByLabel('Email')).toHaveValue(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { name: 'My tickets' })).toBeVisible();
});

test('is told that an email has an account', async ({ page, client }) => {
  await page.goto('/signup');
  await page.getByLabel('Name').fill('Anna');
  await page.getByLabel('Email').fill(client.user.email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page.getByRole('alert')).toContainText('Somebody has signed up with this email before.');
});

test('sets a new password by PIN', async ({ page, client, server }) => {
  await page.goto('/login');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await page.getByLabel('Email').fill(client.user.email);
  await page.getByRole('button', { name: 'Send the PIN' }).click();
  await expect(page.getByRole('status')).toContainText(client.user.email);
  await page.getByLabel('PIN').fill('00000000');
  await page.getByLabel('New password').fill('another horse battery');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByRole('alert')).toContainText('This PIN does not match or is too old.');
  await expect.poll(() => server.pin(client.user.id)).not.toBeNull();
  const pin = server.pin(client.user.id) ?? '';
  await page.getByLabel('PIN').fill(`${pin.slice(0, 4)} ${pin.slice(4)}`);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByRole('status')).toHaveText('Your new password is set. Log in with it.');
  await page.getByLabel('Email').fill(client.user.email);
  await page.getByLabel('Password').fill('another horse battery');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { name: 'My tickets' })).toBeVisible();
});

test('changes the profile and its language', async ({ page, client }) => {
  await enter(page, client, '/profile');
  await page.getByLabel('Name').fill('Anna Bauer');
  await page.getByLabel('Phone').fill('030 1234567');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Anna Bauer' })).toBeVisible();
  await page.getByLabel('Name').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Name')).toHaveAccessibleDescription('Please fill this in.');
  await page.getByLabel('Deutsch').check();
  await expect(page.getByRole('heading', { name: 'Profil' })).toBeVisible();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByLabel('Telefon')).toHaveValue('030 1234567');
});

test('changes the password, and goes on where it was done', async ({ page, browser, client, line }) => {
  const elsewhere = await browser.newContext({ baseURL: line.base });
  const other = await elsewhere.newPage();
  await enter(other, client);
  await enter(page, client, '/profile');
  await page.getByLabel('Present password').fill('not this one');
  await page.getByLabel('New password').fill('another horse battery');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByLabel('Present password')).toHaveAccessibleDescription('This does not look right.');
  await page.getByLabel('Present password').fill(password);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByText('The password is changed.')).toBeVisible();
  await expect(page.getByLabel('Present password')).toHaveValue('');
  await page.getByRole('link', { name: 'Tickets', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'You have no tickets yet' })).toBeVisible();
  await expect(other.getByRole('dialog', { name: 'Log in' })).toBeVisible(); // the feed has ended with the session
  await elsewhere.close();
});

test('deletes the account', async ({ page, client, server }) => {
  await enter(page, client, '/profile');
  await page.getByRole('button', { name: 'Delete account' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
  await dialog.getByLabel('Password').fill('not this one');
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await expect(dialog.getByLabel('Password')).toHaveAccessibleDescription('This does not look right.');
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await expect(page).toHaveURL('/login');
  await expect(Person.client(server)).resolves.toBeTruthy();
  await page.getByLabel('Email').fill(client.user.email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('alert')).toHaveText('Wrong email or password.');
});
