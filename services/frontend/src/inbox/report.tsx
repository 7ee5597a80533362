// What happened from one day to another: what came and went, how long people waited, and who did what.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call, Failure } from '../app/api';
import type { components } from '../app/contract';
import { language } from '../app/i18n';
import { Broken, Skeleton, Title } from '../parts/page';
import { w } from './words';

type Report = components['schemas']['TicketReport'];
type Day = Report['days'][number];

const day = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * day).toISOString().slice(0, 10); // days are those of UTC, as the server counts

export function ReportPage() {
  const from = useSignal(ago(29)), to = useSignal(ago(0));
  const report = useSignal<Report | null>(null), failure = useSignal<Failure | null>(null);
  const load = () => {
    failure.value = null;
    call<Report>('GET', `/v1/ticket/report?from=${from.value}&to=${to.value}`).then(
      (r) => { report.value = r; },
      (e: unknown) => { failure.value = e instanceof Failure ? e : new Failure(500, 'internal'); },
    );
  };
  useEffect(load, [from.value, to.value]);
  const date = (label: string, of: typeof from) => (
    <label>{label}<input type="date" required value={of.value} max={ago(0)} onChange={(e) => { if (e.currentTarget.value) of.value = e.currentTarget.value; }} /></label>
  );
  return (
    <div class="report">
      <Title of={w().report}>{w().report}</Title>
      <div class="dates">{date(w().from, from)}{date(w().to, to)}</div>
      {failure.value && <Broken failure={failure.value} again={load} />}
      {!report.value && !failure.value && <Skeleton rows={6} />}
      {report.value && !failure.value && <Shown of={report.value} />}
    </div>
  );
}

function Shown({ of }: { of: Report }) {
  const sum = (member: 'opened' | 'closed' | 'replies') => of.days.reduce((n, d) => n + d[member], 0);
  return (
    <>
      <dl class="figures">
        <Figure name={w().opened} value={count(sum('opened'))} />
        <Figure name={w().closed} value={count(sum('closed'))} />
        <Figure name={w().waitingNow} value={count(of.waiting)} />
        <Figure name={w().firstAnswer} value={span(of.firstAnswer.median)} more={w().ninety(span(of.firstAnswer.p90))} />
        <Figure name={w().resolution} value={span(of.resolution.median)} more={w().ninety(span(of.resolution.p90))} />
        <Figure name={w().rating} value={average(of.ratings.average)} more={w().ratings(of.ratings.count)} />
      </dl>
      <h2>{w().perDay}</h2>
      <Plot days={of.days} />
      <details>
        <summary>{w().asTable}</summary>
        <table>
          <thead><tr><th scope="col">{w().day}</th><th scope="col">{w().opened}</th><th scope="col">{w().closed}</th><th scope="col">{w().replies}</th></tr></thead>
          <tbody>{of.days.map((d) => <tr key={d.date}><th scope="row">{date(d.date)}</th><td>{count(d.opened)}</td><td>{count(d.closed)}</td><td>{count(d.replies)}</td></tr>)}</tbody>
        </table>
      </details>
      <h2>{w().perAgent}</h2>
      <table>
        <thead><tr><th scope="col">{w().agent}</th><th scope="col">{w().replies}</th><th scope="col">{w().closed}</th><th scope="col">{w().rating}</th></tr></thead>
        <tbody>
          {of.agents.map((a) => <tr key={a.id}><th scope="row" dir="auto">{a.name}</th><td>{count(a.replies)}</td><td>{count(a.closed)}</td><td>{average(a.ratings.average)}</td></tr>)}
        </tbody>
      </table>
    </>
  );
}

function Figure({ name, value, more }: { name: string; value: string; more?: string }) {
  return <div><dt>{name}</dt><dd>{value}{more && <small>{more}</small>}</dd></div>;
}

/** Plot draws two bars a day. The table below says the same. */
function Plot({ days }: { days: Day[] }) {
  const most = Math.max(1, ...days.map((d) => Math.max(d.opened, d.closed)));
  const bar = (x: number, value: number, kind: string) => <rect class={kind} x={x} y={100 - (100 * value) / most} width="4" height={(100 * value) / most} />;
  return (
    <figure>
      <svg viewBox={`0 0 ${days.length * 10} 100`} preserveAspectRatio="none" role="img" aria-label={w().plot(most)}>
        {days.map((d, i) => <g key={d.date}><title>{`${date(d.date)}: ${d.opened} / ${d.closed}`}</title>{bar(i * 10, d.opened, 'opened')}{bar(i * 10 + 5, d.closed, 'closed')}</g>)}
      </svg>
      <figcaption><span class="opened">{w().opened}</span><span class="closed">{w().closed}</span></figcaption>
    </figure>
  );
}

const count = (n: number) => new Intl.NumberFormat(language.value).format(n);
const average = (n: number | null) => (n === null ? '–' : new Intl.NumberFormat(language.value, { maximumFractionDigits: 1 }).format(n));
const date = (d: string) => new Intl.DateTimeFormat(language.value, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(d));

/** span writes how long something took, in its largest unit. */
function span(seconds: number | null): string {
  if (seconds === null) return '–';
  const [value, unit] = seconds < 3600 ? [seconds / 60, 'minute'] as const : seconds < 2 * 86_400 ? [seconds / 3600, 'hour'] as const : [seconds / 86_400, 'day'] as const;
  return new Intl.NumberFormat(language.value, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}
