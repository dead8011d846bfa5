// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { goBack } from "../../router.js";
import { user } from "../../session.js";
import { Form, TextField } from "../../ui/form.js";
import { Screen } from "../../ui/screen.js";
import { toast } from "../../ui/toast.js";
import { checkPassword } from "./rules.js";

/** Changes the password. All other sessions end. */
export default function Password() {
  const form = useForm({
    initial: { current_password: "", new_password: "" },
    check: (values) => ({
      current_password: values.current_password ? undefined : t("common.required_field"),
      new_password: checkPassword(values.new_password, user.value.login_id),
    }),
    fields: { wrong_password: "current_password" },
    send: (values) => api.put("/auth/me/password", { body: values }),
    onSuccess() {
      toast(t("account.password_changed"));
      goBack("/me");
    },
  });
  return html`<${Screen} title=${t("account.change_password")} back="/me" width="narrow">
    <p class="muted">${t("account.password_ends_sessions")}</p>
    <${Form} form=${form} submit=${t("account.change_password")} class="stack-2">
      <input class="visually-hidden" type="text" autocomplete="username" value=${user.value.login_id} readonly tabindex="-1" aria-hidden="true" />
      <${TextField} form=${form} name="current_password" label=${t("account.current_password")} type="password" autocomplete="current-password" />
      <${TextField} form=${form} name="new_password" label=${t("account.new_password")} hint=${t("account.password_hint")} type="password"
        autocomplete="new-password" />
    <//>
  <//>`;
}
