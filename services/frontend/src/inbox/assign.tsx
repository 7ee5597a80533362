import { useEffect } from 'preact/hooks';
import { t } from '../app/i18n';
import { user } from '../app/session';
import { Dialog } from '../parts/dialog';
import { type Option, Picker } from '../parts/picker';
import { agents, loadAgents } from './agents';
import type { Desk } from './ticket';
import { w } from './words';

/** Assign gives the ticket to an agent or to nobody, unless somebody else has changed it since it was shown. */
export function Assign({ desk, done }: { desk: Desk; done: () => void }) {
  useEffect(loadAgents, []);
  const version = desk.ticket.version;
  const pick = (id: string) => {
    done();
    desk.attempt(desk.handle({ assigneeId: id === 'nobody' ? null : id }, version));
  };
  return (
    <Dialog title={w().assign} onClose={done}>
      <Picker label={w().assignee} none={w().noAgent} options={options()} pick={pick} />
      <div class="actions"><button type="button" onClick={done}>{t().cancel}</button></div>
    </Dialog>
  );
}

/** options are oneself first, then nobody, then all others. */
function options(): Option[] {
  const me = user.value?.id;
  const all = agents.value.map((a) => ({ id: a.id, text: a.name, more: a.id === me ? t().you : a.email }));
  return [...all.filter((a) => a.id === me), { id: 'nobody', text: w().nobody }, ...all.filter((a) => a.id !== me)];
}
