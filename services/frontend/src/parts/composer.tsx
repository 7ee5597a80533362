// Writing a reply or a note: kept while it is typed, sent once, and never lost.
import { useSignal } from '@preact/signals';
import type { ComponentChildren, RefObject } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Failure } from '../app/api';
import { attempt, draft, readOn, sent, type } from '../app/drafts';
import { t } from '../app/i18n';
import { send } from '../app/send';
import type { Message, Ticket } from '../app/tickets';
import { fieldErrors, sentence } from '../app/words';
import { Alert } from './form';
import { Text } from './text';

type Props = { ticket: Ticket; done: (after: Ticket) => void; area?: RefObject<HTMLTextAreaElement | null>; tools?: ComponentChildren; onSlash?: (() => void) | undefined };

/** Composer writes a reply. If somebody has written since the author looked, it shows what, and asks. */
export function Composer({ ticket, done, ...rest }: Props) {
  return (
    <Writing {...rest} name={`reply.${ticket.id}`} label={t().reply} action={t().send} seen={ticket.messageCount}
      hint={ticket.status === 'closed' ? t().replyHint : ''}
      post={async (message, { key, seen }) => {
        done(await send<Ticket>('PUT', `/v1/ticket/${ticket.id}`, { body: { message, lastSeq: seen }, key }));
      }} />
  );
}

type WritingProps = {
  name: string; label: string; action: string; hint?: string; seen: number;
  post: (text: string, tried: { key: string; seen: number }) => Promise<void>;
  area?: RefObject<HTMLTextAreaElement | null> | undefined; tools?: ComponentChildren; onSlash?: (() => void) | undefined;
};

export function Writing({ name, label, action, hint, seen, post, area, tools, onSlash }: WritingProps) {
  const mine = draft(name), id = useId();
  const busy = useSignal(false), failure = useSignal<Failure | null>(null);
  const submit = () => {
    if (busy.value || !mine.value.text.trim()) return;
    busy.value = true;
    failure.value = null;
    post(mine.value.text, attempt(name, seen))
      .then(() => { sent(name); })
      .catch((e: unknown) => {
        failure.value = e instanceof Failure ? e : new Failure(500, 'internal');
        const last = missed(failure.value).at(-1);
        if (last) readOn(name, last.seq);
      })
      .finally(() => { busy.value = false; });
  };
  return (
    <form class="composer" onSubmit={(e) => { e.preventDefault(); submit(); }}>
      {failure.value && <Refused failure={failure.value} />}
      <label for={id}>{label}</label>
      <Area id={id} area={area} value={mine.value.text} onInput={(text) => { type(name, text); }} readOnly={busy.value} submit={submit} onSlash={onSlash} />
      {hint && <p class="hint">{hint}</p>}
      <div class="actions">
        <button type="submit" class="primary" aria-disabled={busy.value || !mine.value.text.trim()}>
          {busy.value ? t().sending : failure.value?.code === 'conversation-moved' ? t().sendAnyway : action}
        </button>
        {tools}
      </div>
    </form>
  );
}

/** missed are the messages that a refusal tells of. */
function missed(f: Failure): Message[] {
  const params = f.code === 'conversation-moved' ? f.body['params'] : null;
  return params && typeof params === 'object' && 'missed' in params ? params.missed as Message[] : [];
}

function Refused({ failure }: { failure: Failure }) {
  return (
    <>
      <Alert>{fieldErrors(failure)['message'] ?? sentence(failure)}</Alert>
      {missed(failure).map((m) => <blockquote key={m.id}><b dir="auto">{m.author.name}</b><Text>{m.message}</Text></blockquote>)}
    </>
  );
}

type AreaProps = {
  id: string; value: string; readOnly: boolean; onInput: (text: string) => void; submit: () => void;
  area?: RefObject<HTMLTextAreaElement | null> | undefined; onSlash?: (() => void) | undefined;
};

/** Area grows with its text. Ctrl or Cmd with Enter sends. */
function Area({ id, value, readOnly, onInput, submit, area, onSlash }: AreaProps) {
  const own = useRef<HTMLTextAreaElement>(null), ref = area ?? own;
  // At once, before another key comes: later it would take back what was typed meanwhile.
  useLayoutEffect(() => { if (ref.current && ref.current.value !== value) ref.current.value = value; }, [value]);
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) submit();
    else if (e.key === '/' && onSlash && !value) onSlash();
    else return;
    e.preventDefault();
  };
  return (
    <textarea id={id} ref={ref} rows={4} dir="auto" defaultValue={value} readOnly={readOnly}
      onInput={(e) => { onInput(e.currentTarget.value); }} onKeyDown={onKeyDown} />
  );
}
