// What somebody typed and the server does not have yet. It survives a reload; the key makes a repeated send happen once.
import { type Signal, signal } from '@preact/signals';

/** Draft is a text, and how it was sent when somebody tried: with which key, and having seen the conversation up to which message. */
type Draft = { text: string; key?: string; seen?: number };

const drafts = new Map<string, Signal<Draft>>();
const prefix = 'crm.draft.';

/** draft is what was typed under a name, such as a ticket's id. */
export function draft(name: string): Signal<Draft> {
  let found = drafts.get(name);
  if (!found) {
    found = signal(read(name));
    drafts.set(name, found);
  }
  return found;
}

function read(name: string): Draft {
  try {
    const d: unknown = JSON.parse(localStorage.getItem(prefix + name) ?? '');
    if (d && typeof d === 'object' && 'text' in d && typeof d.text === 'string') return d as Draft;
  } catch { /* nothing, or nothing of ours */ }
  return { text: '' };
}

/** type keeps what was typed. Another text is another message, so it gets another key. */
export function type(name: string, text: string): void {
  keep(name, { text });
}

/** keyOf is the idempotency key of the draft as it is: the same for every try to send it. */
export function keyOf(name: string): string {
  const d = draft(name).value;
  if (d.key) return d.key;
  const key = crypto.randomUUID();
  keep(name, { text: d.text, key });
  return key;
}

/** attempt is keyOf for a reply to a conversation of which the author has seen so many messages: every try says the same. */
export function attempt(name: string, seen: number): { key: string; seen: number } {
  const d = draft(name).value;
  if (d.key && d.seen) return { key: d.key, seen: d.seen };
  const tried = { key: crypto.randomUUID(), seen: Math.max(seen, d.seen ?? 0) };
  keep(name, { text: d.text, ...tried });
  return tried;
}

/** readOn says that the author of a draft, which was refused, has been shown the conversation up to this message. */
export function readOn(name: string, seen: number): void {
  keep(name, { text: draft(name).value.text, seen });
}

/** sent forgets a draft that the server has. */
export function sent(name: string): void {
  draft(name).value = { text: '' };
  localStorage.removeItem(prefix + name);
}

function keep(name: string, d: Draft): void {
  draft(name).value = d;
  try {
    if (d.text) localStorage.setItem(prefix + name, JSON.stringify(d));
    else localStorage.removeItem(prefix + name);
  } catch { /* the storage is full: the text is still on the page */ }
}

/** forgetAll removes what the last person typed, when they log out. */
export function forgetAll(): void {
  for (const name of drafts.keys()) sent(name);
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
}
