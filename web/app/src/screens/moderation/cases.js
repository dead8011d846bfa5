// @ts-check
import { t } from "../../i18n/index.js";
import { reasonText } from "../../lib/report.js";

/** @typedef {import("campus-api").Schema<"Case">} Case */

/** How long a case may wait before it is marked, in hours. */
const PATIENCE_HOURS = 24;

/** What a case is about: 글, 댓글, 쪽지, 강의평. @param {Case["kind"]} kind */
export const kindText = (kind) => t(`cases.kind_${kind}`);

/** "욕설·괴롭힘 3 · 광고·도배 1" @param {Case["reasons"]} reasons */
export const reasonsText = (reasons) => reasons.map(({ reason, count }) => `${reasonText(reason)} ${count}`).join(" · ");

const VERDICTS = /** @type {const} */ ({ restore: "cases.was_restored", remove: "cases.was_removed", restrict: "cases.was_restricted", decline: "cases.was_declined" });

/** What was decided about reports or a takedown request. @param {{ verdict: keyof typeof VERDICTS, sanction?: "none" | "apply" }} decision */
export const verdictText = ({ verdict, sanction }) => t(sanction === "apply" ? "cases.was_removed_with_sanction" : VERDICTS[verdict]);

/** The beginning of what a case is about. @param {import("campus-api").Schema<"ReportedContent">} content */
export const excerptOf = ({ title, content }) => [title, content].filter(Boolean).join(" — ");

/** Whether an open case has waited too long. @param {{ state: string, updated_at: string }} found @param {Date} [now] */
export function isOverdue({ state, updated_at: since }, now = new Date()) {
  return state === "open" && now.getTime() - Date.parse(since) > PATIENCE_HOURS * 3_600_000;
}

/** @typedef {import("campus-api").Schema<"NewDecision">["reason"]} Reason */
/** @typedef {{ verdict: "" | "restore" | "remove", reason: Reason | "", sanction: boolean, note: string }} DecisionValues `reason`: that of the reports, if empty. */

/** The decision that is sent: only a removal has a reason and a sanction. @param {DecisionValues} values @returns {import("campus-api").Schema<"NewDecision">} */
export function decisionOf({ verdict, reason, sanction, note: text }) {
  const note = text.trim() || null;
  return verdict === "remove" ? { verdict, reason: reason || null, sanction: sanction ? "apply" : "none", note } : { verdict: "restore", sanction: "none", note };
}
