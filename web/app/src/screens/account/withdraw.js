// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { Button } from "../../ui/button.js";
import { confirm } from "../../ui/dialog.js";
import { Card } from "../../ui/elements.js";
import { Form, TextField } from "../../ui/form.js";
import { Icon } from "../../ui/icon.js";
import { Screen } from "../../ui/screen.js";
import { toast } from "../../ui/toast.js";

/** Deletes the account, after saying what goes and what stays. */
export default function Withdraw() {
  const form = useForm({
    initial: { password: "" },
    check: (values) => ({ password: values.password ? undefined : t("common.required_field") }),
    fields: { wrong_password: "password" },
    send: ({ password }) => api.delete("/auth/me", { body: { password } }),
    async onSuccess() {
      // The service has ended the sessions; this clears what the browser keeps.
      await api.session.logOut().catch(() => {});
      toast(t("account.withdrawn"));
    },
  });
  const ask = async () => {
    const sure = await confirm({ title: t("account.withdraw_sure"), text: t("account.withdraw_final"), action: t("account.withdraw"), danger: true });
    if (sure) form.submit();
  };
  const fact = (/** @type {string} */ text) => html`<li>${text}</li>`;
  return html`<${Screen} title=${t("account.withdraw")} back="/me/settings" width="narrow">
    <${Card} title=${t("account.withdraw_goes")}>
      <ul class="facts">${[t("account.goes_account"), t("account.goes_timetables"), t("account.goes_pins")].map(fact)}</ul>
    <//>
    <${Card} title=${t("account.withdraw_stays")}>
      <ul class="facts">${[t("account.stays_named"), t("account.stays_anonymous"), t("account.stays_messages"), t("account.stays_reviews")].map(fact)}</ul>
    <//>
    <p class="notice"><${Icon} name="info" size=${20} /><span>${t("account.withdraw_delete_first")}</span></p>
    <${Form} form=${{ ...form, submit: ask }} class="stack-2">
      <${TextField} form=${form} name="password" label=${t("account.password")} hint=${t("account.withdraw_password")} type="password"
        autocomplete="current-password" />
      <${Button} kind="danger" type="submit" wide busy=${form.busy}>${t("account.withdraw")}<//>
    <//>
  <//>`;
}
