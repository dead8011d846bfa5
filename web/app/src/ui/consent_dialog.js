// @ts-check
import { api } from "../api.js";
import { consentQuestion } from "../consent.js";
import { html } from "../html.js";
import { t } from "../i18n/index.js";
import { useForm } from "../lib/form.js";
import { POLICY_KINDS, unaccepted, usePolicies, versionsOf } from "../policies.js";
import { user } from "../session.js";
import { ConsentFields, consentName, missingConsents } from "./consent_fields.js";
import { Dialog } from "./dialog.js";
import { Form } from "./form.js";
import { Loaded, Skeleton } from "./states.js";

/** Shows the question of `askForConsent`. Stands once in the shell. */
export function ConsentHost() {
  if (!consentQuestion.value) return null;
  const { answer } = consentQuestion.value;
  return html`<${Dialog} open title=${t("policies.changed_title")} onClose=${() => answer(false)}><${Question} onAccepted=${() => answer(true)} /><//>`;
}

/** @param {{ onAccepted: () => void }} props */
function Question({ onAccepted }) {
  const policies = usePolicies();
  return html`<${Loaded} resource=${policies} skeleton=${html`<${Skeleton} rows=${2} />`}>
    ${(/** @type {import("../policies.js").Policies} */ data) => html`<${Consent} key=${JSON.stringify(versionsOf(data))}
      policies=${data} onAccepted=${onAccepted} onFailure=${policies.reload} />`}
  <//>`;
}

/** @param {{ policies: import("../policies.js").Policies, onAccepted: () => void, onFailure: () => void }} props */
function Consent({ policies, onAccepted, onFailure }) {
  const { consents } = user.value;
  const changed = unaccepted(policies, consents);
  const kinds = changed.length > 0 ? changed : POLICY_KINDS;
  const form = useForm({
    initial: Object.fromEntries(kinds.map((kind) => [consentName(kind), false])),
    check: (values) => missingConsents(values, kinds.map(consentName)),
    send: () => api.put("/auth/me/consents", { body: /** @type {any} */ (versionsOf(policies)) }),
    onSuccess: onAccepted,
    // There can be a newer version.
    onFailure,
  });
  return html`<${Form} form=${form} submit=${t("policies.accept")}>
    <p class="muted">${t(consents ? "policies.changed_text" : "policies.first_text")}</p>
    <div><${ConsentFields} form=${form} policies=${policies} kinds=${kinds} /></div>
  <//>`;
}
