// Failures in the person's own words: by code and limits, not by the server's sentence.
import type { Failure, FieldError } from './api';
import { t } from './i18n';

/** sentence says what happened and what to do. */
export function sentence(f: Failure): string {
  const problems: Record<string, string> = t().problems;
  return problems[f.code] ?? (f.status >= 500 ? t().problems.unavailable : t().problems.internal);
}

/** fieldSentence says what is wrong with one field. */
export function fieldSentence(e: FieldError): string {
  const fields: Record<string, string> = t().fields;
  return (fields[e.code] ?? t().fields.invalid).replace(/\{(\w+)\}/g, (_, name: string) => String(e.params?.[name] ?? ''));
}

/** fieldErrors are the errors of a failure by the name of the member at the top. */
export function fieldErrors(f: Failure | null): Record<string, string> {
  return Object.fromEntries((f?.fields ?? []).map((e) => [e.pointer.split('/')[1] ?? '', fieldSentence(e)]));
}
