// What every page has: a title that gets the focus after a change of the address, states of loading and failure.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Failure } from '../app/api';
import { moment, t, whole } from '../app/i18n';
import { moved } from '../app/router';
import { sentence } from '../app/words';

/** Title names the page, in the window too, and takes the focus when the address has changed. */
export function Title({ children, of }: { children: ComponentChildren; of: string }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => { document.title = `${of} · ${t().product}`; }, [of]);
  useEffect(() => {
    if (moved()) ref.current?.focus({ preventScroll: true });
  }, []);
  return <h1 ref={ref} tabIndex={-1}>{children}</h1>;
}

/** Later shows its children after 300 ms: what is faster than that needs no sign. */
export function Later({ children }: { children: ComponentChildren }) {
  const shown = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => { shown.value = true; }, 300);
    return () => { clearTimeout(timer); };
  }, []);
  return shown.value ? <>{children}</> : null;
}

export function Skeleton({ rows }: { rows: number }) {
  return <Later><div class="skeleton" aria-hidden="true">{Array.from({ length: rows }, (_, i) => <div key={i} />)}</div></Later>;
}

export function Broken({ failure, again }: { failure: Failure; again: () => void }) {
  return (
    <div class="empty" role="alert">
      <p>{sentence(failure)}</p>
      <button type="button" onClick={again}>{t().tryAgain}</button>
    </div>
  );
}

export function Time({ at }: { at: string }) {
  return <time dateTime={at} title={whole(at)}>{moment(at)}</time>;
}

const states = { 'pending-agent': 'waitingForUs', 'pending-client': 'waitingForYou', closed: 'closed' } as const;

export function Status({ of }: { of: string }) {
  return <span class={`status ${of}`}>{of in states ? t()[states[of as keyof typeof states]] : of}</span>;
}

export function Nothing() {
  return (
    <div class="empty">
      <Title of={t().notFoundTitle}>{t().notFoundTitle}</Title>
      <p>{t().notFoundHint}</p>
      <a href="/">{t().home}</a>
    </div>
  );
}
