// The ticket that an agent reads and answers.
import { signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { call, Failure } from '../app/api';
import { t, whole } from '../app/i18n';
import { send } from '../app/send';
import { may, Opened, type Ticket } from '../app/tickets';
import { sentence } from '../app/words';
import { Composer, Writing } from '../parts/composer';
import { Conversation } from '../parts/conversation';
import { Alert } from '../parts/form';
import { Broken, Nothing, Skeleton, Title } from '../parts/page';
import { Assign } from './assign';
import { History } from './history';
import { useKeys } from './keys';
import { Replies } from './insert';
import { Side } from './side';
import { Snooze } from './snooze';
import type { View } from './views';
import { w } from './words';

/** Desk is what the parts of the page do with the ticket. */
export type Desk = {
  ticket: Ticket;
  may: (action: string) => boolean;
  /** handle changes what agents keep beside the ticket. */
  handle: (change: object, ifMatch?: number) => Promise<void>;
  attempt: (work: Promise<unknown>) => void;
};

export function TicketPane({ id, view }: { id: string; view: View }) {
  const opened = useMemo(() => new Opened(id), [id]);
  useEffect(() => {
    void opened.load();
    return opened.follow();
  }, [opened]);
  const ticket = opened.ticket.value, failure = opened.failure.value;
  if (failure?.status === 404) return <Nothing />;
  if (!ticket) return failure ? <Broken failure={failure} again={() => { void opened.load(); }} /> : <Skeleton rows={4} />;
  return <Whole opened={opened} ticket={ticket} view={view} />;
}

function Whole({ opened, ticket, view }: { opened: Opened; ticket: Ticket; view: View }) {
  const failure = useSignal<Failure | null>(null);
  const desk: Desk = {
    ticket,
    may: (action) => may(ticket, action),
    handle: async (change, ifMatch) => {
      opened.put(await call<Ticket>('PATCH', `/v1/ticket/${ticket.id}/desk`, { body: change, ...(ifMatch !== undefined && { ifMatch }) }));
    },
    attempt: (work) => {
      failure.value = null;
      work.catch((e: unknown) => {
        failure.value = e instanceof Failure ? e : new Failure(500, 'internal');
        if (failure.value.status === 412) void opened.load();
      });
    },
  };
  return (
    <div class="desk">
      <article>
        <p class="up"><a href={`/inbox/${view}`}>← {w().view[view]}</a></p>
        <Head desk={desk} opened={opened} />
        {failure.value && <Alert>{sentence(failure.value)}</Alert>}
        <Conversation of={ticket} heard={opened.heard.value} />
        <History of={ticket} />
        <Answer opened={opened} desk={desk} />
      </article>
      <Side desk={desk} view={view} />
    </div>
  );
}

const dialog = signal<'assign' | 'snooze' | null>(null);

function Head({ desk, opened }: { desk: Desk; opened: Opened }) {
  const { ticket, may } = desk;
  const close = () => { if (may('close')) desk.attempt(call<Ticket>('PATCH', `/v1/ticket/close-ticket/${ticket.id}`).then((after) => { opened.put(after); })); };
  const asks = (what: 'assign' | 'snooze') => () => { if (may(what)) dialog.value = what; };
  const done = () => { dialog.value = null; };
  useKeys({ a: asks('assign'), s: asks('snooze'), e: close });
  return (
    <>
      <div class="bar">
        <Title of={ticket.subject}><span dir="auto">{ticket.subject}</span></Title>
        <div class="doing">
          {may('assign') && <button type="button" onClick={asks('assign')}>{w().assign}</button>}
          {may('snooze') && <button type="button" onClick={asks('snooze')}>{w().snooze}</button>}
          {may('close') && <button type="button" onClick={close}>{t().closeTicket}</button>}
        </div>
      </div>
      <p class="facts faint">
        {ticket.number && <span>#{ticket.number}</span>}
        <span class={`status ${ticket.status}`}>{w().states[ticket.status as keyof ReturnType<typeof w>['states']] ?? ticket.status}</span>
        <span>{ticket.closedAt ? t().closedAt(whole(ticket.closedAt)) : t().opened(whole(ticket.openedAt))}</span>
        {ticket.snoozedUntil && <span>{w().snoozedUntil(whole(ticket.snoozedUntil))}</span>}
        {ticket.rating && <span>{w().rated(ticket.rating.score)}</span>}
      </p>
      {ticket.rating?.comment && <blockquote dir="auto">{ticket.rating.comment}</blockquote>}
      {dialog.value === 'assign' && <Assign desk={desk} done={done} />}
      {dialog.value === 'snooze' && <Snooze desk={desk} done={done} />}
    </>
  );
}

/** Answer writes a reply to the client or a note for other agents. Each has a draft of its own. */
function Answer({ opened, desk: { ticket, may } }: { opened: Opened; desk: Desk }) {
  const notes = useSignal(false), inserts = useSignal(false), area = useRef<HTMLTextAreaElement>(null);
  const turn = (to: boolean) => () => {
    notes.value = to;
    setTimeout(() => { area.current?.focus(); });
  };
  useKeys({ r: turn(false), n: turn(true) });
  const insert = () => { inserts.value = true; };
  return (
    <div class={notes.value ? 'answer noting' : 'answer'}>
      <div class="tabs" role="group">
        <button type="button" aria-pressed={!notes.value} onClick={turn(false)}>{w().replyTab}</button>
        <button type="button" aria-pressed={notes.value} onClick={turn(true)}>{w().noteTab}</button>
      </div>
      {notes.value ? (
        <Writing key="note" name={`note.${ticket.id}`} label={t().note} action={w().addNote} hint={w().noteHint} seen={ticket.messageCount} area={area}
          post={async (message, { key }) => {
            await send('POST', `/v1/ticket/${ticket.id}/notes`, { body: { message }, key });
            await opened.load();
          }} />
      ) : may('reply') ? (
        <Composer key="reply" ticket={ticket} area={area} done={(after) => { opened.put(after); }} onSlash={insert}
          tools={<button type="button" class="quiet" onClick={insert}>{w().insertReply}</button>} />
      ) : <p class="hint">{t().lockedHint}</p>}
      {inserts.value && <Replies ticket={ticket} done={() => { inserts.value = false; area.current?.focus(); }} />}
    </div>
  );
}
