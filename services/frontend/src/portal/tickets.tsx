import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Failure } from '../app/api';
import { t } from '../app/i18n';
import { List, type Summary } from '../app/tickets';
import { Broken, Skeleton, Status, Time, Title } from '../parts/page';

/** Tickets are the client's own, open ones first. */
export function Tickets() {
  const open = useList('open', (s) => s.status !== 'closed'), closed = useList('closed', (s) => s.status === 'closed');
  const failed = open.state.value instanceof Failure ? open.state.value : null;
  const ready = open.state.value === 'ready' && closed.state.value === 'ready';
  const none = ready && open.items.value.length === 0 && closed.items.value.length === 0;
  return (
    <>
      <div class="bar">
        <Title of={t().myTickets}>{t().myTickets}</Title>
        <a class="button primary" href="/tickets/new">{t().newTicket}</a>
      </div>
      {failed ? <Broken failure={failed} again={() => { void open.load(); void closed.load(); }} />
        : !ready ? <Skeleton rows={6} />
        : none ? <Empty />
        : <><Section title={t().openFirst} list={open} /><Section title={t().closedOnes} list={closed} /></>}
    </>
  );
}

function useList(status: string, takes: (s: Summary) => boolean): List {
  const list = useMemo(() => new List({ status }, takes), []);
  useEffect(() => {
    void list.load();
    return list.follow();
  }, []);
  return list;
}

function Empty() {
  return (
    <div class="empty">
      <h2>{t().noTickets}</h2>
      <p>{t().noTicketsHint}</p>
    </div>
  );
}

function Section({ title, list }: { title: string; list: List }) {
  if (list.items.value.length === 0) return null;
  return (
    <section>
      <h2 class="over">{title}</h2>
      <ul class="tickets" aria-label={`${t().tickets}: ${title}`}>
        {list.items.value.map((s) => <li key={s.id}><Row of={s} /></li>)}
      </ul>
      {list.hasMore.value && <More list={list} />}
    </section>
  );
}

function Row({ of: s }: { of: Summary }) {
  return (
    <a class={`row ${s.status}`} href={`/tickets/${s.id}`}>
      <span class="subject" dir="auto">{s.subject}</span>
      <Status of={s.status} />
      <span class="faint">{t().messages(s.messageCount)}</span>
      <Time at={s.lastMessageAt} />
    </a>
  );
}

/** More reads the next page when it comes into view; the button is for who uses none. */
function More({ list }: { list: List }) {
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const seen = new IntersectionObserver((entries) => { if (entries.some((e) => e.isIntersecting)) void list.more(); });
    if (ref.current) seen.observe(ref.current);
    return () => { seen.disconnect(); };
  }, []);
  return <button ref={ref} type="button" class="quiet wide" onClick={() => { void list.more(); }}>{t().more}</button>;
}
