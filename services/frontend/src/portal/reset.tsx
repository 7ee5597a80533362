import { useSignal } from '@preact/signals';
import { call } from '../app/api';
import { t } from '../app/i18n';
import { go } from '../app/router';
import { Field, Form } from '../parts/form';
import { Title } from '../parts/page';
import { told } from './login';

/** Reset asks for the PIN and sets the new password, on one page. */
export function Reset() {
  const email = useSignal('');
  return (
    <>
      <Title of={t().resetTitle}>{t().resetTitle}</Title>
      {email.value ? <SetPassword email={email.value} again={() => { email.value = ''; }} />
        : <AskForPIN done={(address) => { email.value = address; }} />}
      <p class="aside"><a href="/login">{t().back}</a></p>
    </>
  );
}

function AskForPIN({ done }: { done: (email: string) => void }) {
  const does = async (v: Record<string, string>) => {
    await call('POST', '/v1/user/reset-password', { body: { email: v['email'] } });
    done(v['email'] ?? '');
  };
  return (
    <>
      <p>{t().resetAsk}</p>
      <Form submit={t().resetSend} does={does} fields={(errors) => (
        <Field label={t().email} name="email" type="email" autoComplete="username" error={errors['email']} />
      )} />
    </>
  );
}

function SetPassword({ email, again }: { email: string; again: () => void }) {
  const does = async (v: Record<string, string>) => {
    await call('PATCH', '/v1/user/reset-password', { body: { email, pin: (v['pin'] ?? '').replace(/\s/g, ''), newPassword: v['newPassword'] } });
    told.value = t().resetDone;
    go('/login', true);
  };
  return (
    <>
      <p role="status">{t().resetSent(email)}</p>
      <Form submit={t().resetDo} does={does} extra={<button type="button" onClick={again}>{t().resetAgain}</button>} fields={(errors) => (
        <>
          <Field label={t().pin} name="pin" inputMode="numeric" autoComplete="one-time-code" error={errors['pin']} />
          <Field label={t().newPassword} name="newPassword" type="password" autoComplete="new-password" error={errors['newPassword']} hint={t().passwordHint} />
        </>
      )} />
    </>
  );
}
