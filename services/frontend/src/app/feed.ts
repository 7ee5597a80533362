// The live feed. One tab of the browser listens and tells the others, since a browser has six connections to a host over
// HTTP/1.1 and each listener would hold one.
import { signal } from '@preact/signals';
import type { Message, Summary } from './tickets';
import { call } from './api';

export type Change = { type: string; ticket: Summary; message?: Message };
type News = { kind: 'change'; change: Change } | { kind: 'again' } | { kind: 'state'; live: boolean };

/** live tells whether news come in. */
export const live = signal(true);

const listeners = new Set<(news: Change | 'again') => void>();
const channel = new BroadcastChannel('crm-feed');

/** onNews calls back for each change of a ticket, and with `again` when changes may have been missed. */
export function onNews(listener: (news: Change | 'again') => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(news: News): void {
  if (news.kind === 'state') live.value = news.live;
  else for (const listener of listeners) listener(news.kind === 'again' ? 'again' : news.change);
}

channel.onmessage = (e: MessageEvent<News>) => { tell(e.data); };

function share(news: News): void {
  channel.postMessage(news);
  tell(news);
}

const verbs = ['created', 'replied', 'updated', 'closed', 'reopened', 'deleted', 'rated', 'noted', 'assigned', 'tagged', 'snoozed'];
const patience = 35_000; // the feed sends something every 15 s

/** listen follows the feed until the signal aborts. Whichever tab has the lock does the work for all. */
export function listen(stop: AbortSignal): void {
  void navigator.locks.request('crm-feed', { signal: stop }, () => new Promise<void>((done) => {
    stop.addEventListener('abort', () => { done(); });
    follow(stop, '', false);
  })).catch(() => { /* stopped while waiting */ });
}

function follow(stop: AbortSignal, lastId: string, again: boolean): void {
  if (stop.aborted) return;
  const source = new EventSource('/v1/ticket/events' + (lastId && `?lastEventId=${encodeURIComponent(lastId)}`));
  let seen = lastId;
  let watch = 0;
  const end = () => { clearTimeout(watch); source.close(); };
  const alive = () => { clearTimeout(watch); watch = window.setTimeout(lost, patience); };
  const lost = () => {
    end();
    share({ kind: 'state', live: false });
    // Any private call refreshes the session where that is what is missing.
    void call('GET', '/v1/user').catch(() => undefined).then(() => {
      setTimeout(() => { follow(stop, seen, true); }, 1000 + Math.random() * 2000);
    });
  };
  stop.addEventListener('abort', end);
  alive();
  source.onopen = alive;
  source.onerror = () => {
    share({ kind: 'state', live: false });
    if (source.readyState === EventSource.CLOSED) lost();
  };
  const greet = (e: MessageEvent<string>) => {
    alive();
    seen = e.lastEventId;
    share({ kind: 'state', live: true });
    if (e.type === 'resync' || (again && !lastId)) share({ kind: 'again' });
  };
  source.addEventListener('ready', greet);
  source.addEventListener('resync', greet);
  for (const verb of verbs) {
    source.addEventListener(`crm.ticket.${verb}.v1`, (e: MessageEvent<string>) => {
      alive();
      seen = e.lastEventId;
      share({ kind: 'change', change: changeOf(e.data) });
    });
  }
}

function changeOf(data: string): Change {
  const event = JSON.parse(data) as { type: string; data: { ticket: Summary; message?: Message } };
  return { type: event.type, ...event.data };
}
