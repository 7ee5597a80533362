import { useSignal } from '@preact/signals';
import { call } from '../app/api';
import { t } from '../app/i18n';
import { may, type Opened, type Ticket } from '../app/tickets';
import { Field, Form } from '../parts/form';

/** Rating is what the client thinks of how a closed ticket was handled. It can be changed while the ticket is closed. */
export function Rating({ opened, ticket }: { opened: Opened; ticket: Ticket }) {
  const done = useSignal(false), { rating } = ticket;
  const does = async (v: Record<string, string>) => {
    const comment = v['comment']?.trim();
    opened.put(await call<Ticket>('PUT', `/v1/ticket/${ticket.id}/rating`, { body: { score: Number(v['score'] ?? 0), ...(comment && { comment }) } }));
    done.value = true;
  };
  if (!may(ticket, 'rate')) return rating ? <p class="aside faint">{t().ratedAs(rating.score)}</p> : null;
  return (
    <section class="rating" aria-label={t().rating}>
      <Form submit={t().rate} does={does} extra={<span role="status">{done.value && t().rated}</span>} fields={(errors) => (
        <>
          <fieldset aria-describedby="score-error">
            <legend>{t().rateAsk}</legend>
            <div class="choices">
              {[1, 2, 3, 4, 5].map((score) => (
                <label key={score}><input type="radio" name="score" value={score} defaultChecked={rating?.score === score} />{t().scores[score as 1]}</label>
              ))}
            </div>
            {errors['score'] && <p id="score-error" class="field-error">{t().scoreMissing}</p>}
          </fieldset>
          <Field label={t().optional(t().comment)} name="comment" rows={2} value={rating?.comment ?? ''} error={errors['comment']} />
        </>
      )} />
    </section>
  );
}
