// What was said about a ticket, oldest first; for agents with their notes in between.
import { t } from '../app/i18n';
import { user } from '../app/session';
import type { Message, Note, Ticket } from '../app/tickets';
import { Time } from './page';
import { Text } from './text';

export function Conversation({ of: ticket, heard }: { of: Ticket; heard: Message | null }) {
  return (
    <section aria-label={t().conversation}>
      <ol class="conversation">{inOrder(ticket).map((said) => <Said key={said.id} said={said} />)}</ol>
      <p class="unseen" aria-live="polite">{heard && `${heard.author.name}: ${heard.message.slice(0, 200)}`}</p>
    </section>
  );
}

/** inOrder puts each note behind the message that was the last one when it was written. */
function inOrder(ticket: Ticket): (Message | Note)[] {
  const notes = ticket.notes ?? [];
  if (notes.length === 0) return ticket.conversation;
  return ticket.conversation.flatMap((m) => [m, ...notes.filter((n) => n.afterSeq === m.seq)]);
}

function Said({ said }: { said: Message | Note }) {
  const mine = said.author.id === user.value?.id, note = 'afterSeq' in said;
  return (
    <li class={note ? 'said note' : mine ? 'said mine' : 'said'}>
      <p class="by"><b dir="auto">{mine ? t().you : said.author.name}</b>{note && <span class="label">{t().note}</span>}<Time at={said.sentAt} /></p>
      <Text>{said.message}</Text>
    </li>
  );
}
