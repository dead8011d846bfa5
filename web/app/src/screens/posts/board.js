// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { usePagedList } from "../../lib/paged_list.js";
import { useResource } from "../../lib/resource.js";
import { useSubmit } from "../../lib/submit.js";
import { refreshPins } from "../../live.js";
import { Button, IconButton } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { PagedList } from "../../ui/paged_list.js";
import { PostRow } from "../../ui/post_row.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, ErrorState, Skeleton } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";

/** A board with its posts, newest first. @param {{ params: { id: string } }} props */
export default function Board({ params: { id } }) {
  const board = useResource(`board:${id}`, (signal) => api.get("/boards/{id}", { path: { id }, signal }));
  const posts = usePagedList(`posts:${id}`, (cursor, signal) => api.get("/boards/{id}/posts", { path: { id }, query: { cursor }, signal }));
  if (board.status === "failed") {
    return html`<${Screen} title=${t("common.boards")} back="/boards"><${ErrorState} problem=${board.problem} retry=${board.reload} /><//>`;
  }
  const { data } = board;
  const canWrite = data && !data.is_archived;
  const empty = html`<${EmptyState} icon="edit" title=${t("posts.board_empty")} text=${canWrite ? t("posts.board_empty_text") : undefined}>
    ${canWrite && html`<${Button} kind="primary" href="/boards/${id}/write">${t("posts.write")}<//>`}
  <//>`;
  return html`<${Screen} title=${data?.name ?? t("common.boards")} subtitle=${data?.description} back="/boards" actions=${data && html`<${Actions} board=${data} change=${board.change} />`}>
    ${data?.is_archived && html`<p class="notice"><${Icon} name="archive" size=${20} />${t("posts.archived")}</p>`}
    <${PagedList} list=${posts} label=${t("posts.list")} empty=${empty} skeleton=${html`<${Skeleton} rows=${6} lines=${3} />`}
      row=${(/** @type {any} */ post) => html`<${PostRow} post=${post} />`} />
    ${canWrite && html`<a class="write-button" href="/boards/${id}/write"><${Icon} name="edit" size=${20} /><span>${t("posts.write")}</span></a>`}
  <//>`;
}

/** @param {{ board: any, change: (change: (board: any) => any) => void }} props */
function Actions({ board, change }) {
  const pin = useSubmit(async (/** @type {boolean} */ pinned) => {
    const path = { id: board.id };
    change((before) => ({ ...before, is_pinned: pinned }));
    try {
      await (pinned ? api.put("/boards/{id}/pin", { path }) : api.delete("/boards/{id}/pin", { path }));
    } catch (failure) {
      change((before) => ({ ...before, is_pinned: !pinned }));
      toastFailure(failure);
      return;
    }
    toast(t(pinned ? "posts.pinned" : "posts.unpinned"));
    refreshPins().catch(() => {});
  });
  const { is_pinned: pinned } = board;
  return html`
    <${IconButton} icon="pin" filled=${pinned} pressed=${pinned} label=${t(pinned ? "posts.unpin" : "posts.pin")} onClick=${() => pin.run(!pinned)} />
    ${board.can_manage && html`<${IconButton} icon="settings" href="/boards/${board.id}/settings" label=${t("posts.board_settings")} />`}`;
}
