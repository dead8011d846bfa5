// @ts-check
import { t } from "../i18n/index.js";

/**
 * The name of an author in the user's language. The service names those who are anonymous or have withdrawn in Korean:
 * 익명, 익명3, 익명(글쓴이), (알수없음).
 *
 * @param {import("campus-api").Schema<"Author"> | null} author Null if the content is hidden.
 */
export function authorName(author) {
  if (!author) return t("common.hidden_author");
  const { kind, name } = author;
  if (kind === "user") return name;
  if (kind === "withdrawn") return t("common.withdrawn_author");
  const number = name.match(/\d+$/)?.[0];
  if (number) return t("common.anonymous_number", { number });
  return t(name.endsWith("(글쓴이)") ? "common.anonymous_author" : "common.anonymous");
}
