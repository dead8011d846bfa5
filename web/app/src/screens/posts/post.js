// @ts-check
import { useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { authorName } from "../../lib/authors.js";
import { changeEverywhere, removeEverywhere } from "../../lib/cache.js";
import { hiddenText, isHiddenState } from "../../lib/hidden.js";
import { useHidePost } from "../../lib/hide_post.js";
import { useMutePost } from "../../lib/mute_post.js";
import { useResource } from "../../lib/resource.js";
import { useSubmit } from "../../lib/submit.js";
import { goBack, navigate } from "../../router.js";
import { user } from "../../session.js";
import { useBlockItem } from "../../ui/block.js";
import { Button } from "../../ui/button.js";
import { confirm } from "../../ui/dialog.js";
import { Avatar, Tag, TimeButton, UserText } from "../../ui/elements.js";
import { Icon } from "../../ui/icon.js";
import { Menu } from "../../ui/menu.js";
import { OwnHiddenNotice } from "../../ui/own_hidden.js";
import { ReportDialog, reportItem } from "../../ui/report.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, Loaded, Skeleton } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { MessageDialog } from "../messages/message_dialog.js";
import { Comments } from "./comments.js";
import { Gallery } from "./gallery.js";
import { Reactions } from "./reactions.js";

/** A post with its comments, at the one that the query names. @param {{ params: { id: string }, query: URLSearchParams }} props */
export default function PostScreen({ params: { id }, query }) {
  const post = useResource(`post:${id}`, (signal) => api.get("/posts/{id}", { path: { id }, signal }));
  const boardId = post.data?.board_id ?? null;
  const board = useResource(boardId && `board:${boardId}`, (signal) => api.get("/boards/{id}", { path: { id: boardId ?? "" }, signal }));
  return html`<${Screen} title=${board.data?.name ?? t("common.boards")} page=${pageTitle(post.data)} back=${boardId ? `/boards/${boardId}` : "/boards"}
    actions=${post.data && html`<${PostMenu} post=${post.data} />`}>
    <${Loaded} resource=${post} skeleton=${html`<${Skeleton} rows=${1} lines=${8} />`}>
      ${(/** @type {any} */ data) => html`
        <${Article} post=${data} />
        <${Comments} post=${data} board=${board.data} target=${query.get("comment")} onBlocked=${post.reload} onCount=${(/** @type {number} */ change) => changeEverywhere(data.id, { comment_count: data.comment_count + change })} />`}
    <//>
  <//>`;
}

/** @typedef {import("campus-api").Schema<"Post">} PostData */

/** @param {PostData | null} post */
const pageTitle = (post) => (post ? (post.title ?? hiddenText(post.state)) : undefined);

/** @param {{ post: PostData }} props */
function Article({ post }) {
  const { author, moderation } = post;
  if (post.title === null) return html`<${HiddenArticle} post=${post} />`;
  const changed = (/** @type {PostData["moderation"]} */ changes) => changeEverywhere(post.id, { moderation: changes });
  return html`
    ${moderation && html`<${OwnHiddenNotice} subject=${{ post_id: post.id }} state=${post.state} moderation=${moderation} onChange=${changed} />`}
    <${HideNotice} post=${post} />
    <article class="card card-body post">
      <header class="row">
        <${Avatar} kind=${author?.kind} name=${author?.name} size=${40} />
        <div class="grow">
          <p class="post-author clamp-1">${authorName(author)}</p>
          <p class="post-times">
            <${TimeButton} iso=${post.created_at} />
            ${post.edited_at && html`<${TimeButton} iso=${post.edited_at} label=${t("posts.edited")} />`}
          </p>
        </div>
        ${post.is_question && html`<${Tag} tone="brand">${t("posts.question")}<//>`}
      </header>
      <h2 class="post-title user-text" dir="auto">${post.title}</h2>
      <p class="post-content"><${UserText} text=${post.content ?? ""} /></p>
      <${Gallery} pictures=${post.media} />
      ${!moderation && html`<${Reactions} post=${post} />`}
    </article>`;
}

/** The place of a post that moderation hides. @param {{ post: PostData }} props */
function HiddenArticle({ post }) {
  const { state } = post;
  const text = isHiddenState(state) ? t(`moderation.${state}_text`) : undefined;
  return html`
    <${HideNotice} post=${post} />
    <article class="card">
      <${EmptyState} icon="eye-off" title=${hiddenText(state)} text=${text}>
        ${post.scrapped && html`<${Unscrap} id=${post.id} />`}
      <//>
    </article>`;
}

/** @param {{ id: string }} props */
function Unscrap({ id }) {
  const remove = useSubmit(() => api.delete("/posts/{id}/scrap", { path: { id } }), {
    onSuccess() {
      changeEverywhere(id, { scrapped: false });
      toast(t("posts.scrap_removed"));
    },
    onFailure: toastFailure,
  });
  return html`<${Button} icon="scrap" busy=${remove.busy} onClick=${() => remove.run(null)}>${t("posts.unscrap")}<//>`;
}

/** Says that the user hides the post from their lists. @param {{ post: PostData }} props */
function HideNotice({ post }) {
  const { show, busy } = useHidePost(post.id);
  if (!post.hidden) return null;
  return html`<aside class="notice notice-action" aria-label=${t("moderation.hidden_posts")}>
    <${Icon} name="eye-off" size=${20} />
    <p class="grow">${t("moderation.is_hidden")}</p>
    <${Button} small busy=${busy} onClick=${show}>${t("moderation.unhide")}<//>
  </aside>`;
}

/** @param {{ post: PostData }} props */
function PostMenu({ post }) {
  const [dialog, setDialog] = useState(/** @type {"message" | "report" | null} */ (null));
  const remove = useSubmit(() => api.delete("/posts/{id}", { path: { id: post.id } }), {
    onSuccess() {
      removeEverywhere(post.id);
      toast(t("posts.deleted"));
      goBack(`/boards/${post.board_id}`);
    },
    onFailure: toastFailure,
  });
  const askAndRemove = async () => {
    if (await confirm({ title: t("posts.delete_title"), text: t("posts.delete_text"), action: t("posts.delete"), danger: true })) remove.run(null);
  };
  const { hide } = useHidePost(post.id);
  const mute = useMutePost(post.id);
  const block = useBlockItem({ post_id: post.id }, post.author, () => goBack(`/boards/${post.board_id}`));
  const isOthers = !post.is_mine;
  const isShown = post.title !== null;
  const mayDelete = post.is_mine || user.value?.role === "admin";
  const subject = { post_id: post.id };
  const close = () => setDialog(null);
  return html`
    <${Menu} label=${t("posts.menu")} items=${[
      isOthers && post.author && post.author.kind !== "withdrawn" && { label: t("posts.send_message"), icon: "mail", onSelect: () => setDialog("message") },
      post.is_mine && !post.moderation && { label: t("posts.edit"), icon: "edit", onSelect: () => navigate(`/posts/${post.id}/edit`) },
      post.muted
        ? { label: t("moderation.unmute"), icon: "bell", onSelect: () => mute(false) }
        : { label: t("moderation.mute"), icon: "bell-off", onSelect: () => mute(true) },
      isOthers && !post.hidden && { label: t("moderation.hide"), icon: "eye-off", onSelect: hide },
      isOthers && isShown && reportItem(() => setDialog("report")),
      isOthers && block,
      mayDelete && { label: t("posts.delete"), icon: "trash", danger: true, onSelect: askAndRemove },
    ]} />
    <${MessageDialog} open=${dialog === "message"} onClose=${close} target=${subject} name=${authorName(post.author)} />
    <${ReportDialog} open=${dialog === "report"} onClose=${close} subject=${subject} path=${`/posts/${post.id}`} />`;
}
