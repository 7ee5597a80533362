import { useSignal } from '@preact/signals';
import { call, type User } from '../app/api';
import { forgetAll } from '../app/drafts';
import { language, speak, t } from '../app/i18n';
import { go } from '../app/router';
import { user } from '../app/session';
import { Dialog } from '../parts/dialog';
import { Field, Form } from '../parts/form';
import { Title } from '../parts/page';

export function Profile() {
  return (
    <div class="narrow">
      <Title of={t().profile}>{t().profile}</Title>
      <Contact />
      <h2>{t().changePassword}</h2>
      <Password />
      <h2>{t().appearance}</h2>
      <Languages />
      <h2>{t().deleteAccount}</h2>
      <Delete />
    </div>
  );
}

function Contact() {
  const saved = useSignal(false), u = user.value;
  if (!u) return null;
  const does = async (v: Record<string, string>) => {
    saved.value = false;
    user.value = await call<User>('PATCH', '/v1/user', { body: { name: v['name'], company: v['company'], phone: v['phone'], address: v['address'] } });
    saved.value = true;
  };
  return (
    <>
      <p class="faint">{u.email}</p>
      <Form submit={t().save} does={does} extra={<span role="status">{saved.value && t().saved}</span>} fields={(errors) => (
        <>
          <Field label={t().name} name="name" autoComplete="name" value={u.name} error={errors['name']} />
          <Field label={t().company} name="company" autoComplete="organization" value={u.company} error={errors['company']} />
          <Field label={t().phone} name="phone" type="tel" autoComplete="tel" value={u.phone} error={errors['phone']} />
          <Field label={t().address} name="address" autoComplete="street-address" value={u.address} error={errors['address']} />
        </>
      )} />
    </>
  );
}

function Password() {
  const done = useSignal(0);
  const does = async (v: Record<string, string>) => {
    await call('PUT', '/v1/user/password', { body: { password: v['password'], newPassword: v['newPassword'] }, headers: { 'X-Session': 'cookie' } });
    done.value++;
  };
  return (
    <>
      <Form key={done.value} submit={t().changePassword} does={does} fields={(errors) => (
        <>
          <Field label={t().oldPassword} name="password" type="password" autoComplete="current-password" error={errors['password']} />
          <Field label={t().newPassword} name="newPassword" type="password" autoComplete="new-password" error={errors['newPassword']} hint={t().passwordHint} />
        </>
      )} />
      <p role="status" class="told">{done.value > 0 && t().passwordChanged}</p>
    </>
  );
}

function Languages() {
  return (
    <div class="choices" role="radiogroup" aria-label={t().appearance}>
      {(['en', 'de'] as const).map((l) => (
        <label key={l} lang={l}>
          <input type="radio" name="language" checked={language.value === l} onChange={() => { speak(l); }} />
          {l === 'en' ? 'English' : 'Deutsch'}
        </label>
      ))}
    </div>
  );
}

function Delete() {
  const asks = useSignal(false);
  const does = async (v: Record<string, string>) => {
    await call('POST', '/v1/user/delete-account', { body: { password: v['password'] } });
    forgetAll();
    user.value = null;
    go('/login', true);
  };
  return (
    <>
      <button type="button" class="danger quiet" onClick={() => { asks.value = true; }}>{t().deleteAccount}</button>
      {asks.value && (
        <Dialog title={t().deleteAccountAsk} onClose={() => { asks.value = false; }}>
          <p>{t().deleteAccountHint}</p>
          <Form submit={t().deleteAccount} danger does={does}
            extra={<button type="button" onClick={() => { asks.value = false; }}>{t().cancel}</button>}
            fields={(errors) => <Field label={t().password} name="password" type="password" autoComplete="current-password" error={errors['password']} />} />
        </Dialog>
      )}
    </>
  );
}
