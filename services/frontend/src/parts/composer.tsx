// Writing a reply: kept while it is typed, sent once, and never lost.
import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Failure } from '../app/api';
import { draft, keyOf, sent, type } from '../app/drafts';
import { t } from '../app/i18n';
import { send } from '../app/send';
import type { Ticket } from '../app/tickets';
import { fieldErrors, sentence } from '../app/words';
import { Alert } from './form';

export function Composer({ ticket, done }: { ticket: Ticket; done: (after: Ticket) => void }) {
  const name = `reply.${ticket.id}`, mine = draft(name), id = useId();
  const busy = useSignal(false), failure = useSignal<Failure | null>(null);
  const submit = () => {
    if (busy.value || !mine.value.text.trim()) return;
    busy.value = true;
    failure.value = null;
    send<Ticket>('PUT', `/v1/ticket/${ticket.id}`, { body: { message: mine.value.text }, key: keyOf(name) })
      .then((after) => { sent(name); done(after); })
      .catch((e: unknown) => { failure.value = e instanceof Failure ? e : new Failure(500, 'internal'); })
      .finally(() => { busy.value = false; });
  };
  const wrong = failure.value && (fieldErrors(failure.value)['message'] ?? sentence(failure.value));
  return (
    <form class="composer" onSubmit={(e) => { e.preventDefault(); submit(); }}>
      {wrong && <Alert>{wrong}</Alert>}
      <label for={id}>{t().reply}</label>
      <Area id={id} value={mine.value.text} onInput={(text) => { type(name, text); }} readOnly={busy.value} submit={submit} />
      {ticket.status === 'closed' && <p class="hint">{t().replyHint}</p>}
      <div class="actions">
        <button type="submit" class="primary" aria-disabled={busy.value || !mine.value.text.trim()}>{busy.value ? t().sending : t().send}</button>
      </div>
    </form>
  );
}

type AreaProps = { id: string; value: string; readOnly: boolean; onInput: (text: string) => void; submit: () => void };

/** Area grows with its text. Ctrl or Cmd with Enter sends. */
function Area({ id, value, readOnly, onInput, submit }: AreaProps) {
  const ref = useRef<HTMLTextAreaElement>(null);
  useEffect(() => { if (ref.current && ref.current.value !== value) ref.current.value = value; }, [value]);
  return (
    <textarea id={id} ref={ref} rows={4} dir="auto" defaultValue={value} readOnly={readOnly}
      onInput={(e) => { onInput(e.currentTarget.value); }}
      onKeyDown={(e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); submit(); } }} />
  );
}
