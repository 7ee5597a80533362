// Forms: a field with its label, hint and error; a form that shows what the server found wrong.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Failure } from '../app/api';
import { t } from '../app/i18n';
import { fieldErrors, sentence } from '../app/words';

type FieldProps = {
  label: string; name: string; error?: string | undefined; hint?: string | undefined;
  value?: string; rows?: number; children?: ComponentChildren;
  type?: 'text' | 'email' | 'password' | 'tel' | 'datetime-local'; autoComplete?: string; inputMode?: 'numeric'; maxLength?: number;
};

export function Field({ label, name, error, hint, value, rows, type, children, ...rest }: FieldProps) {
  const id = useId(), described = error || hint ? `${id}-more` : undefined;
  const shared = { id, name, 'aria-invalid': !!error, 'aria-describedby': described, defaultValue: value ?? '', ...rest };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children ? <div class="field-own">{children}</div>
        : rows ? <textarea {...shared} rows={rows} dir="auto" />
        : <input dir="auto" type={(type ?? 'text') as 'text' /* the types tell the kinds apart by role, which is the browser's here */} {...shared} />}
      {(error || hint) && <p id={described} class={error ? 'field-error' : 'hint'}>{error ?? hint}</p>}
    </div>
  );
}

type FormProps = {
  submit: string;
  does: (values: Record<string, string>) => Promise<void>;
  fields: (errors: Record<string, string>) => ComponentChildren;
  danger?: boolean; extra?: ComponentChildren;
};

/** Form sends its fields once at a time. What is wrong stands beside its field, and the first wrong field gets the focus. */
export function Form({ submit, does, fields, danger, extra }: FormProps) {
  const failure = useSignal<Failure | null>(null), busy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  const errors = fieldErrors(failure.value);
  useEffect(() => {
    const first = (what: string) => form.current?.querySelector<HTMLElement>(what);
    if (failure.value) (first('[aria-invalid="true"]') ?? first('[role="alert"]'))?.focus();
  }, [failure.value]);
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.value || !form.current) return;
    busy.value = true;
    failure.value = null;
    const values = Object.fromEntries([...new FormData(form.current)].map(([k, v]) => [k, String(v)]));
    does(values).catch((e: unknown) => {
      failure.value = e instanceof Failure ? e : new Failure(500, 'internal');
    }).finally(() => { busy.value = false; });
  };
  return (
    <form ref={form} onSubmit={onSubmit} noValidate>
      {failure.value && <Alert>{Object.keys(errors).length ? t().wrong : sentence(failure.value)}</Alert>}
      {fields(errors)}
      <div class="actions">
        <button type="submit" class={danger ? 'danger' : 'primary'} aria-disabled={busy.value}>{submit}</button>
        {extra}
      </div>
    </form>
  );
}

export function Alert({ children }: { children: ComponentChildren }) {
  return <p class="alert" role="alert" tabIndex={-1}>{children}</p>;
}
