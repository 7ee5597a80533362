import { call, logIn } from '../app/api';
import { t } from '../app/i18n';
import { go } from '../app/router';
import { Field, Form } from '../parts/form';
import { Title } from '../parts/page';

export function Signup() {
  const does = async (v: Record<string, string>) => {
    await call('POST', '/v1/user', { body: { name: v['name'], email: v['email'], password: v['password'] } });
    await logIn(v['email'] ?? '', v['password'] ?? '');
    go('/', true);
  };
  return (
    <>
      <Title of={t().signupTitle}>{t().signupTitle}</Title>
      <Form submit={t().signup} does={does} fields={(errors) => (
        <>
          <Field label={t().name} name="name" autoComplete="name" error={errors['name']} />
          <Field label={t().email} name="email" type="email" autoComplete="username" error={errors['email']} />
          <Field label={t().password} name="password" type="password" autoComplete="new-password" error={errors['password']} hint={t().passwordHint} />
        </>
      )} />
      <p class="aside">{t().haveAccount} <a href="/login">{t().login}</a></p>
    </>
  );
}
