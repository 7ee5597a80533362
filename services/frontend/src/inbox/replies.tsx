// The saved replies, which an admin writes for all agents.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call, Failure } from '../app/api';
import { t } from '../app/i18n';
import { Field, Form } from '../parts/form';
import { Broken, Skeleton, Title } from '../parts/page';
import { loadSaved, type Saved, saved } from './insert';
import { w } from './words';

const path = '/v1/ticket/saved-replies';

export function SavedReplies() {
  const failure = useSignal<Failure | null>(null), added = useSignal(0);
  const load = () => {
    failure.value = null;
    loadSaved().catch((e: unknown) => { failure.value = e instanceof Failure ? e : new Failure(500, 'internal'); });
  };
  useEffect(load, []);
  const add = async (v: Record<string, string>) => {
    await call('POST', path, { body: { name: v['name'], message: v['message'] } });
    added.value++;
    await loadSaved();
  };
  return (
    <div class="narrow">
      <Title of={w().savedReplies}>{w().savedReplies}</Title>
      <p class="faint">{w().repliesHint}</p>
      {failure.value && <Broken failure={failure.value} again={load} />}
      {!saved.value && !failure.value && <Skeleton rows={3} />}
      {saved.value?.length === 0 && <p class="empty">{w().noReplies}</p>}
      {saved.value?.map((s) => <One key={s.id} of={s} />)}
      <h2>{w().newReply}</h2>
      <Form key={added.value} submit={w().addReply} does={add} fields={fields()} />
    </div>
  );
}

const fields = (of?: Saved) => (errors: Record<string, string>) => (
  <>
    <Field label={t().name} name="name" maxLength={100} value={of?.name ?? ''} error={errors['name']} />
    <Field label={t().message} name="message" rows={5} value={of?.message ?? ''} error={errors['message']} />
  </>
);

function One({ of }: { of: Saved }) {
  const done = useSignal(false);
  const save = async (v: Record<string, string>) => {
    done.value = false;
    await call('PUT', `${path}/${of.id}`, { body: { name: v['name'], message: v['message'] } });
    await loadSaved();
    done.value = true;
  };
  const remove = () => { call('DELETE', `${path}/${of.id}`).then(loadSaved, loadSaved).catch(() => undefined); };
  return (
    <details class="reply">
      <summary dir="auto">{of.name}</summary>
      <Form submit={t().save} does={save} fields={fields(of)} extra={(
        <><button type="button" class="quiet danger" onClick={remove}>{w().deleteReply}</button><span role="status">{done.value && t().saved}</span></>
      )} />
    </details>
  );
}
