import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { call, Failure } from '../app/api';
import { t, whole } from '../app/i18n';
import { go } from '../app/router';
import { user } from '../app/session';
import { type Message, Opened, type Ticket } from '../app/tickets';
import { sentence } from '../app/words';
import { Composer } from '../parts/composer';
import { Dialog } from '../parts/dialog';
import { Alert } from '../parts/form';
import { Broken, Skeleton, Status, Time, Title } from '../parts/page';
import { Text } from '../parts/text';
import { Nothing } from './app';

export function TicketPage({ id }: { id: string }) {
  const opened = useMemo(() => new Opened(id), [id]);
  useEffect(() => {
    void opened.load();
    return opened.follow();
  }, [opened]);
  const ticket = opened.ticket.value, failure = opened.failure.value;
  if (failure?.status === 404) return <Nothing />;
  if (!ticket) return failure ? <Broken failure={failure} again={() => { void opened.load(); }} /> : <Skeleton rows={4} />;
  return (
    <article class="narrow">
      <p><a href="/">← {t().myTickets}</a></p>
      <div class="bar">
        <Title of={ticket.subject}><span dir="auto">{ticket.subject}</span></Title>
        <Status of={ticket.status} />
      </div>
      <p class="faint">{ticket.closedAt ? t().closedAt(whole(ticket.closedAt)) : t().opened(whole(ticket.openedAt))}</p>
      <Conversation of={ticket} heard={opened.heard.value} />
      <Composer ticket={ticket} done={(after) => { opened.put(after); }} />
      <Actions opened={opened} ticket={ticket} />
    </article>
  );
}

export function Conversation({ of: ticket, heard }: { of: Ticket; heard: Message | null }) {
  return (
    <section aria-label={t().conversation}>
      <ol class="conversation">{ticket.conversation.map((m) => <Said key={m.id} message={m} />)}</ol>
      <p class="unseen" aria-live="polite">{heard && `${heard.author.name}: ${heard.message.slice(0, 200)}`}</p>
    </section>
  );
}

function Said({ message: m }: { message: Message }) {
  const mine = m.author.id === user.value?.id;
  return (
    <li class={mine ? 'said mine' : 'said'}>
      <p class="by"><b dir="auto">{mine ? t().you : m.author.name}</b><Time at={m.sentAt} /></p>
      <Text>{m.message}</Text>
    </li>
  );
}

/** Actions are what may be done with the ticket besides answering. */
function Actions({ opened, ticket }: { opened: Opened; ticket: Ticket }) {
  const asks = useSignal(false), failure = useSignal<Failure | null>(null);
  const attempt = (work: Promise<void>) => {
    failure.value = null;
    work.catch((e: unknown) => { failure.value = e instanceof Failure ? e : new Failure(500, 'internal'); });
  };
  const close = async () => { opened.put(await call<Ticket>('PATCH', `/v1/ticket/close-ticket/${ticket.id}`)); };
  const remove = async () => {
    await call('DELETE', `/v1/ticket/${ticket.id}`);
    go('/', true);
  };
  return (
    <div class="actions">
      {failure.value && <Alert>{sentence(failure.value)}</Alert>}
      {ticket.status !== 'closed' && <button type="button" onClick={() => { attempt(close()); }}>{t().closeTicket}</button>}
      <button type="button" class="quiet danger" onClick={() => { asks.value = true; }}>{t().deleteTicket}</button>
      {asks.value && (
        <Dialog title={t().deleteAsk} onClose={() => { asks.value = false; }}>
          <p>{t().deleteHint}</p>
          <div class="actions">
            <button type="button" class="danger" onClick={() => { asks.value = false; attempt(remove()); }}>{t().deleteTicket}</button>
            <button type="button" autofocus onClick={() => { asks.value = false; }}>{t().cancel}</button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
