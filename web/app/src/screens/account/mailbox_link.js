// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";

/** `campus dev` sends no mails, but shows them. The path of the assets of a deployment ends with a version instead of `dev`. */
const MAILBOX = new URL(document.baseURI).pathname.endsWith("/dev/") ? "/api/dev/mailbox" : null;

/** In `campus dev`, a link to the page with all mails. */
export function MailboxLink() {
  return MAILBOX && html`<p class="small"><a class="link" href=${MAILBOX} target="_blank">${t("verify.mailbox")}</a></p>`;
}
