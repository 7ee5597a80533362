// The live feed. One tab of the browser listens and tells the others, since a browser has six connections to a host over
// HTTP/1.1 and each listener would hold one.
import { signal } from '@preact/signals';
import type { Message, Summary } from './tickets';
import { call } from './api';

export type Change = { type: string; ticket: Summary; message?: Message };
type News = { kind: 'change'; change: Change; id: string } | { kind: 'again' } | { kind: 'state'; live: boolean; id: string };

/** live tells whether news come in. */
export const live = signal(true);

let seen = ''; // the id of the last event that this tab was told of, by whichever tab

const listeners = new Set<(news: Change | 'again') => void>();
const channel = new BroadcastChannel('crm-feed');

/** onNews calls back for each change of a ticket, and with `again` when changes may have been missed. */
export function onNews(listener: (news: Change | 'again') => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(news: News): void {
  if ('id' in news && news.id) seen = news.id;
  if (news.kind === 'state') live.value = news.live;
  else for (const listener of listeners) listener(news.kind === 'again' ? 'again' : news.change);
}

/** onNewsSoon calls back a moment after a change, once for all that came until then. */
export function onNewsSoon(listener: () => void): () => void {
  let timer = 0;
  const stop = onNews(() => { timer ||= window.setTimeout(() => { timer = 0; listener(); }, 100); });
  return () => { stop(); clearTimeout(timer); };
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
    follow(stop);
  })).catch(() => { /* stopped while waiting */ });
}

function follow(stop: AbortSignal): void {
  if (stop.aborted) return;
  const resumes = seen !== '';
  const source = new EventSource('/v1/ticket/events' + (resumes ? `?lastEventId=${encodeURIComponent(seen)}` : ''));
  let watch = 0;
  const end = () => { clearTimeout(watch); source.close(); };
  const alive = () => { clearTimeout(watch); watch = window.setTimeout(lost, patience); };
  const lost = () => {
    end();
    share({ kind: 'state', live: false, id: '' });
    // Any private call refreshes the session where that is what is missing.
    void call('GET', '/v1/user').catch(() => undefined).then(() => {
      setTimeout(() => { follow(stop); }, 1000 + Math.random() * 2000);
    });
  };
  stop.addEventListener('abort', end);
  alive();
  source.onopen = alive;
  source.onerror = () => {
    share({ kind: 'state', live: false, id: '' });
    if (source.readyState === EventSource.CLOSED) lost();
  };
  const greet = (e: MessageEvent<string>) => {
    alive();
    share({ kind: 'state', live: true, id: e.lastEventId });
    if (e.type === 'resync' || !resumes) share({ kind: 'again' }); // what was read before the feed began may be older than it
  };
  source.addEventListener('ready', greet);
  source.addEventListener('resync', greet);
  for (const verb of verbs) {
    source.addEventListener(`crm.ticket.${verb}.v1`, (e: MessageEvent<string>) => {
      alive();
      share({ kind: 'change', change: changeOf(e.data), id: e.lastEventId });
    });
  }
}

function changeOf(data: string): Change {
  const event = JSON.parse(data) as { type: string; data: { ticket: Summary; message?: Message } };
  return { type: event.type, ...event.data };
}
