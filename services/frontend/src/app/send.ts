// Sending what must not get lost: tried again while the service or the connection is away, once in effect by its key.
import { signal } from '@preact/signals';
import { type Call, call, Failure } from './api';

/** waiting is the number of sends that wait for the connection or the service. */
export const waiting = signal(0);

/** send is call for a request that has an effect and an idempotency key, repeated for as long as the failure may pass. */
export async function send<T>(method: string, path: string, c: Call & { key: string }): Promise<T> {
  let counted = false;
  try {
    for (let tried = 0; ; tried++) {
      try {
        return await call<T>(method, path, c);
      } catch (failure) {
        if (!(failure instanceof Failure) || !failure.passing || c.signal?.aborted) throw failure;
        if (!counted) { waiting.value++; counted = true; }
        await pause(Math.max(failure.retryAfter * 1000, Math.min(8000, 500 * 2 ** tried)), failure.code === 'offline');
      }
    }
  } finally {
    if (counted) waiting.value--;
  }
}

/** pause waits for a while, or less if the browser says that the connection is back. */
function pause(ms: number, offline: boolean): Promise<void> {
  return new Promise((done) => {
    const over = () => { clearTimeout(timer); removeEventListener('online', over); done(); };
    const timer = setTimeout(over, ms);
    if (offline) addEventListener('online', over);
  });
}
