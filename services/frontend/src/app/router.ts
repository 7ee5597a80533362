// Which page is shown: the address, and how to go to another without loading the page anew.
import { signal } from '@preact/signals';

export const path = signal(location.pathname);

const came = location.href;
let went = false;

/** moved tells whether the address is another one than that which the browser loaded. */
export function moved(): boolean {
  return went ||= location.href !== came;
}

export function go(to: string, replace = false): void {
  if (to === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  path.value = location.pathname;
  window.scrollTo(0, 0);
}

addEventListener('popstate', () => { path.value = location.pathname; });

// Links of our own are followed in the page, as long as nobody asks for a tab or a window of their own.
addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download')) return;
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.pathname + link.search);
});

/** match gives the named parts of a path such as /tickets/:id, or null. */
export function match(pattern: string, of: string): Record<string, string> | null {
  const want = pattern.split('/'), have = of.split('/');
  if (want.length !== have.length) return null;
  const parts: Record<string, string> = {};
  for (const [i, part] of want.entries()) {
    const is = have[i] ?? '';
    if (part.startsWith(':') && is) parts[part.slice(1)] = is;
    else if (part !== is) return null;
  }
  return parts;
}
