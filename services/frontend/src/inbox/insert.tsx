import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../app/api';
import { draft, type as typed } from '../app/drafts';
import { t } from '../app/i18n';
import type { Ticket } from '../app/tickets';
import { Dialog } from '../parts/dialog';
import { Picker } from '../parts/picker';
import { w } from './words';

export type Saved = { id: string; name: string; message: string };

export const saved = signal<Saved[] | null>(null);

export async function loadSaved(): Promise<void> {
  saved.value = (await call<{ items: Saved[] }>('GET', '/v1/ticket/saved-replies')).items;
}

/** Replies puts a saved reply into the answer that is being written. */
export function Replies({ ticket, done }: { ticket: Ticket; done: () => void }) {
  useEffect(() => { loadSaved().catch(() => undefined); }, []);
  const name = `reply.${ticket.id}`;
  const pick = (id: string) => {
    const text = draft(name).peek().text, reply = saved.peek()?.find((s) => s.id === id);
    if (reply) typed(name, text.trim() ? `${text.trimEnd()}\n\n${reply.message}` : reply.message);
    done();
  };
  return (
    <Dialog title={w().insertReply} onClose={done}>
      <Picker label={t().name} none={w().noReplyFound} pick={pick}
        options={(saved.value ?? []).map((s) => ({ id: s.id, text: s.name, more: s.message.slice(0, 120) }))} />
      <div class="actions"><button type="button" onClick={done}>{t().cancel}</button></div>
    </Dialog>
  );
}
