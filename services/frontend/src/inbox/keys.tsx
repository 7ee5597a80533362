// Keys without Ctrl as shortcuts, where nobody is typing. They can be turned off (WCAG 2.2, 2.1.4).
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../app/i18n';
import { Dialog } from '../parts/dialog';
import { w } from './words';

const stored = 'crm.keys';
const on = signal(localStorage.getItem(stored) !== 'off');

export const helps = signal(false);

type Keys = Record<string, () => void>;

let prefix = ''; // `g`, while the next key says where to

/** useKeys has keys do something while the component is there. `g m` is g, then m. */
export function useKeys(keys: Keys): void {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (!on.value || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || typing(e.target) || document.querySelector('dialog[open]')) return;
      const does = keys[prefix + e.key];
      if (!does) return;
      e.preventDefault();
      does();
    };
    document.addEventListener('keydown', onKey);
    return () => { document.removeEventListener('keydown', onKey); };
  });
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

// After all others: the prefix lasts for one key.
window.addEventListener('keydown', (e) => { prefix = e.key === 'g' && prefix === '' && on.value && !typing(e.target) ? 'g ' : ''; });

export function Help() {
  const rows: [string, string][] = [
    ['j', w().key.next], ['k', w().key.previous], ['Enter', w().key.enter], ['r', w().key.reply], ['n', w().key.note], ['a', w().key.assign],
    ['t', w().key.tag], ['s', w().key.snooze], ['e', w().key.close], ['/', w().key.search], ['g', w().key.go], ['?', w().key.help],
    ['Ctrl Enter', w().key.send],
  ];
  const close = () => { helps.value = false; };
  return (
    <Dialog title={w().keys} onClose={close}>
      <dl class="keys">{rows.map(([key, does]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div>)}</dl>
      <label class="check"><input type="checkbox" checked={on.value} onChange={(e) => { turn(e.currentTarget.checked); }} />{w().keysOn}</label>
      <div class="actions"><button type="button" autofocus onClick={close}>{t().close}</button></div>
    </Dialog>
  );
}

function turn(to: boolean): void {
  on.value = to;
  localStorage.setItem(stored, to ? 'on' : 'off');
}
