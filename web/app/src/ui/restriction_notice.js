// @ts-check
/** Sanctions of the user. Screens that use this name `moderation` under `texts` in the routes table. */
import { html } from "../html.js";
import { t } from "../i18n/index.js";
import { reasonText } from "../lib/report.js";
import { activeRestrictions, barringRestriction } from "../lib/restrictions.js";
import { exactTime } from "../lib/time.js";
import { user } from "../session.js";
import { Icon } from "./icon.js";

const NAMES = /** @type {const} */ ({
  warning: "moderation.warning",
  read_only: "moderation.read_only",
  suspended: "moderation.suspended",
});

/** Says until when the user cannot write, where they would write. */
export function RestrictionNotice() {
  const found = barringRestriction(user.value?.restrictions);
  return found ? html`<${Notice} restriction=${found} />` : null;
}

/** All sanctions of the user, also warnings. */
export const Restrictions = () => activeRestrictions(user.value?.restrictions).map((restriction) => html`<${Notice} restriction=${restriction} />`);

/** @param {{ restriction: import("../lib/restrictions.js").Restriction }} props */
function Notice({ restriction: { kind, reason, until } }) {
  const name = t(NAMES[kind]);
  return html`<aside class="notice notice-calm" aria-label=${name}>
    <${Icon} name="info" size=${20} />
    <div class="grow stack-2">
      <p><strong>${kind === "read_only" && until ? t("moderation.read_only_until", { time: exactTime(until) }) : name}</strong></p>
      <p>${t("moderation.restriction_reason", { reason: reasonText(reason) })}</p>
      <p>${t(`moderation.${kind}_text`)}</p>
    </div>
  </aside>`;
}
