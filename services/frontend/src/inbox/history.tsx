// What was done with a ticket, folded away until somebody asks.
import type { components } from '../app/contract';
import { whole } from '../app/i18n';
import type { Ticket } from '../app/tickets';
import { Time } from '../parts/page';
import { w } from './words';

type Step = components['schemas']['TicketStep'];

export function History({ of: ticket }: { of: Ticket }) {
  const steps = ticket.history ?? [];
  if (steps.length === 0) return null;
  return (
    <details class="history">
      <summary>{w().history(steps.length)}</summary>
      <ol>{steps.map((s) => <li key={s.version}><span dir="auto">{told(s)}</span><Time at={s.at} /></li>)}</ol>
    </details>
  );
}

/** told says in one sentence what somebody did. */
function told({ actor, verb, changed, detail }: Step): string {
  const did = w().did, who = actor.name ?? w().system;
  switch (verb) {
    case 'assigned': return detail?.to ? did.assigned(who, detail.to.name) : did.unassigned(who);
    case 'tagged': return did.tagged(who, [...(detail?.added ?? []).map((tag) => `+${tag}`), ...(detail?.removed ?? []).map((tag) => `−${tag}`)].join(' '));
    case 'snoozed': return detail?.until ? did.snoozed(who, whole(detail.until)) : did.woken(who);
    case 'updated': return did.updated(who, changed.map((m) => (w().members as Record<string, string>)[m] ?? m).join(', '));
    case 'created': case 'replied': case 'closed': case 'reopened': case 'rated': case 'noted': return did[verb](who);
    default: return did.other(who);
  }
}
