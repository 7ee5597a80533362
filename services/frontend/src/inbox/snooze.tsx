import { t } from '../app/i18n';
import { Dialog } from '../parts/dialog';
import { Field, Form } from '../parts/form';
import type { Desk } from './ticket';
import { w } from './words';

/** Snooze puts the ticket off until a time. */
export function Snooze({ desk, done }: { desk: Desk; done: () => void }) {
  const until = (at: Date | null) => {
    done();
    desk.attempt(desk.handle({ snoozedUntil: at && at.toISOString() }));
  };
  const does = async (v: Record<string, string>) => {
    const at = new Date(v['snoozedUntil'] ?? '');
    await desk.handle({ snoozedUntil: Number.isNaN(at.getTime()) ? '' : at.toISOString() });
    done();
  };
  return (
    <Dialog title={w().snooze} onClose={done}>
      <p class="faint">{w().snoozeHint}</p>
      <div class="stack">
        <button type="button" autofocus onClick={() => { until(new Date(Date.now() + 3 * 3_600_000)); }}>{w().threeHours}</button>
        <button type="button" onClick={() => { until(morning(1)); }}>{w().tomorrow}</button>
        <button type="button" onClick={() => { until(morning((8 - new Date().getDay()) % 7 || 7)); }}>{w().nextWeek}</button>
        {desk.ticket.snoozedUntil && <button type="button" onClick={() => { until(null); }}>{w().wake}</button>}
      </div>
      <Form submit={w().snooze} does={does} extra={<button type="button" onClick={done}>{t().cancel}</button>}
        fields={(errors) => <Field label={w().until} name="snoozedUntil" type="datetime-local" error={errors['snoozedUntil']} />} />
    </Dialog>
  );
}

/** morning is eight o'clock where the agent is, so many days from now. */
function morning(days: number): Date {
  const at = new Date();
  at.setDate(at.getDate() + days);
  at.setHours(8, 0, 0, 0);
  return at;
}
