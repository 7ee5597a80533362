// Calls of the API with the session cookies of the page's own origin. The page never sees a token.
import type { components } from './contract';
import { ended, user } from './session';

export type Problem = components['schemas']['Problem'];
export type FieldError = { pointer: string; code: string; message: string; params?: Record<string, unknown> };

/** Failure is an answer that is no success, or none at all (its code is `offline` then). */
export class Failure extends Error {
  constructor(readonly status: number, readonly code: string, readonly fields: FieldError[] = [], readonly retryAfter = 0, readonly body: Record<string, unknown> = {}) {
    super(code);
  }

  /** passing tells whether the same request may succeed a little later. */
  get passing(): boolean {
    return this.code === 'offline' || this.status === 503;
  }
}

export type Call = { body?: unknown; key?: string; ifMatch?: number; headers?: Record<string, string>; signal?: AbortSignal };

/** call sends a request, refreshes the session once where the access JWT no longer counts, and gives the answer's body. */
export async function call<T>(method: string, path: string, c: Call = {}): Promise<T> {
  const began = Date.now();
  try {
    return await once<T>(method, path, c);
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.status !== 403) throw failure;
    if (failure.code === 'token-expired' || failure.code === 'token-revoked') {
      await refresh(began);
      return once<T>(method, path, c);
    }
    if (logInAgain.has(failure.code)) ended();
    throw failure;
  }
}

const logInAgain = new Set(['token-missing', 'token-invalid', 'refresh-invalid', 'session-ended']);

async function once<T>(method: string, path: string, c: Call): Promise<T> {
  const headers: Record<string, string> = { ...c.headers };
  if (c.body !== undefined) headers['Content-Type'] = 'application/json';
  if (c.key) headers['Idempotency-Key'] = c.key;
  if (c.ifMatch !== undefined) headers['If-Match'] = `"${c.ifMatch}"`;
  let answer: Response;
  try {
    answer = await fetch(path, {
      method, headers, body: c.body === undefined ? null : JSON.stringify(c.body), credentials: 'same-origin', signal: c.signal ?? null,
    });
  } catch (e) {
    if (c.signal?.aborted) throw e;
    throw new Failure(0, 'offline');
  }
  if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
  throw await failureOf(answer);
}

async function failureOf(answer: Response): Promise<Failure> {
  const retryAfter = Number(answer.headers.get('Retry-After') ?? 0);
  try {
    const p = (await answer.json()) as Record<string, unknown>;
    return new Failure(answer.status, String(p['code']), (p['errors'] ?? []) as FieldError[], retryAfter, p);
  } catch {
    return new Failure(answer.status, answer.status >= 500 ? 'unavailable' : 'internal', [], retryAfter);
  }
}

const refreshed = 'crm.refreshed'; // when a tab of this browser refreshed the session last

/** refresh renews the cookies, one tab at a time; a tab that comes after another finds it done. */
async function refresh(began: number): Promise<void> {
  await navigator.locks.request('crm-refresh', async () => {
    if (Number(localStorage.getItem(refreshed) ?? 0) > began) return;
    try {
      await once('POST', '/v1/user/refresh', { headers: { 'X-Session': 'cookie' } });
      localStorage.setItem(refreshed, String(Date.now()));
    } catch (failure) {
      if (failure instanceof Failure && failure.status === 403) ended();
      throw failure;
    }
  });
}

export type User = components['schemas']['User'];

/** logIn begins a session in cookies. */
export async function logIn(email: string, password: string): Promise<void> {
  const answer = await once<{ user: User }>('POST', '/v1/user/login', { body: { email, password }, headers: { 'X-Session': 'cookie' } });
  user.value = answer.user;
}
