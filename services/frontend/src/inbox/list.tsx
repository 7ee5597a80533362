// The list of a view, or of what a search has found.
import { signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Failure } from '../app/api';
import { lasting, t } from '../app/i18n';
import { Queue, type Summary } from '../app/tickets';
import { Broken, Skeleton, Time, Title } from '../parts/page';
import { More } from '../parts/more';
import { SearchField } from '../parts/search';
import { Filter, filters } from './filter';
import { useKeys } from './keys';
import type { View } from './views';
import { w } from './words';

/** now moves on every half minute, for how long people have been waiting. */
const now = signal(Date.now());
setInterval(() => { now.value = Date.now(); }, 30_000);

export function Tickets({ view, id }: { view: View; id: string | null }) {
  const q = useSignal(''), search = useRef<HTMLInputElement>(null);
  const query = queryOf(view, q.value), key = JSON.stringify(query);
  const list = useMemo(() => new Queue(query), [key]);
  useEffect(() => {
    void list.load();
    return list.follow();
  }, [list]);
  useKeys({ '/': () => { search.current?.focus(); }, j: () => { step(1); }, k: () => { step(-1); } });
  return (
    <section class="list" aria-label={w().view[view]}>
      <div class="finder" role="search">
        <SearchField field={search} found={(text) => { q.value = text; }} />
        <Filter view={view} />
      </div>
      {id ? <h2 class="over">{q.value ? w().found : w().view[view]}</h2>
        : <Title key={view} of={w().view[view]}>{q.value ? w().found : w().view[view]}</Title>}
      <Items list={list} view={view} id={id} searches={!!q.value} />
    </section>
  );
}

/** queryOf asks for a view, or where words are given for them wherever they are. */
function queryOf(view: View, q: string): Record<string, string> {
  const { priority, tag, assignee } = filters.value;
  const others = { ...(priority && { priority }), ...(tag && { tag }), ...(assignee && (q || view !== 'mine' && view !== 'unassigned') && { assignee }) };
  return q ? { q, ...others } : { view, ...others };
}

/** step moves the focus among the tickets, from the one that has it or is open. */
function step(by: number): void {
  const items = [...document.querySelectorAll<HTMLElement>('.item')];
  const from = items.findIndex((item) => item === document.activeElement);
  const open = items.findIndex((item) => item.ariaCurrent === 'true');
  const at = from >= 0 ? from + by : open >= 0 ? open + by : 0;
  items[Math.max(0, Math.min(items.length - 1, at))]?.focus();
}

function Items({ list, view, id, searches }: { list: Queue; view: View; id: string | null; searches: boolean }) {
  const state = list.state.value, items = list.items.value;
  if (state instanceof Failure && items.length === 0) return <Broken failure={state} again={() => { void list.load(); }} />;
  if (state === 'loading') return <Skeleton rows={8} />;
  if (items.length === 0) return <p class="empty">{searches ? w().noneFound : w().viewEmpty[view]}</p>;
  return (
    <>
      <ul aria-label={t().tickets}>{items.map((s) => <li key={s.id}><Item of={s} view={view} here={s.id === id} /></li>)}</ul>
      {list.hasMore.value && <More list={list} />}
    </>
  );
}

function Item({ of: s, view, here }: { of: Summary; view: View; here: boolean }) {
  return (
    <a class={`item ${s.status}`} href={`/inbox/${view}/${s.id}`} aria-current={here ? 'true' : undefined}>
      <span class="first">
        {(s.priority === 'high' || s.priority === 'urgent') && <span class={`priority ${s.priority}`}>{t().priorities[s.priority]}</span>}
        <span class="subject" dir="auto">{s.subject}</span>
        {s.waitingSince ? <Waits since={s.waitingSince} /> : <Time at={s.lastMessageAt} />}
      </span>
      <span class="second">
        {s.number && <span class="number">#{s.number}</span>}
        <span class="who" dir="auto">{s.clientName}</span>
        {s.tags?.map((tag) => <span class="tag" key={tag} dir="auto">{tag}</span>)}
        {s.assignee && <span class="assignee" dir="auto">{s.assignee.name}</span>}
      </span>
    </a>
  );
}

const hour = 3_600_000;

function Waits({ since }: { since: string }) {
  const long = now.value - new Date(since).getTime();
  return (
    <time dateTime={since} class={long > 24 * hour ? 'waits late' : long > 4 * hour ? 'waits long' : 'waits'}>
      <span class="unseen">{w().waitingFor('')}</span>{lasting(since, now.value)}
    </time>
  );
}
