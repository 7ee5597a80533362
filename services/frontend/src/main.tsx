// Where the page begins: who is there, which page the address names.
import { effect } from '@preact/signals';
import { render } from 'preact';
import { call, Failure, type User } from './app/api';
import { listen } from './app/feed';
import { over, user } from './app/session';
import { App } from './portal/app';
import './style/main.css';

async function whoIsThere(): Promise<void> {
  try {
    user.value = await call<User>('GET', '/v1/user');
  } catch (failure) {
    if (failure instanceof Failure && failure.status === 403) user.value = null;
    else setTimeout(() => { void whoIsThere(); }, 2000);
  }
}

// The feed runs while somebody is logged in.
let stop: AbortController | null = null;
effect(() => {
  const on = !!user.value && !over.value;
  if (on === !!stop) return;
  stop?.abort();
  stop = on ? new AbortController() : null;
  if (stop) listen(stop.signal);
});

const root = document.getElementById('app');
if (root) render(<App />, root);
void whoIsThere();
