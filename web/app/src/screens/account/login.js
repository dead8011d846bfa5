// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { Form, TextField } from "../../ui/form.js";
import { Screen } from "../../ui/screen.js";
import { PolicyLinks } from "./policy_links.js";
import { Welcome } from "./welcome.js";

/** @param {{ query: URLSearchParams }} props `next`: the path to go to afterwards, by app.js. */
export default function LogIn({ query }) {
  const form = useForm({
    initial: { login_id: "", password: "" },
    check: (values) => ({
      login_id: values.login_id.trim() ? undefined : t("common.required_field"),
      password: values.password ? undefined : t("common.required_field"),
    }),
    send: ({ login_id, password }) => api.session.logIn({ login_id: login_id.trim(), password }),
  });
  const next = query.get("next");
  return html`<${Screen} title=${t("account.login")} width="narrow">
    <${Welcome} text=${t("account.login_lead")} />
    <${Form} form=${form} submit=${t("account.login")}>
      <${TextField} form=${form} name="login_id" label=${t("account.login_id")} autocomplete="username" autocapitalize="none" spellcheck=${false} />
      <${TextField} form=${form} name="password" label=${t("account.password")} type="password" autocomplete="current-password" />
    <//>
    <p class="account-other account-forgot">
      <a class="link" href="/forgot-login-id">${t("recovery.forgot_login_id")}</a>
      <a class="link" href="/forgot-password">${t("recovery.forgot_password")}</a>
    </p>
    <p class="account-other">
      ${t("account.no_account")} <a class="link" href=${next ? `/signup?next=${encodeURIComponent(next)}` : "/signup"}>${t("account.sign_up")}</a>
    </p>
    <${PolicyLinks} />
  <//>`;
}
