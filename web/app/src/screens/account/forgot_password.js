// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { Screen } from "../../ui/screen.js";
import { RecoveryForm } from "./recovery_form.js";

/** Asks for the mail with the link to a new password. */
export default function ForgotPassword() {
  const send = (/** @type {string} */ email) => api.post("/auth/password-reset", { body: { email } });
  return html`<${Screen} title=${t("recovery.password_title")} back="/login" width="narrow">
    <${RecoveryForm} lead=${t("recovery.password_lead")} submit=${t("recovery.password_send")} sent=${t("recovery.password_sent")} send=${send} />
    <p class="account-other"><a class="link" href="/forgot-login-id">${t("recovery.login_id_title")}</a></p>
  <//>`;
}
