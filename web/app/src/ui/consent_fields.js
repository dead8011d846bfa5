// @ts-check
import { useState } from "preact/hooks";
import { t } from "../i18n/index.js";
import { html } from "../html.js";
import { textOf } from "../policies.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";
import { Checkbox } from "./form.js";
import { MarkdownText } from "./markdown_text.js";

/** @typedef {import("../policies.js").PolicyKind} PolicyKind */
/** @typedef {import("../i18n/index.js").TextKey} TextKey */

/** The form's value, and the field of the API, that says whether a policy is accepted. @param {PolicyKind} kind */
export const consentName = (kind) => `consents.${kind}`;

/** The text beside each box that is not ticked. @param {Record<string, any>} values @param {string[]} names */
export const missingConsents = (values, names) => Object.fromEntries(names.map((name) => [name, values[name] ? undefined : t("policies.required")]));

/**
 * A checkbox for each policy, and a button that shows its text.
 *
 * @param {{ form: import("../lib/form.js").FormState, policies: import("../policies.js").Policies, kinds: readonly PolicyKind[] }} props
 */
export function ConsentFields({ form, policies, kinds }) {
  const [shown, setShown] = useState(/** @type {PolicyKind | null} */ (null));
  const policy = shown && policies[shown];
  return html`
    ${kinds.map(
      (kind) => html`<div class="consent-row" key=${kind}>
        <${ConsentBox} form=${form} name=${consentName(kind)} label=${t(/** @type {TextKey} */ (`policies.accept_${kind}`))}
          hint=${t("policies.version", { version: policies[kind]?.version ?? "" })} />
        <${Button} small kind="ghost" aria-label=${t(/** @type {TextKey} */ (`policies.read_${kind}`))} onClick=${() => setShown(kind)}>
          ${t("policies.read")}
        <//>
      </div>`,
    )}
    ${policy &&
    html`<${Dialog} open title=${t(/** @type {TextKey} */ (`policies.${shown}`))} onClose=${() => setShown(null)}>
      <section tabindex="0" aria-label=${t(/** @type {TextKey} */ (`policies.${shown}`))}><${MarkdownText} text=${textOf(policy)} level=${3} /></section>
    <//>`}`;
}

/** @param {{ form: import("../lib/form.js").FormState, name: string, label: string, hint?: string }} props */
export function ConsentBox({ form, name, label, hint }) {
  return html`<${Checkbox} name=${name} label=${label} hint=${hint} error=${form.errors[name]} checked=${Boolean(form.values[name])}
    onChange=${(/** @type {boolean} */ checked) => form.set({ [name]: checked })} />`;
}
