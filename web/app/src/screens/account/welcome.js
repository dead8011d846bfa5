// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";

/** The name of the app above login and sign-up. @param {{ text?: string }} props */
export function Welcome({ text }) {
  return html`<div class="welcome">
    <svg viewBox="0 0 48 48" width="56" height="56" aria-hidden="true">
      <rect width="48" height="48" rx="13" fill="var(--brand)" />
      <path d="M33 17.5a11.5 11.5 0 1 0 0 13" fill="none" stroke="var(--on-brand)" stroke-width="5" stroke-linecap="round" />
      <circle cx="34.5" cy="24" r="3.2" fill="var(--on-brand)" />
    </svg>
    <p class="welcome-name">${t("common.app")}</p>
    ${text && html`<p class="muted">${text}</p>`}
  </div>`;
}
