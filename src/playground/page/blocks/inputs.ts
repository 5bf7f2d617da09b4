import { useState } from 'preact/hooks';
import { upload } from '../api.ts';
import { html, icon } from '../html.ts';
import { toast } from '../store.ts';
import type { ControlProps } from './element.ts';
import { jsons, string, words } from './stage.ts';

const KINDS: { [type: string]: string } = {
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'number',
};
const typed = (event: Event): string => (event.target as HTMLInputElement).value;

export function TextInput({
  element,
  value,
  put,
  send,
  id,
  invalid,
  describedBy,
  label,
  labelledBy,
}: ControlProps) {
  const common = {
    id,
    value: value === null ? '' : String(value),
    placeholder: words(element.placeholder),
    maxlength: element.max_length,
    'aria-invalid': invalid,
    'aria-describedby': describedBy,
    'aria-label': labelledBy ? undefined : label,
    onInput: (event: Event) => put(typed(event)),
  };
  if (element.multiline) return html`<textarea class="field" rows="4" ...${common}></textarea>`;
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Enter') send();
  };
  return html`<input class="field" type=${KINDS[string(element.type)] ?? 'text'} step=${element.is_decimal_allowed ? 'any' : undefined} autocomplete="off" onKeyDown=${key} ...${common} />`;
}

const two = (part: number): string => String(part).padStart(2, '0');

/** A date-time picker speaks in seconds since 1970, its field in the reader's own time. */
const toField = (seconds: unknown): string => {
  const date = new Date(Number(seconds) * 1000);
  return seconds
    ? `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`
    : '';
};

export function Moment({ element, value, put, id, invalid, describedBy, label, labelledBy }: ControlProps) {
  const whole = element.type === 'datetimepicker';
  const kind = whole ? 'datetime-local' : element.type === 'timepicker' ? 'time' : 'date';
  const change = (event: Event) => {
    const text = typed(event);
    put(text ? (whole ? Math.floor(new Date(text).getTime() / 1000) : text) : null);
  };
  return html`<input class="field moment" id=${id} type=${kind} value=${whole ? toField(value) : (value ?? '')} aria-invalid=${invalid} aria-describedby=${describedBy} aria-label=${labelledBy ? undefined : label} onChange=${change} />`;
}

export function FileInput({ element, value, put, id, invalid, describedBy }: ControlProps) {
  const [busy, setBusy] = useState(false);
  const files = jsons(value);
  const most = Number(element.max_files) || 10;
  const types = (Array.isArray(element.filetypes) ? element.filetypes : [])
    .map((type) => `.${String(type)}`)
    .join();
  const add = async (event: Event) => {
    const picked = [...((event.target as HTMLInputElement).files ?? [])].slice(0, most - files.length);
    setBusy(true);
    try {
      put([...files, ...(await Promise.all(picked.map(upload)))]);
    } catch {
      toast('The file could not be uploaded.');
    }
    setBusy(false);
  };
  return html`
    <div class="file-input">
      <input class="field" id=${id} type="file" multiple=${most > 1} accept=${types || undefined} aria-invalid=${invalid} aria-busy=${busy} aria-describedby=${describedBy} onChange=${add} />
      ${files.map((file) => html`<span class="file" key=${string(file.id)}>${icon('file', 20)}<span><strong>${string(file.name)}</strong></span></span>`)}
    </div>`;
}
