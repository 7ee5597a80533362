import { signal } from '@preact/signals';
import { logIn } from '../app/api';
import { t } from '../app/i18n';
import { go, path } from '../app/router';
import { Field, Form } from '../parts/form';
import { Title } from '../parts/page';

/** told is a sentence for the login page, such as that a new password is set. */
export const told = signal('');

export function Login() {
  return (
    <>
      <Title of={t().loginTitle}>{t().loginTitle}</Title>
      {told.value && <p role="status" class="good">{told.value}</p>}
      <LoginForm email="" done={() => { told.value = ''; if (path.value === '/login') go('/', true); }} />
      <p class="aside">{t().noAccount} <a href="/signup">{t().signup}</a></p>
      <p class="aside"><a href="/reset">{t().forgot}</a></p>
    </>
  );
}

export function LoginForm({ email, done }: { email: string; done: () => void }) {
  return (
    <Form submit={t().login} does={async (v) => { await logIn(v['email'] ?? '', v['password'] ?? ''); done(); }}
      fields={(errors) => (
        <>
          <Field label={t().email} name="email" type="email" autoComplete="username" value={email} error={errors['email']} />
          <Field label={t().password} name="password" type="password" autoComplete="current-password" error={errors['password']} />
        </>
      )} />
  );
}
