// @ts-check
/** Blocks of authors. Screens that use this name `moderation` under `texts` in the routes table. */
import { api } from "../api.js";
import { t } from "../i18n/index.js";
import { authorName } from "../lib/authors.js";
import { forgetOthers } from "../lib/cache.js";
import { useSubmit } from "../lib/submit.js";
import { confirm } from "./dialog.js";
import { toast, toastFailure } from "./toast.js";

/**
 * The item of a menu that blocks the author of a post or comment, once the user has read what that does. False for an author who
 * cannot be blocked.
 *
 * @param {{ post_id: string } | { comment_id: string }} target
 * @param {import("campus-api").Schema<"Author"> | null} author
 * @param {() => void} onBlocked
 * @returns {import("./menu.js").MenuItem | false}
 */
export function useBlockItem(target, author, onBlocked) {
  const block = useSubmit((_, idempotencyKey) => api.post("/blocks", { body: /** @type {any} */ (target), idempotencyKey }), {
    onSuccess() {
      forgetOthers();
      toast(t("moderation.blocked"));
      onBlocked();
    },
    onFailure: toastFailure,
  });
  if (!author || author.kind === "withdrawn") return false;
  const ask = async () => {
    const text = `${t(author.kind === "user" ? "moderation.block_user" : "moderation.block_anonymous")} ${t("moderation.block_quiet")}`;
    if (await confirm({ title: t("moderation.block_title", { name: authorName(author) }), text, action: t("moderation.block"), danger: true })) block.run(null);
  };
  return { label: t("moderation.block"), icon: "block", onSelect: ask };
}
