// The language of the page: one catalogue each, of one type, so that a missing text does not compile.
import { signal } from '@preact/signals';
import { de } from './de';
import { en } from './en';

/** Translated is the type of a catalogue in another language than the one that it is made from. */
export type Translated<C> = {
  [K in keyof C]: C[K] extends (...args: infer A) => string ? (...args: A) => string
    : C[K] extends string ? string
    : Translated<C[K]>;
};

export type Catalogue = Translated<typeof en>;

export type Language = 'en' | 'de';

const catalogues: Record<Language, Catalogue> = { en, de };

const stored = localStorage.getItem('crm.language');

export const language = signal<Language>(
  stored === 'en' || stored === 'de' ? stored : navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en',
);

/** t is the catalogue of the moment; reading it in a component follows the language. */
export function t(): Catalogue {
  return catalogues[language.value];
}

export function speak(to: Language): void {
  localStorage.setItem('crm.language', to);
  language.value = to;
  document.documentElement.lang = to;
}

document.documentElement.lang = language.value;

const day = 86_400_000;

/** moment writes a time as people say it: the hour for today, the date before. */
export function moment(iso: string): string {
  const at = new Date(iso);
  const today = new Date().toDateString() === at.toDateString();
  const near = Date.now() - at.getTime() < 300 * day;
  return new Intl.DateTimeFormat(language.value, today
    ? { hour: 'numeric', minute: '2-digit' }
    : near ? { day: 'numeric', month: 'short' } : { day: 'numeric', month: 'short', year: 'numeric' }).format(at);
}

/** whole writes date and time in full. */
export function whole(iso: string): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

/** lasting writes how long ago something was, in its largest unit. */
export function lasting(iso: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - new Date(iso).getTime()) / 60_000));
  const [value, unit] = minutes < 60 ? [minutes, 'minute'] as const
    : minutes < 60 * 24 ? [Math.floor(minutes / 60), 'hour'] as const
    : [Math.floor(minutes / 60 / 24), 'day'] as const;
  return new Intl.NumberFormat(language.value, { style: 'unit', unit, unitDisplay: 'narrow' }).format(value);
}
