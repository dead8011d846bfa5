// @ts-check
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { Button } from "../../ui/button.js";
import { Form, TextField } from "../../ui/form.js";
import { Icon } from "../../ui/icon.js";
import { MailboxLink } from "./mailbox_link.js";
import { checkEmail } from "./rules.js";

/**
 * Asks for a mail that helps to get back in. The answer is the same for every address, known or not.
 *
 * @param {object} props
 * @param {string} props.lead
 * @param {string} props.submit
 * @param {string} props.sent
 * @param {(email: string) => Promise<unknown>} props.send
 */
export function RecoveryForm({ lead, submit, sent, send }) {
  const [address, setAddress] = useState("");
  const form = useForm({
    initial: { email: "" },
    check: ({ email }) => ({ email: checkEmail(email) }),
    send: ({ email }) => send(email.trim()),
    onSuccess: (_, { email }) => setAddress(email.trim()),
  });
  if (address) return html`<${Sent} address=${address} text=${sent} onAgain=${() => setAddress("")} />`;
  return html`
    <p class="muted">${lead}</p>
    <${Form} form=${form} submit=${submit} class="stack-2">
      <${TextField} form=${form} name="email" label=${t("recovery.address")} type="email" inputmode="email" autocomplete="email" />
    <//>`;
}

/** @param {{ address: string, text: string, onAgain: () => void }} props */
function Sent({ address, text, onAgain }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  // The form that had the focus is gone.
  useEffect(() => box.current?.focus(), []);
  return html`<div class="card card-body verify-sent" role="status" tabindex="-1" ref=${box}>
    <${Icon} name="mail" size=${28} />
    <p class="verify-address" dir="ltr">${address}</p>
    <p>${text}</p>
    <p class="muted small">${t("recovery.no_mail")}</p>
    <${MailboxLink} />
    <${Button} small onClick=${onAgain}>${t("recovery.again")}<//>
  </div>`;
}
