import { useEffect, useRef } from 'preact/hooks';
import { t } from '../app/i18n';
import type { List } from '../app/tickets';

/** More reads the next page when it comes into view; the button is for who uses none. */
export function More({ list }: { list: List }) {
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const seen = new IntersectionObserver((entries) => { if (entries.some((e) => e.isIntersecting)) void list.more(); });
    if (ref.current) seen.observe(ref.current);
    return () => { seen.disconnect(); };
  }, [list]);
  return <button ref={ref} type="button" class="quiet wide" onClick={() => { void list.more(); }}>{t().more}</button>;
}
