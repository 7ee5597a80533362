// Beside a ticket: who the client is, what else there is of them, and what agents keep about the ticket.
import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { call, type User } from '../app/api';
import { attempt, draft, sent, type as typed } from '../app/drafts';
import { t } from '../app/i18n';
import { go } from '../app/router';
import { send } from '../app/send';
import type { Summary, Ticket } from '../app/tickets';
import { Dialog } from '../parts/dialog';
import { Field, Form } from '../parts/form';
import { useKeys } from './keys';
import type { Desk } from './ticket';
import type { View } from './views';
import { w } from './words';

export function Side({ desk, view }: { desk: Desk; view: View }) {
  const { ticket } = desk;
  const prioritize = (priority: string) => { desk.attempt(call<Ticket>('PUT', `/v1/ticket/${ticket.id}`, { body: { priority } })); };
  return (
    <aside aria-label={w().client}>
      <Client key={ticket.clientId} ticket={ticket} view={view} />
      <dl class="about">
        <dt>{w().assignee}</dt><dd dir="auto">{ticket.assignee?.name ?? w().nobody}</dd>
      </dl>
      <Priority value={ticket.priority} onChange={prioritize} />
      <Tags desk={desk} />
    </aside>
  );
}

function Priority({ value, onChange }: { value: string; onChange: (to: string) => void }) {
  const id = useId();
  return (
    <div class="choice">
      <label for={id}>{t().priority}</label>
      <select id={id} value={value} onChange={(e) => { onChange(e.currentTarget.value); }}>
        {Object.entries(t().priorities).map(([key, text]) => <option key={key} value={key} selected={key === value}>{text}</option>)}
      </select>
    </div>
  );
}

function Tags({ desk }: { desk: Desk }) {
  const id = useId(), field = useRef<HTMLInputElement>(null);
  useKeys({ t: () => { field.current?.focus(); } });
  const add = (e: SubmitEvent) => {
    e.preventDefault();
    const tag = field.current?.value.trim();
    if (!tag || !field.current) return;
    field.current.value = '';
    desk.attempt(desk.handle({ addTags: [tag] }));
  };
  return (
    <form class="tags" onSubmit={add}>
      <label for={id}>{w().addTag}</label>
      <input id={id} ref={field} maxLength={30} dir="auto" enterkeyhint="done" />
      <ul aria-label={w().tags}>
        {desk.ticket.tags?.map((tag) => (
          <li key={tag} class="tag"><span dir="auto">{tag}</span>
            <button type="button" aria-label={w().removeTag(tag)} onClick={() => { desk.attempt(desk.handle({ removeTags: [tag] })); }}>×</button>
          </li>
        ))}
      </ul>
    </form>
  );
}

function Client({ ticket, view }: { ticket: Ticket; view: View }) {
  const client = useSignal<User | null>(null), others = useSignal<Summary[] | null>(null), opens = useSignal(false);
  useEffect(() => {
    call<User>('GET', `/v1/user/clients/${ticket.clientId}`).then((u) => { client.value = u; }, () => undefined); // deleted meanwhile: the name is in the ticket
    call<{ items: Summary[] }>('GET', `/v1/ticket?client=${ticket.clientId}&limit=6`).then((page) => { others.value = page.items; }, () => undefined);
  }, []);
  const u = client.value, rest = others.value?.filter((s) => s.id !== ticket.id);
  return (
    <section class="client">
      <h2 dir="auto">{u?.name ?? ticket.clientName}</h2>
      {u && <address><a href={`mailto:${u.email}`}>{u.email}</a>{[u.company, u.phone, u.address].map((line) => line && <span key={line} dir="auto">{line}</span>)}</address>}
      <h3>{w().otherTickets}</h3>
      {rest?.length === 0 && <p class="hint">{w().noOtherTickets}</p>}
      <ul class="others">{rest?.map((s) => <li key={s.id} class={s.status}><a href={`/inbox/${view}/${s.id}`} dir="auto">{s.subject}</a></li>)}</ul>
      {u && <button type="button" onClick={() => { opens.value = true; }}>{w().openFor}</button>}
      {u && opens.value && <OpenFor client={u} view={view} done={() => { opens.value = false; }} />}
    </section>
  );
}

/** OpenFor opens a ticket that is the client's, and whose first message is the agent's. */
function OpenFor({ client, view, done }: { client: User; view: View; done: () => void }) {
  const name = `for.${client.id}`;
  const does = async (v: Record<string, string>) => {
    const body = { clientId: client.id, subject: v['subject'] ?? '', message: v['message'] ?? '' };
    if (draft(name).peek().text !== JSON.stringify(body)) typed(name, JSON.stringify(body)); // another text, another key
    const ticket = await send<Ticket>('POST', '/v1/ticket', { body, key: attempt(name, 0).key });
    sent(name);
    done();
    go(`/inbox/${view}/${ticket.id}`);
  };
  return (
    <Dialog title={w().openForTitle(client.name)} onClose={done}>
      <Form submit={w().open} does={does} extra={<button type="button" onClick={done}>{t().cancel}</button>} fields={(errors) => (
        <>
          <Field label={t().subject} name="subject" maxLength={100} error={errors['subject']} />
          <Field label={t().message} name="message" rows={6} error={errors['message']} />
        </>
      )} />
    </Dialog>
  );
}
