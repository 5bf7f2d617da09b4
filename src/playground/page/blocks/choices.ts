import { html } from '../html.ts';
import { usePage } from '../store.ts';
import { text } from './blocks.ts';
import type { ControlProps } from './element.ts';
import { isJson, jsons, string } from './stage.ts';

/** Checkboxes and radio buttons. */
export function Choices({ element, value, put, id, label, labelledBy, invalid, describedBy }: ControlProps) {
  const state = usePage();
  const many = element.type === 'checkboxes';
  const chosen = many ? jsons(value) : isJson(value) ? [value] : [];
  const isChosen = (wanted: string) => chosen.some((option) => option.value === wanted);
  return html`
    <div class="choices" id=${id} role=${many ? 'group' : 'radiogroup'} aria-labelledby=${labelledBy} aria-label=${labelledBy ? undefined : label} aria-describedby=${describedBy}>
      ${jsons(element.options).map((option) => {
        const name = string(option.value);
        const toggle = () =>
          put(
            many
              ? isChosen(name)
                ? chosen.filter((item) => item.value !== name)
                : [...chosen, option]
              : option,
          );
        return html`
          <label class="choice" key=${name}>
            <input type=${many ? 'checkbox' : 'radio'} name=${id} checked=${isChosen(name)} aria-invalid=${invalid} onChange=${toggle} />
            <span><span>${text(state, option.text)}</span>${option.description ? html`<small>${text(state, option.description)}</small>` : null}</span>
          </label>`;
      })}
    </div>`;
}
