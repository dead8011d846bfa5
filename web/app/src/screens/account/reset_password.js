// @ts-check
import { NetworkError, Problem } from "campus-api";
import { useRef, useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { navigate } from "../../router.js";
import { Button } from "../../ui/button.js";
import { Form, TextField } from "../../ui/form.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState } from "../../ui/states.js";
import { toast } from "../../ui/toast.js";
import { checkPassword } from "./rules.js";

/** Sets a new password with the token from a mail. @param {{ fragment: string }} props `fragment`: the token. */
export default function ResetPassword({ fragment }) {
  const [refused, setRefused] = useState(/** @type {"invalid" | "maybe_used" | null} */ (fragment ? null : "invalid"));
  /** @param {boolean} wasLost */
  const onRefused = (wasLost) => setRefused(wasLost ? "maybe_used" : "invalid");
  return html`<${Screen} title=${t("recovery.reset_title")} back="/login" width="narrow">
    ${refused === null && html`<${NewPassword} token=${fragment} onRefused=${onRefused} />`}
    ${refused === "invalid" && html`<${InvalidLink} />`} ${refused === "maybe_used" && html`<${MaybeUsedLink} />`}
  <//>`;
}

/** @param {{ token: string, onRefused: (wasLost: boolean) => void }} props `wasLost`: an attempt before got no answer. */
function NewPassword({ token, onRefused }) {
  const wasLost = useRef(false);
  const form = useForm({
    initial: { new_password: "" },
    check: ({ new_password }) => ({ new_password: checkPassword(new_password, "") }),
    send: ({ new_password }) => api.post("/auth/password-reset/confirm", { body: { token, new_password } }),
    async onSuccess() {
      // The service has ended all sessions; this clears what the browser keeps.
      if (api.session.signedIn) await api.session.logOut().catch(() => {});
      toast(t("recovery.reset_done"));
      navigate("/login", { replace: true });
    },
    onFailure(failure) {
      if (failure instanceof NetworkError) wasLost.current = true;
      if (failure instanceof Problem && failure.code === "reset_token_invalid") onRefused(wasLost.current);
    },
  });
  return html`
    <p class="muted">${t("recovery.reset_lead")}</p>
    <${Form} form=${form} submit=${t("recovery.reset_submit")} class="stack-2">
      <${TextField} form=${form} name="new_password" label=${t("account.new_password")} hint=${t("account.password_hint")} type="password"
        autocomplete="new-password" />
    <//>`;
}

/** The attempt whose answer was lost can have used the link. */
const MaybeUsedLink = () => html`<div role="alert">
  <${EmptyState} icon="link" title=${t("recovery.maybe_title")} text=${t("recovery.maybe_text")}>
    <${Button} kind="primary" href="/login">${t("recovery.maybe_login")}<//>
    <${Button} href="/forgot-password">${t("recovery.invalid_again")}<//>
  <//>
</div>`;

const InvalidLink = () => html`<div role="alert">
  <${EmptyState} icon="link" title=${t("recovery.invalid_title")} text=${t("recovery.invalid_text")}>
    <${Button} kind="primary" href="/forgot-password">${t("recovery.invalid_again")}<//>
  <//>
</div>`;
