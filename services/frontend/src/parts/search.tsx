import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../app/i18n';

/** SearchField tells what was typed once somebody stops for a moment. */
export function SearchField({ found, field }: { found: (text: string) => void; field?: RefObject<HTMLInputElement | null> }) {
  const timer = useRef(0);
  useEffect(() => () => { clearTimeout(timer.current); }, []);
  const onInput = (text: string) => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => { found(text.trim()); }, 150);
  };
  return (
    <input ref={field ?? null} type="search" aria-label={t().search} placeholder={t().search} dir="auto" maxLength={100}
      onInput={(e) => { onInput(e.currentTarget.value); }} />
  );
}
