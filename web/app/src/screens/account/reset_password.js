// @ts-check
import { Problem } from "campus-api";
import { useState } from "preact/hooks";
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
  const [token, setToken] = useState(fragment);
  return html`<${Screen} title=${t("recovery.reset_title")} back="/login" width="narrow">
    ${token ? html`<${NewPassword} token=${token} onInvalid=${() => setToken("")} />` : html`<${InvalidLink} />`}
  <//>`;
}

/** @param {{ token: string, onInvalid: () => void }} props */
function NewPassword({ token, onInvalid }) {
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
    onFailure: (failure) => failure instanceof Problem && failure.code === "reset_token_invalid" && onInvalid(),
  });
  return html`
    <p class="muted">${t("recovery.reset_lead")}</p>
    <${Form} form=${form} submit=${t("recovery.reset_submit")} class="stack-2">
      <${TextField} form=${form} name="new_password" label=${t("account.new_password")} hint=${t("account.password_hint")} type="password"
        autocomplete="new-password" />
    <//>`;
}

const InvalidLink = () => html`<div role="alert">
  <${EmptyState} icon="link" title=${t("recovery.invalid_title")} text=${t("recovery.invalid_text")}>
    <${Button} kind="primary" href="/forgot-password">${t("recovery.invalid_again")}<//>
  <//>
</div>`;
