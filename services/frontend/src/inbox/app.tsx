// The pages of agents. They are loaded when an agent is there, so that clients need not.
import type { ComponentChild } from 'preact';
import { useEffect } from 'preact/hooks';
import { go, match, path } from '../app/router';
import { user } from '../app/session';
import { Nothing } from '../parts/page';
import { Profile } from '../portal/profile';
import { Help, helps, useKeys } from './keys';
import { Tickets } from './list';
import { ReportPage } from './report';
import { SavedReplies } from './replies';
import { TicketPane } from './ticket';
import { Views, views } from './views';
import { w } from './words';

const pages: [string, (p: Record<string, string>) => ComponentChild][] = [
  ['/inbox/:view', ({ view }) => <Inbox view={view} />],
  ['/inbox/:view/:id', ({ view, id }) => <Inbox view={view} id={id} />],
  ['/profile', () => <Profile />],
  ['/report', () => <ReportPage />],
  ['/settings/replies', () => user.value?.role === 'admin' ? <SavedReplies /> : <Nothing />],
  ['/tickets/:id', ({ id }) => <Elsewhere to={`/inbox/waiting/${id}`} />],
  ['/', () => <Elsewhere to="/inbox/waiting" />],
  ['/inbox', () => <Elsewhere to="/inbox/waiting" />],
];

export function Pages() {
  useKeys({ '?': () => { helps.value = true; } });
  return (
    <>
      {page()}
      {helps.value && <Help />}
    </>
  );
}

function page(): ComponentChild {
  for (const [pattern, show] of pages) {
    const parts = match(pattern, path.value);
    if (parts) return show(parts);
  }
  return <Nothing />;
}

export function Elsewhere({ to }: { to: string }) {
  useEffect(() => { go(to, true); }, [to]);
  return null;
}

function Inbox({ view, id }: { view: string | undefined; id?: string | undefined }) {
  const here = views.find((v) => v === view);
  if (!here) return <Nothing />;
  return (
    <div class={id ? 'inbox reading' : 'inbox'}>
      <Views here={here} />
      <Tickets view={here} id={id ?? null} />
      <div class="pane">{id ? <TicketPane key={id} id={id} view={here} /> : <p class="empty faint">{w().nothingOpen}</p>}</div>
    </div>
  );
}

/** Links lead to what there is besides the profile. */
export function Links() {
  const here = path.value;
  const link = (to: string, text: string) => <a href={to} aria-current={here.startsWith(to) ? 'page' : undefined}>{text}</a>;
  return (
    <>
      {link('/inbox', w().inbox)}
      {link('/report', w().report)}
      {user.value?.role === 'admin' && link('/settings/replies', w().savedReplies)}
      <button type="button" class="quiet hint" aria-label={w().keys} onClick={() => { helps.value = true; }}>?</button>
    </>
  );
}
