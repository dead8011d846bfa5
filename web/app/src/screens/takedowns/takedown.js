// @ts-check
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { RIGHTS, rightText } from "../../lib/takedowns.js";
import { status, user } from "../../session.js";
import { Button } from "../../ui/button.js";
import { Form, TextArea, TextField } from "../../ui/form.js";
import { Icon } from "../../ui/icon.js";
import { RadioList } from "../../ui/radio_list.js";
import { Screen } from "../../ui/screen.js";
import { MailboxLink } from "../account/mailbox_link.js";
import { checkEmail } from "../account/rules.js";

/** @typedef {import("../../lib/takedowns.js").Right} Right */

/** Asks for something to be hidden, also without an account. @param {{ query: URLSearchParams }} props `link`: the address of it. */
export default function Takedown({ query }) {
  const [address, setAddress] = useState("");
  return html`<${Screen} title=${t("takedowns.title")} back=${status.value === "in" ? "/" : "/login"} width="narrow">
    ${address ? html`<${Sent} address=${address} onAgain=${() => setAddress("")} />` : html`<${Request} link=${query.get("link") ?? ""} onSent=${setAddress} />`}
  <//>`;
}

/** @param {{ link: string, onSent: (address: string) => void }} props */
function Request({ link, onSent }) {
  const required = (/** @type {string} */ text) => (text.trim() ? undefined : t("common.required_field"));
  const form = useForm({
    initial: { link, right: /** @type {Right | ""} */ (""), explanation: "", name: "", email: user.peek()?.email ?? "" },
    check: (values) => ({
      link: required(values.link),
      right: values.right ? undefined : t("takedowns.choose_right"),
      explanation: required(values.explanation),
      name: required(values.name),
      email: checkEmail(values.email),
    }),
    send: ({ email, link, right, ...texts }, idempotencyKey) =>
      api.post("/takedowns", { body: { ...texts, link: link.trim(), email: email.trim(), right: /** @type {Right} */ (right) }, idempotencyKey }),
    onSuccess: (_, { email }) => onSent(email.trim()),
  });
  return html`
    <p class="muted">${t("takedowns.lead")}</p>
    <ol class="facts facts-steps">
      <li>${t("takedowns.step_mail")}</li>
      <li>${t("takedowns.step_review")}</li>
      <li>${t("takedowns.step_restrict")}</li>
    </ol>
    <${Form} form=${form} submit=${t("takedowns.submit")} class="stack-2">
      <${TextField} form=${form} name="link" label=${t("takedowns.link")} hint=${t("takedowns.link_hint")} placeholder=${t("takedowns.link_example")} type="url"
        maxlength="1000" dir="ltr" autocapitalize="none" spellcheck=${false} />
      <${OpenLink} link=${form.values.link} />
      <${RadioList} form=${form} name="right" label=${t("moderation.right")} options=${RIGHTS.map((value) => ({ value, label: rightText(value) }))} />
      <${TextArea} form=${form} name="explanation" label=${t("takedowns.explanation")} hint=${t("takedowns.explanation_hint")} max=${2000} rows=${4} />
      <${TextField} form=${form} name="name" label=${t("takedowns.name")} hint=${t("takedowns.name_hint")} maxlength="50" autocomplete="name" />
      <${TextField} form=${form} name="email" label=${t("takedowns.email")} hint=${t("takedowns.email_hint")} type="email" inputmode="email" autocomplete="email" />
    <//>`;
}

/** Lets users see what they ask to hide; without an account, nobody can. @param {{ link: string }} props */
function OpenLink({ link }) {
  const address = URL.canParse(link) ? new URL(link) : null;
  const isOwn = address?.origin === location.origin && /^\/(posts|lectures)\//.test(address.pathname);
  if (!address || !isOwn || status.value !== "in") return null;
  return html`<p><a class="link" href=${address.href} target="_blank">${t("takedowns.open_link")}<span class="visually-hidden"> (${t("common.new_tab")})</span></a></p>`;
}

/** @param {{ address: string, onAgain: () => void }} props */
function Sent({ address, onAgain }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  // The form that had the focus is gone.
  useEffect(() => box.current?.focus(), []);
  return html`<div class="card card-body verify-sent" role="status" tabindex="-1" ref=${box}>
    <${Icon} name="mail" size=${28} />
    <h2>${t("takedowns.sent_title")}</h2>
    <p class="verify-address" dir="ltr">${address}</p>
    <p>${t("takedowns.sent")}</p>
    <p class="muted small">${t("takedowns.no_mail")}</p>
    <${MailboxLink} />
    <${Button} small onClick=${onAgain}>${t("takedowns.again")}<//>
  </div>`;
}
