// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";

/** The foot of screens for guests. */
export function PolicyLinks() {
  return html`<nav class="policy-links small" aria-label=${t("policies.title")}>
    <a class="link" href="/policies/terms">${t("policies.terms")}</a>
    <a class="link" href="/policies/privacy">${t("policies.privacy")}</a>
    <a class="link" href="/takedown">${t("policies.takedown")}</a>
  </nav>`;
}
