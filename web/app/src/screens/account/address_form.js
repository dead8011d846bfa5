// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { needsVerification, user } from "../../session.js";
import { Form, TextField } from "../../ui/form.js";
import { requestCode } from "../../verification.js";
import { checkEmail } from "./rules.js";

/** Asks for the address to which the code goes. @param {{ school: import("campus-api").Schema<"School"> }} props */
export function AddressForm({ school }) {
  const isUnverified = needsVerification.value;
  const form = useForm({
    initial: { email: isUnverified ? user.value.email : "" },
    check: ({ email }) => ({ email: checkEmail(email) }),
    fields: { already_verified: "email" },
    send: ({ email }) => requestCode(email.trim()),
  });
  return html`
    <p class="muted">${isUnverified ? t("verify.lead") : t("verify.change_lead", { email: user.value.email })}</p>
    <${Form} form=${form} submit=${t("verify.send")} class="stack-2">
      <${TextField} form=${form} name="email" label=${t("verify.address")} hint=${t("verify.domains", { domains: domainsText(school) })} type="email"
        inputmode="email" autocomplete="email" />
    <//>`;
}

/** "@gaon.example, @mail.gaon.example" @param {import("campus-api").Schema<"School">} school */
export const domainsText = (school) => school.email_domains.map((domain) => `@${domain}`).join(", ");
