// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { Card, Time, UserText } from "../../ui/elements.js";
import { verdictText } from "./cases.js";

/** The last decision about reports or a takedown request. @param {{ decision: import("campus-api").Schema<"Decision" | "TakedownDecision"> }} props */
export function LastDecision({ decision }) {
  return html`<${Card} title=${t("cases.last_decision")}>
    <p><strong>${verdictText(decision)}</strong></p>
    ${decision.note && html`<p><${UserText} text=${decision.note} /></p>`}
    <p class="case-foot"><${Time} iso=${decision.decided_at} /></p>
  <//>`;
}
