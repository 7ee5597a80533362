// Choosing one of many by typing: a combobox with a list, as the ARIA practices have it.
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';

export type Option = { id: string; text: string; more?: string };

type Props = { label: string; none: string; options: Option[]; pick: (id: string) => void };

export function Picker({ label, none, options, pick }: Props) {
  const typed = useSignal(''), at = useSignal(0), id = useId();
  const found = options.filter((o) => o.text.toLowerCase().includes(typed.value.trim().toLowerCase()));
  const here = Math.min(at.value, found.length - 1), chosen = found[here];
  const onKeyDown = (e: KeyboardEvent) => {
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: found.length - 1 }[e.key];
    if (to !== undefined) at.value = (to + found.length) % Math.max(1, found.length);
    else if (e.key === 'Enter' && chosen) pick(chosen.id);
    else return;
    e.preventDefault();
  };
  return (
    <div class="picker">
      <label for={id}>{label}</label>
      <input id={id} role="combobox" aria-expanded="true" aria-controls={`${id}-list`} aria-autocomplete="list" autocomplete="off" autofocus
        aria-activedescendant={chosen && `${id}-${chosen.id}`} value={typed.value} onKeyDown={onKeyDown}
        onInput={(e) => { typed.value = e.currentTarget.value; at.value = 0; }} />
      <ul id={`${id}-list`} role="listbox" aria-label={label}>
        {found.map((o, i) => (
          <li key={o.id} id={`${id}-${o.id}`} role="option" aria-selected={i === here} onClick={() => { pick(o.id); }}>
            <span dir="auto">{o.text}</span>{o.more && <span class="hint" dir="auto">{o.more}</span>}
          </li>
        ))}
      </ul>
      <p class="hint" role="status">{found.length === 0 && none}</p>
    </div>
  );
}
