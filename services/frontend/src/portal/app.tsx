// The frame around the pages, and which page an address is.
import { signal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { useEffect } from 'preact/hooks';
import { call } from '../app/api';
import { forgetAll } from '../app/drafts';
import { live } from '../app/feed';
import { t } from '../app/i18n';
import { go, match, path } from '../app/router';
import { waiting } from '../app/send';
import { isAgent, over, user } from '../app/session';
import { Dialog } from '../parts/dialog';
import { Nothing, Skeleton } from '../parts/page';
import { Login, LoginForm } from './login';
import { NewTicket } from './new';
import { Profile } from './profile';
import { Reset } from './reset';
import { Signup } from './signup';
import { TicketPage } from './ticket';
import { Tickets } from './tickets';

const pages: [string, (p: Record<string, string>) => ComponentChild][] = [
  ['/', () => <Tickets />],
  ['/tickets/new', () => <NewTicket />],
  ['/tickets/:id', ({ id }) => <TicketPage key={id} id={id ?? ''} />],
  ['/profile', () => <Profile />],
];

const strangers: Record<string, () => ComponentChild> = {
  '/login': () => <Login />, '/signup': () => <Signup />, '/reset': () => <Reset />,
};

export function App() {
  if (user.value === undefined) return null;
  const stranger = strangers[path.value];
  if (!user.value) return <main class="narrow">{stranger ? stranger() : <Login />}</main>;
  return (
    <>
      <a class="skip" href="#content">{t().skip}</a>
      <Head />
      <Notices />
      <main id="content" class={isAgent.value ? 'wide' : ''}>{stranger ? <Home /> : isAgent.value ? <Agents /> : <Page />}</main>
      {over.value && <Again />}
    </>
  );
}

function Page() {
  for (const [pattern, page] of pages) {
    const parts = match(pattern, path.value);
    if (parts) return <>{page(parts)}</>;
  }
  return <Nothing />;
}

const inbox = signal<typeof import('../inbox/app') | null>(null);

/** Agents shows the pages of agents, which are a part of their own. After a new version it may be gone: then the page is loaded anew. */
function Agents() {
  useEffect(() => {
    if (!inbox.value) void import('../inbox/app').then((part) => { inbox.value = part; }, () => { location.reload(); });
  }, []);
  return inbox.value ? <inbox.value.Pages /> : <Skeleton rows={8} />;
}

/** Home leads somebody who is logged in away from the pages for strangers. */
function Home() {
  useEffect(() => { go('/', true); }, []);
  return null;
}

function Head() {
  const here = path.value;
  return (
    <header>
      <a class="brand" href="/">{t().product}</a>
      <nav aria-label={t().product}>
        {isAgent.value ? inbox.value && <inbox.value.Links /> : <a href="/" aria-current={here === '/' ? 'page' : undefined}>{t().tickets}</a>}
        <a href="/profile" aria-current={here === '/profile' ? 'page' : undefined}>{user.value?.name}</a>
      </nav>
      <button type="button" class="quiet" onClick={() => { void logOut(); }}>{t().logout}</button>
    </header>
  );
}

async function logOut(): Promise<void> {
  await call('DELETE', '/v1/user/logout').catch(() => undefined);
  forgetAll();
  user.value = null;
  go('/login', true);
}

/** Notices say quietly what is not as usual. */
function Notices() {
  const text = !live.value ? t().offline : waiting.value > 0 ? t().retrying : '';
  return <p class="notice" role="status" hidden={!text}>{text}</p>;
}

/** Again is the login above the page, once a session has ended. */
function Again() {
  return (
    <Dialog title={t().loginTitle}>
      <p>{t().loginAgain}</p>
      <LoginForm email={user.value?.email ?? ''} done={() => { over.value = false; }} />
    </Dialog>
  );
}
