// Which tickets of a list are shown.
import { signal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { t } from '../app/i18n';
import { agents, loadAgents } from './agents';
import type { View } from './views';
import { w } from './words';

type Filters = { priority: string; tag: string; assignee: string };

export const filters = signal<Filters>({ priority: '', tag: '', assignee: '' });

export function Filter({ view }: { view: View }) {
  const set = (change: Partial<Filters>) => { filters.value = { ...filters.value, ...change }; };
  const { priority, tag, assignee } = filters.value;
  useEffect(loadAgents, []);
  return (
    <details class="filter" open={!!(priority || tag || assignee)}>
      <summary>{w().filter}</summary>
      <Choice label={t().priority} value={priority} options={Object.entries(t().priorities)} onChange={(to) => { set({ priority: to }); }} />
      {view !== 'mine' && view !== 'unassigned' && (
        <Choice label={w().assignee} value={assignee} options={agents.value.map((a) => [a.id, a.name])} onChange={(to) => { set({ assignee: to }); }} />
      )}
      <label>{w().tag}<input value={tag} maxLength={30} dir="auto" onChange={(e) => { set({ tag: e.currentTarget.value.trim().toLowerCase() }); }} /></label>
    </details>
  );
}

export function Choice({ label, value, options, onChange }: { label: string; value: string; options: [string, string][]; onChange: (to: string) => void }) {
  const id = useId();
  return (
    <div class="choice">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(e) => { onChange(e.currentTarget.value); }}>
        <option value="">{w().any}</option>
        {options.map(([key, text]) => <option key={key} value={key} selected={key === value}>{text}</option>)}
      </select>
    </div>
  );
}
