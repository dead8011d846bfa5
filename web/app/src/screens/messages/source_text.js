// @ts-check
import { t } from "../../i18n/index.js";

/** What a thread is about, in words. @param {import("campus-api").Schema<"Source">} source */
export function sourceText({ kind, title, state }) {
  if (title === null) return t(state === null ? "messages.about_deleted" : "messages.about_hidden");
  return t(kind === "post" ? "messages.about_post" : "messages.about_comment", { title });
}
