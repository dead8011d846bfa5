// @ts-check
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { NetworkError } from "campus-api";
import { t } from "../i18n/index.js";
import { html } from "../html.js";
import { Button, IconButton } from "./button.js";
import { Icon } from "./icon.js";
import { verifyAddress } from "./verify_prompt.js";

/** @typedef {import("../lib/form.js").FormState} FormState */

/**
 * A form with its alert: the service's words if it refused, or that nothing was sent. `submit` names the button; leave it
 * out to place a button of your own.
 *
 * @param {{ form: FormState, submit?: string, children?: any, class?: string, label?: string }} props
 */
export function Form({ form, submit, children, class: classes = "stack", label }) {
  /** @param {Event} event */
  const onSubmit = (event) => {
    event.preventDefault();
    form.submit();
  };
  return html`<form ref=${form.element} class=${classes} novalidate onSubmit=${onSubmit} aria-label=${label}>
    ${children}
    <${FormAlert} form=${form} />
    ${submit && html`<${Button} kind="primary" type="submit" wide busy=${form.busy}>${submit}<//>`}
  </form>`;
}

/** @param {{ form: FormState }} props */
export function FormAlert({ form }) {
  const { failure, problem } = form;
  if (!failure) return null;
  const unshown = (problem?.errors ?? []).filter(({ field }) => !form.element.current?.elements.namedItem(field));
  const text = problem ? problem.detail : failure instanceof NetworkError ? t("common.not_sent") : t("common.unexpected");
  return html`<div class="alert" role="alert" tabindex="-1">
    <${Icon} name="alert" size=${20} />
    <div class="grow stack-2">
      <p>${text}</p>
      ${unshown.map(({ detail }) => html`<p>${detail}</p>`)}
      ${problem && problem.status >= 500 && problem.requestId && html`<p class="small">${t("common.request_id", { id: problem.requestId })}</p>`}
    </div>
    ${problem?.code === "school_unverified" && html`<${Button} small href=${verifyAddress()}>${t("verify.start")}<//>`}
    ${failure instanceof NetworkError && html`<${Button} small onClick=${form.submit} busy=${form.busy}>${t("common.retry")}<//>`}
  </div>`;
}

/**
 * What surrounds a field: label, hint, error, note of a live check. `render` gets the attributes for the input.
 *
 * @param {object} props
 * @param {FormState} props.form
 * @param {string} props.name
 * @param {string} props.label
 * @param {boolean} [props.hideLabel]
 * @param {string} [props.hint]
 * @param {string} [props.good] Shown instead of the hint after a live check, with a tick.
 * @param {boolean} [props.optional]
 * @param {any} [props.aside] Beside the hint, at the end of the line.
 * @param {(attributes: Record<string, any>) => any} props.render
 */
export function Field({ form, name, label, hideLabel, hint, good, optional, aside, render }) {
  const id = useId();
  const error = form.errors[name];
  const note = error ?? good ?? hint;
  return html`<div class="field">
    <label class=${hideLabel ? "visually-hidden" : "field-label"} for=${id}>
      ${label}${optional && html` <span class="field-optional">${t("common.optional")}</span>`}
    </label>
    ${render({ id, name, "aria-invalid": error ? "true" : undefined, "aria-describedby": `${id}-note` })}
    <div class="field-foot">
      <p id="${id}-note" class=${error ? "field-error" : good ? "field-good" : "field-hint"} aria-live="polite">
        ${error && html`<${Icon} name="alert" size=${16} />`}${!error && good && html`<${Icon} name="check" size=${16} />`}${note}
      </p>
      ${aside}
    </div>
  </div>`;
}

/**
 * @param {object} props
 * @param {FormState} props.form
 * @param {string} props.name
 * @param {string} props.label
 * @param {string} [props.type] "password" gets a button that shows it.
 * @param {string} [props.hint]
 * @param {string} [props.good]
 * @param {boolean} [props.optional]
 * @param {boolean} [props.hideLabel]
 * @param {(event: any) => void} [props.onBlur]
 */
export function TextField({ form, name, label, type = "text", hint, good, optional, hideLabel, ...rest }) {
  const [shown, setShown] = useState(false);
  const isPassword = type === "password";
  return html`<${Field} form=${form} name=${name} label=${label} hint=${hint} good=${good} optional=${optional} hideLabel=${hideLabel}
    render=${(/** @type {any} */ attributes) => html`<div class="input-box">
      <input class="input" ...${attributes} type=${isPassword && shown ? "text" : type} value=${form.values[name] ?? ""}
        onInput=${(/** @type {any} */ event) => form.set({ [name]: event.target.value })} ...${rest} />
      ${isPassword &&
      html`<${IconButton} icon=${shown ? "eye-off" : "eye"} label=${t(shown ? "common.hide_password" : "common.show_password")}
        onClick=${() => setShown(!shown)} />`}
    </div>`} />`;
}

/**
 * Grows with its text. With `max` it counts characters as the service does (Unicode code points).
 *
 * @param {object} props
 * @param {FormState} props.form
 * @param {string} props.name
 * @param {string} props.label
 * @param {number} [props.max]
 * @param {number} [props.rows]
 * @param {string} [props.hint]
 * @param {boolean} [props.optional]
 * @param {boolean} [props.hideLabel]
 */
export function TextArea({ form, name, label, max, rows = 4, hint, optional, hideLabel, ...rest }) {
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const value = form.values[name] ?? "";
  useLayoutEffect(() => {
    const element = area.current;
    if (!element || CSS.supports("field-sizing", "content")) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [value]);
  const count = max ? [...value.normalize("NFC")].length : 0;
  const aside = max && count > max * 0.8 ? html`<p class="field-count nums" data-over=${count > max}>${t("common.count", { count, max })}</p>` : null;
  return html`<${Field} form=${form} name=${name} label=${label} hint=${hint} optional=${optional} hideLabel=${hideLabel} aside=${aside}
    render=${(/** @type {any} */ attributes) => html`<textarea ref=${area} class="input input-area" rows=${rows} ...${attributes} value=${value}
      onInput=${(/** @type {any} */ event) => form.set({ [name]: event.target.value })} ...${rest}></textarea>`} />`;
}

/**
 * @param {object} props
 * @param {FormState} props.form
 * @param {string} props.name
 * @param {string} props.label
 * @param {{ value: string, label: string }[]} props.options
 * @param {string} [props.hint]
 * @param {boolean} [props.optional]
 * @param {boolean} [props.hideLabel]
 */
export function Select({ form, name, label, options, hint, optional, hideLabel, ...rest }) {
  return html`<${Field} form=${form} name=${name} label=${label} hint=${hint} optional=${optional} hideLabel=${hideLabel}
    render=${(/** @type {any} */ attributes) => html`<div class="input-box">
      <select class="input" ...${attributes} value=${form.values[name] ?? ""}
        onChange=${(/** @type {any} */ event) => form.set({ [name]: event.target.value })} ...${rest}>
        ${options.map((option) => html`<option value=${option.value} selected=${option.value === form.values[name]}>${option.label}</option>`)}
      </select>
      <${Icon} name="down" size=${18} />
    </div>`} />`;
}

/**
 * A checkbox, or with `toggle` a switch.
 *
 * @param {object} props
 * @param {string} props.label
 * @param {boolean} props.checked
 * @param {(checked: boolean) => void} props.onChange
 * @param {string} [props.hint]
 * @param {boolean} [props.toggle]
 * @param {boolean} [props.disabled]
 * @param {string} [props.name]
 * @param {string} [props.error] Shown instead of the hint.
 */
export function Checkbox({ label, checked, onChange, hint, toggle, disabled, name, error }) {
  const id = useId();
  const note = error ?? hint;
  return html`<label class=${toggle ? "choice choice-switch" : "choice"}>
    <input type="checkbox" name=${name} role=${toggle ? "switch" : undefined} checked=${checked} disabled=${disabled} aria-describedby=${note ? id : undefined}
      aria-invalid=${error ? "true" : undefined} onChange=${(/** @type {any} */ event) => onChange(event.target.checked)} />
    <span class="grow"><span>${label}</span>${note && html`<span class=${error ? "choice-hint field-error" : "choice-hint"} id=${id}>${note}</span>`}</span>
  </label>`;
}

/**
 * One of a few choices, side by side.
 *
 * @param {object} props
 * @param {string} props.label
 * @param {{ value: string, label: string }[]} props.options
 * @param {string} props.value
 * @param {(value: any) => void} props.onChange
 * @param {boolean} [props.hideLabel]
 */
export function Segmented({ label, options, value, onChange, hideLabel }) {
  const name = useId();
  return html`<fieldset class="field">
    <legend class=${hideLabel ? "visually-hidden" : "field-label"}>${label}</legend>
    <div class="segmented">
      ${options.map(
        (option) => html`<label>
          <input type="radio" name=${name} value=${option.value} checked=${option.value === value} onChange=${() => onChange(option.value)} />
          <span>${option.label}</span>
        </label>`,
      )}
    </div>
  </fieldset>`;
}
