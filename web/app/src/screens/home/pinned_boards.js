// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useResource } from "../../lib/resource.js";
import { Button } from "../../ui/button.js";
import { Card, Time } from "../../ui/elements.js";
import { EmptyState, Loaded, Skeleton } from "../../ui/states.js";

/**
 * The pinned boards in the order pinned, each with the title of its newest post.
 *
 * @param {{ boards: import("../../lib/resource.js").Resource<any> }} props
 */
export function PinnedBoards({ boards }) {
  const all = html`<${Button} href="/boards" kind="ghost" small aria-label=${t("home.all_boards")}>${t("home.see_all")}<//>`;
  return html`<${Card} title=${t("home.pinned")} flush action=${all}>
    <${Loaded} resource=${boards} skeleton=${html`<${Skeleton} rows=${4} lines=${1} />`}>
      ${(/** @type {any} */ { items }) =>
        items.length === 0
          ? html`<${EmptyState} small icon="pin" title=${t("home.no_pins_title")} text=${t("home.no_pins_text")}>
              <${Button} kind="primary" href="/boards">${t("home.find_boards")}<//>
            <//>`
          : html`<ul class="pinned">${items.map((/** @type {any} */ board) => html`<li key=${board.id}><${PinnedBoard} board=${board} /></li>`)}</ul>`}
    <//>
  <//>`;
}

/** @param {{ board: import("campus-api").Schema<"Board"> }} props */
function PinnedBoard({ board }) {
  const newest = useResource(`newest:${board.id}`, (signal) => api.get("/boards/{id}/posts", { path: { id: board.id }, query: { limit: 1 }, signal }));
  const post = newest.data?.items[0];
  return html`<a class="pinned-row" href="/boards/${board.id}">
    <strong class="pinned-name clamp-1">${board.name}</strong>
    <span class="pinned-post clamp-1" dir="auto">
      ${post ? post.title : newest.data ? t("home.no_post") : html`<span class="skeleton pinned-skeleton"></span>`}
    </span>
    ${post && html`<${Time} iso=${post.created_at} />`}
  </a>`;
}
