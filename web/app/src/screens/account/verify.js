// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useResource } from "../../lib/resource.js";
import { useSubmit } from "../../lib/submit.js";
import { navigate, nextAddress } from "../../router.js";
import { needsVerification, user } from "../../session.js";
import { Button } from "../../ui/button.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, Loaded, Skeleton } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { isStarting, sentCode } from "../../verification.js";
import { AddressForm } from "./address_form.js";
import { CodeForm } from "./code_form.js";

/** @typedef {import("campus-api").Schema<"School">} School */

/**
 * Verifies that the user is a student of their school: by a code to an address of the school, or by the operator. Verified
 * students change their address here.
 *
 * @param {{ query: URLSearchParams }} props `next`: where to go afterwards.
 */
export default function Verify({ query }) {
  const isUnverified = needsVerification.value;
  const next = isUnverified ? nextAddress(query) : "/me";
  const done = () => {
    toast(t(isUnverified ? "verify.done" : "verify.changed"));
    navigate(next, { replace: true });
  };
  const later =
    isUnverified &&
    html`<div class="verify-later">
      <a class="link" href=${next}>${t("verify.later")}</a>
      <p class="muted small">${t("verify.deadline")}</p>
    </div>`;
  return html`<${Screen} title=${t(isUnverified ? "verify.title" : "verify.change_title")} back=${isUnverified ? undefined : "/me"} width="narrow">
    ${sentCode.value ? html`<${CodeForm} code=${sentCode.value} onConfirmed=${done} />${later}` : html`<${FirstStep} onVerified=${done}>${later}<//>`}
  <//>`;
}

/** What the user does depends on the school. @param {{ onVerified: () => void, children?: any }} props `children`: below it, once it shows. */
function FirstStep({ onVerified, children }) {
  const { id, name } = user.value.school;
  const school = useResource(`school:${id}`, async (signal) => {
    const { items } = await api.get("/schools", { query: { query: name, limit: 50 }, signal });
    return /** @type {School} */ (items.find((item) => item.id === id));
  });
  const skeleton = html`<${Skeleton} rows=${2} />`;
  if (isStarting.value) return skeleton;
  return html`<${Loaded} resource=${school} skeleton=${skeleton}>
    ${(/** @type {School} */ data) => html`<${Step} school=${data} onVerified=${onVerified} />${children}`}
  <//>`;
}

/** @param {{ school: School, onVerified: () => void }} props */
function Step({ school, onVerified }) {
  if (school.policy === "email") return html`<${AddressForm} school=${school} />`;
  return needsVerification.value ? html`<${Manual} onVerified=${onVerified} />` : html`<${EmptyState} icon="verified" title=${t("verify.done")} />`;
}

/** Says that the operator verifies, and looks again. @param {{ onVerified: () => void }} props */
function Manual({ onVerified }) {
  const check = useSubmit(() => api.session.restore(), {
    onSuccess: () => (needsVerification.peek() ? toast(t("verify.not_yet")) : onVerified()),
    onFailure: toastFailure,
  });
  return html`<${EmptyState} icon="verified" title=${t("verify.manual_title")} text=${t("verify.manual_text")}>
    <${Button} kind="primary" icon="refresh" busy=${check.busy} onClick=${() => check.run(null)}>${t("verify.check")}<//>
  <//>`;
}
