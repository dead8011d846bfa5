// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { usePagedList } from "../../lib/paged_list.js";
import { useResource } from "../../lib/resource.js";
import { user } from "../../session.js";
import { Button, IconButton } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { PagedList } from "../../ui/paged_list.js";
import { PinButton } from "../../ui/pin_button.js";
import { PostRow } from "../../ui/post_row.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, ErrorState, Skeleton } from "../../ui/states.js";

/** A board with its posts, newest first. @param {{ params: { id: string } }} props */
export default function Board({ params: { id } }) {
  const board = useResource(`board:${id}`, (signal) => api.get("/boards/{id}", { path: { id }, signal }));
  const posts = usePagedList(`posts:${id}`, (cursor, signal) => api.get("/boards/{id}/posts", { path: { id }, query: { cursor }, signal }));
  if (board.status === "failed") {
    return html`<${Screen} title=${t("common.boards")} back="/boards"><${ErrorState} problem=${board.problem} retry=${board.reload} /><//>`;
  }
  const { data } = board;
  const canWrite = data && !data.is_archived && (data.posting === "everyone" || user.value?.role === "admin");
  const empty = html`<${EmptyState} icon="edit" title=${t("posts.board_empty")} text=${canWrite ? t("posts.board_empty_text") : undefined}>
    ${canWrite && html`<${Button} kind="primary" href="/boards/${id}/write">${t("posts.write")}<//>`}
  <//>`;
  return html`<${Screen} title=${data?.name ?? t("common.boards")} subtitle=${data?.description ?? ""} back="/boards" actions=${data && html`<${Actions} board=${data} />`}>
    ${data?.is_archived && html`<p class="notice"><${Icon} name="archive" size=${20} />${t("posts.archived")}</p>`}
    ${data?.posting === "admins" && !data.is_archived && html`<p class="notice"><${Icon} name="info" size=${20} />${t("posts.admins_only")}</p>`}
    <${PagedList} list=${posts} label=${t("posts.list")} empty=${empty} skeleton=${html`<${Skeleton} rows=${6} lines=${3} />`}
      row=${(/** @type {any} */ post) => html`<${PostRow} post=${post} />`} />
    ${canWrite && html`<a class="write-button" href="/boards/${id}/write"><${Icon} name="edit" size=${20} /><span>${t("posts.write")}</span></a>`}
  <//>`;
}

/** @param {{ board: import("campus-api").Schema<"Board"> }} props */
function Actions({ board }) {
  return html`
    <${IconButton} icon="search" href="/search?board=${board.id}" label=${t("common.search_posts")} />
    <${PinButton} board=${board} />
    ${board.can_manage && html`<${IconButton} icon="settings" href="/boards/${board.id}/settings" label=${t("posts.board_settings")} />`}`;
}
