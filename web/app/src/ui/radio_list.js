// @ts-check
import { useId } from "preact/hooks";
import { html } from "../html.js";
import { Icon } from "./icon.js";

/**
 * One of several choices, below each other.
 *
 * @param {object} props
 * @param {import("../lib/form.js").FormState} props.form
 * @param {string} props.name
 * @param {string} props.label
 * @param {{ value: string, label: string, hint?: string }[]} props.options
 * @param {boolean} [props.hideLabel]
 */
export function RadioList({ form, name, label, options, hideLabel }) {
  const id = useId();
  const error = form.errors[name];
  return html`<fieldset class="field" aria-describedby="${id}-note">
    <legend class=${hideLabel ? "visually-hidden" : "field-label"}>${label}</legend>
    ${options.map(
      (option) => html`<label class="choice" key=${option.value}>
        <input ...${{ type: "radio", name, value: option.value, checked: option.value === form.values[name], "aria-invalid": error ? "true" : undefined }}
          onChange=${() => form.set({ [name]: option.value })} />
        <span class="grow"><span>${option.label}</span>${option.hint && html`<span class="choice-hint">${option.hint}</span>`}</span>
      </label>`,
    )}
    <p id="${id}-note" class="field-error small" aria-live="polite">${error && html`<${Icon} name="alert" size=${16} />${error}`}</p>
  </fieldset>`;
}
