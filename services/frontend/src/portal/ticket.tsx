import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { call, Failure } from '../app/api';
import { t, whole } from '../app/i18n';
import { go } from '../app/router';
import { may, Opened, type Ticket } from '../app/tickets';
import { sentence } from '../app/words';
import { Composer } from '../parts/composer';
import { Conversation } from '../parts/conversation';
import { Dialog } from '../parts/dialog';
import { Alert } from '../parts/form';
import { Rating } from './rating';
import { Broken, Nothing, Skeleton, Status, Title } from '../parts/page';

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
      <p class="faint">{ticket.number && `#${ticket.number} · `}{ticket.closedAt ? t().closedAt(whole(ticket.closedAt)) : t().opened(whole(ticket.openedAt))}</p>
      {ticket.followUpOf && <p><a href={`/tickets/${ticket.followUpOf}`}>{t().followsUp}</a></p>}
      <Conversation of={ticket} heard={opened.heard.value} />
      {may(ticket, 'reply') ? <Composer ticket={ticket} done={(after) => { opened.put(after); }} /> : <p class="hint aside">{t().lockedHint}</p>}
      {(may(ticket, 'rate') || ticket.rating) && <Rating key={ticket.id} opened={opened} ticket={ticket} />}
      <Actions opened={opened} ticket={ticket} />
    </article>
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
      {may(ticket, 'close') && <button type="button" onClick={() => { attempt(close()); }}>{t().closeTicket}</button>}
      {may(ticket, 'follow-up') && <a class="button" href={`/tickets/new?follows=${ticket.id}`}>{t().followUp}</a>}
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
