// @ts-check
import { t } from "../i18n/index.js";
import { html } from "../html.js";
import { current } from "../router.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";
import { EmptyState } from "./states.js";

/** The screen that verifies the user, and then leads back to this one. */
export function verifyAddress() {
  return `/verify?next=${encodeURIComponent(current.value.path + location.search)}`;
}

/** Says to unverified students why they do not see something, and leads to the verification. @param {{ small?: boolean }} props */
export function VerifyPrompt({ small }) {
  return html`<${EmptyState} icon="verified" small=${small} title=${t("verify.first_title")} text=${t("verify.first_text")}>
    <${Button} kind="primary" href=${verifyAddress()}>${t("verify.start")}<//>
  <//>`;
}

/** Reminds unverified students on the screens that they can use. */
export function VerifyBanner() {
  return html`<aside class="notice verify-banner" aria-label=${t("verify.title")}>
    <${Icon} name="verified" size=${20} />
    <p class="grow">${t("verify.banner")}</p>
    <a class="link" href=${verifyAddress()}>${t("verify.start")}</a>
  </aside>`;
}
