// Who uses the page. `undefined`: not known yet; `null`: nobody.
import { computed, signal } from '@preact/signals';
import type { User } from './api';

export const user = signal<User | null | undefined>(undefined);

/** over is true while somebody was logged in here and the session has ended: the page stays, with a login above it. */
export const over = signal(false);

export const isAgent = computed(() => user.value?.role === 'agent' || user.value?.role === 'admin');

export function ended(): void {
  if (user.value) over.value = true;
  else user.value = null;
}
