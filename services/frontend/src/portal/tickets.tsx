import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Failure } from '../app/api';
import { t } from '../app/i18n';
import { List, Queue, type Summary } from '../app/tickets';
import { SearchField } from '../parts/search';
import { More } from '../parts/more';
import { Broken, Skeleton, Status, Time, Title } from '../parts/page';

/** Tickets are the client's own, open ones first. */
export function Tickets() {
  const q = useSignal('');
  return (
    <>
      <div class="bar">
        <Title of={t().myTickets}>{t().myTickets}</Title>
        <a class="button primary" href="/tickets/new">{t().newTicket}</a>
      </div>
      <div class="finding" role="search"><SearchField found={(text) => { q.value = text; }} /></div>
      {q.value ? <Found key={q.value} q={q.value} /> : <Mine />}
    </>
  );
}

/** Found are the tickets with all of these words, newest first. */
function Found({ q }: { q: string }) {
  const list = useMemo(() => new Queue({ q }), []);
  useEffect(() => {
    void list.load();
    return list.follow();
  }, []);
  const state = list.state.value;
  if (state instanceof Failure) return <Broken failure={state} again={() => { void list.load(); }} />;
  if (state === 'loading') return <Skeleton rows={3} />;
  if (list.items.value.length > 0) return <Section title={t().search} list={list} />;
  return <div class="empty"><h2>{t().noneFound}</h2><p>{t().noneFoundHint}</p></div>;
}

function Mine() {
  const open = useList('open', (s) => s.status !== 'closed'), closed = useList('closed', (s) => s.status === 'closed');
  const failed = open.state.value instanceof Failure ? open.state.value : null;
  const ready = open.state.value === 'ready' && closed.state.value === 'ready';
  const none = ready && open.items.value.length === 0 && closed.items.value.length === 0;
  return (
    <>
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
