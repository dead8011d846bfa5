// @ts-check
import { t } from "../i18n/index.js";

/**
 * What a report or an appeal is about, as the API names it.
 *
 * @typedef {{ post_id: string } | { comment_id: string } | { thread_id: string, message_id: string } | { review_id: string } | { exam_info_id: string }} Subject
 */
/** @typedef {import("campus-api").Schema<"NewReport">["reason"]} Reason */

/** @type {Reason[]} */
export const REASONS = ["abuse", "spam", "obscene", "illegal_media", "personal_data", "fraud", "impersonation", "self_harm", "other"];

/** @param {Reason} reason */
export const reasonText = (reason) => t(`moderation.reason_${reason}`);

/** @param {Subject} subject */
export function reportTitle(subject) {
  if ("post_id" in subject) return t("moderation.report_post");
  if ("comment_id" in subject) return t("moderation.report_comment");
  if ("message_id" in subject) return t("moderation.report_message");
  if ("exam_info_id" in subject) return t("moderation.report_exam_info");
  return t("moderation.report_review");
}

/** The texts beside the fields that are not right. @param {{ reason: string, detail: string }} values */
export function checkReport({ reason, detail }) {
  return {
    reason: reason ? undefined : t("moderation.choose_reason"),
    detail: reason === "other" && !detail.trim() ? t("moderation.detail_required") : undefined,
  };
}
