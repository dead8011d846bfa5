// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { Screen } from "../../ui/screen.js";
import { RecoveryForm } from "./recovery_form.js";

/** Asks for the mail with the login id. */
export default function ForgotLoginId() {
  const send = (/** @type {string} */ email) => api.post("/auth/login-id-reminder", { body: { email } });
  return html`<${Screen} title=${t("recovery.login_id_title")} back="/login" width="narrow">
    <${RecoveryForm} lead=${t("recovery.login_id_lead")} submit=${t("recovery.login_id_send")} sent=${t("recovery.login_id_sent")} send=${send} />
    <p class="account-other"><a class="link" href="/forgot-password">${t("recovery.password_title")}</a></p>
  <//>`;
}
