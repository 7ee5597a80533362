import { useSignal } from '@preact/signals';
import { Failure } from '../app/api';
import { draft, keyOf, sent, type as typed } from '../app/drafts';
import { t } from '../app/i18n';
import { go } from '../app/router';
import { send } from '../app/send';
import type { Ticket } from '../app/tickets';
import { Field, Form } from '../parts/form';
import { Title } from '../parts/page';

type Typed = { subject: string; message: string; priority: string };
const name = 'new';

export function NewTicket() {
  const had = useSignal<Typed>(read()).value;
  const follows = useSignal(new URLSearchParams(location.search).get('follows')).value;
  const does = async (v: Record<string, string>) => {
    const body = { subject: v['subject'] ?? '', message: v['message'] ?? '', priority: v['priority'] ?? 'normal' };
    const ticket = await send<Ticket>('POST', '/v1/ticket', { body: { ...body, ...(follows && { followUpOf: follows }) }, key: keyOf(name) }).catch((e: unknown) => {
      if (e instanceof Failure && e.code === 'idempotency-mismatch') keep(body); // typed on in another tab: another key
      throw e;
    });
    sent(name);
    go(`/tickets/${ticket.id}`, true);
  };
  return (
    <div class="narrow" onInput={(e) => { if (e.target instanceof Element) keep(valuesOf(e.target.closest('form'))); }}>
      <Title of={t().newTicket}>{t().newTicket}</Title>
      {follows && <p><a href={`/tickets/${follows}`}>{t().followsUp}</a></p>}
      <Form submit={t().send} does={does} extra={<a class="button" href="/">{t().cancel}</a>} fields={(errors) => (
        <>
          <Field label={t().subject} name="subject" maxLength={100} value={had.subject} error={errors['subject']} />
          <Field label={t().message} name="message" rows={8} value={had.message} error={errors['message']} />
          <Field label={t().priority} name="priority"><Priorities name="priority" value={had.priority} /></Field>
        </>
      )} />
    </div>
  );
}

export function Priorities({ name, value }: { name: string; value: string }) {
  const words = t().priorities;
  return (
    <div class="choices" role="radiogroup" aria-label={t().priority}>
      {(Object.keys(words) as (keyof typeof words)[]).map((p) => (
        <label key={p}><input type="radio" name={name} value={p} defaultChecked={p === value} />{words[p]}</label>
      ))}
    </div>
  );
}

function valuesOf(form: HTMLFormElement | null): Typed {
  const data = new FormData(form ?? undefined);
  const of = (key: string) => { const v = data.get(key); return typeof v === 'string' ? v : ''; };
  return { subject: of('subject'), message: of('message'), priority: of('priority') || 'normal' };
}

function keep(v: Typed): void {
  typed(name, v.subject || v.message ? JSON.stringify(v) : '');
}

function read(): Typed {
  const none = { subject: '', message: '', priority: 'normal' };
  try {
    return { ...none, ...(JSON.parse(draft(name).peek().text) as Partial<Typed>) };
  } catch {
    return none;
  }
}
