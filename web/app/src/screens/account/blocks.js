// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { authorName } from "../../lib/authors.js";
import { usePagedList } from "../../lib/paged_list.js";
import { useSubmit } from "../../lib/submit.js";
import { Button } from "../../ui/button.js";
import { Avatar, Time } from "../../ui/elements.js";
import { PagedList } from "../../ui/paged_list.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";

/** @typedef {import("campus-api").Schema<"Block">} Block */

/** Whom the user blocks. */
export default function Blocks() {
  const blocks = usePagedList("blocks", (cursor, signal) => api.get("/blocks", { query: { cursor }, signal }));
  return html`<${Screen} title=${t("moderation.blocks")} back="/me/settings">
    <p class="muted small">${t("moderation.blocks_lead")}</p>
    <${PagedList} list=${blocks} label=${t("moderation.blocks")}
      empty=${html`<${EmptyState} icon="block" title=${t("moderation.blocks_empty")} text=${t("moderation.blocks_empty_text")} />`}
      row=${(/** @type {Block} */ block) => html`<${BlockRow} block=${block} onRemoved=${() => blocks.remove(block.id)} />`} />
  <//>`;
}

/** @param {{ block: Block, onRemoved: () => void }} props */
function BlockRow({ block: { id, kind, name, post_id: postId, created_at: createdAt }, onRemoved }) {
  const remove = useSubmit(() => api.delete("/blocks/{id}", { path: { id } }), {
    onSuccess() {
      toast(t("moderation.unblocked"));
      onRemoved();
    },
    onFailure: toastFailure,
  });
  const author = kind === "user" ? authorOf(name) : { kind: /** @type {const} */ ("anonymous"), name };
  const shown = authorName(author);
  return html`<div class="list-row">
    <${Avatar} kind=${author.kind} name=${name} size=${36} />
    <span class="grow">
      <span class="list-row-title clamp-1" dir="auto">${shown}</span>
      <span class="list-row-text">
        ${t(kind === "user" ? "moderation.block_scope_user" : "moderation.block_scope_anonymous")} · <${Time} iso=${createdAt} />
        ${postId && html` · <a class="link" href=${`/posts/${postId}`}>${t("moderation.to_post")}</a>`}
      </span>
    </span>
    <${Button} small busy=${remove.busy} aria-label=${t("moderation.unblock_label", { name: shown })} onClick=${() => remove.run(null)}>${t("moderation.unblock")}<//>
  </div>`;
}

/** The author whom the service names so. @param {string} name @returns {import("campus-api").Schema<"Author">} */
const authorOf = (name) => ({ kind: name === "(알수없음)" ? "withdrawn" : "user", name });
