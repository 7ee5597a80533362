// The views: lists that agents work with, each with how many tickets are in it.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../app/api';
import type { components } from '../app/contract';
import { onNewsSoon } from '../app/feed';
import { go } from '../app/router';
import { useKeys } from './keys';
import { w } from './words';

export type View = 'mine' | 'unassigned' | 'waiting' | 'snoozed' | 'closed';

export const views: View[] = ['mine', 'unassigned', 'waiting', 'snoozed', 'closed'];

type Counts = components['schemas']['TicketCounts'];

const counts = signal<Counts | null>(null);

async function count(): Promise<void> {
  counts.value = await call<Counts>('GET', '/v1/ticket/counts').catch(() => counts.value); // the lists say what is wrong
}

export function Views({ here }: { here: View | null }) {
  useEffect(() => {
    void count();
    return onNewsSoon(() => { void count(); });
  }, []);
  useKeys(Object.fromEntries(views.map((view) => [`g ${view.charAt(0)}`, () => { go(`/inbox/${view}`); }])));
  return (
    <nav class="views" aria-label={w().views}>
      <ul>
        {views.map((view) => (
          <li key={view}>
            <a href={`/inbox/${view}`} aria-current={view === here ? 'page' : undefined}>{w().view[view]}<Count of={view} /></a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Count is exact below 100. */
function Count({ of: view }: { of: View }) {
  const n = view === 'closed' ? undefined : counts.value?.[view];
  return n ? <span class="count">{n >= 100 ? '100+' : n}</span> : null;
}
