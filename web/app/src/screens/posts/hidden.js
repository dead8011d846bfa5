// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { hiddenText } from "../../lib/hidden.js";
import { useHidePost } from "../../lib/hide_post.js";
import { usePagedList } from "../../lib/paged_list.js";
import { Button } from "../../ui/button.js";
import { PagedList } from "../../ui/paged_list.js";
import { PostRow } from "../../ui/post_row.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, Skeleton } from "../../ui/states.js";

/** @typedef {import("campus-api").Schema<"ListedPost">} ListedPost */

/** The posts that the user hides from their lists. */
export default function Hidden() {
  const posts = usePagedList("hidden", (cursor, signal) => api.get("/posts/hidden", { query: { cursor }, signal }));
  const empty = html`<${EmptyState} icon="eye-off" title=${t("moderation.hidden_empty")} text=${t("moderation.hidden_empty_text")} />`;
  return html`<${Screen} title=${t("moderation.hidden_posts")} back="/me/settings">
    <${PagedList} list=${posts} label=${t("moderation.hidden_posts")} empty=${empty} skeleton=${html`<${Skeleton} rows=${6} lines=${3} />`}
      row=${(/** @type {ListedPost} */ post) => html`<${HiddenRow} post=${post} onShown=${() => posts.remove(post.id)} />`} />
  <//>`;
}

/** @param {{ post: ListedPost, onShown: () => void }} props */
function HiddenRow({ post, onShown }) {
  const { show, busy } = useHidePost(post.id, onShown);
  const label = t("moderation.unhide_label", { title: post.title ?? hiddenText(post.state) });
  return html`<div class="hidden-row">
    <${PostRow} post=${post} />
    <${Button} small busy=${busy} aria-label=${label} onClick=${show}>${t("moderation.unhide")}<//>
  </div>`;
}
