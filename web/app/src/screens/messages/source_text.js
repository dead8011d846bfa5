// @ts-check
import { t } from "../../i18n/index.js";

/** What a thread is about, in words. @param {import("campus-api").Schema<"Source">} source */
export function sourceText({ kind, title }) {
  if (title === null) return t("messages.about_deleted");
  return t(kind === "post" ? "messages.about_post" : "messages.about_comment", { title });
}
