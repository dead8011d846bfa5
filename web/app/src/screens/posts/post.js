// @ts-check
import { useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { authorName } from "../../lib/authors.js";
import { changeEverywhere, removeEverywhere } from "../../lib/cache.js";
import { useResource } from "../../lib/resource.js";
import { useSubmit } from "../../lib/submit.js";
import { goBack, navigate } from "../../router.js";
import { user } from "../../session.js";
import { confirm } from "../../ui/dialog.js";
import { Avatar, Tag, TimeButton, UserText } from "../../ui/elements.js";
import { Menu } from "../../ui/menu.js";
import { Screen } from "../../ui/screen.js";
import { Loaded, Skeleton } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { MessageDialog } from "../messages/message_dialog.js";
import { Comments } from "./comments.js";
import { Gallery } from "./gallery.js";
import { Reactions } from "./reactions.js";

/** A post with its comments. @param {{ params: { id: string } }} props */
export default function PostScreen({ params: { id } }) {
  const post = useResource(`post:${id}`, (signal) => api.get("/posts/{id}", { path: { id }, signal }));
  const boardId = post.data?.board_id ?? null;
  const board = useResource(boardId && `board:${boardId}`, (signal) => api.get("/boards/{id}", { path: { id: boardId ?? "" }, signal }));
  return html`<${Screen} title=${board.data?.name ?? t("common.boards")} page=${post.data?.title} back=${boardId ? `/boards/${boardId}` : "/boards"}
    actions=${post.data && html`<${PostMenu} post=${post.data} />`}>
    <${Loaded} resource=${post} skeleton=${html`<${Skeleton} rows=${1} lines=${8} />`}>
      ${(/** @type {any} */ data) => html`
        <${Article} post=${data} />
        <${Comments} post=${data} board=${board.data} onCount=${(/** @type {number} */ change) => changeEverywhere(data.id, { comment_count: data.comment_count + change })} />`}
    <//>
  <//>`;
}

/** @param {{ post: import("campus-api").Schema<"Post"> }} props */
function Article({ post }) {
  const { author } = post;
  return html`<article class="card card-body post">
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
    <h2 class="post-title user-text" dir="auto">${post.title ?? t("common.hidden")}</h2>
    <p class="post-content"><${UserText} text=${post.content ?? ""} /></p>
    <${Gallery} pictures=${post.media} />
    <${Reactions} post=${post} />
  </article>`;
}

/** @param {{ post: any }} props */
function PostMenu({ post }) {
  const [writing, setWriting] = useState(false);
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
  const mayDelete = post.is_mine || user.value?.role === "admin";
  return html`
    <${Menu} label=${t("posts.menu")} items=${[
      !post.is_mine && post.author && post.author.kind !== "withdrawn" && { label: t("posts.send_message"), icon: "mail", onSelect: () => setWriting(true) },
      post.is_mine && { label: t("posts.edit"), icon: "edit", onSelect: () => navigate(`/posts/${post.id}/edit`) },
      mayDelete && { label: t("posts.delete"), icon: "trash", danger: true, onSelect: askAndRemove },
    ]} />
    <${MessageDialog} open=${writing} onClose=${() => setWriting(false)} target=${{ post_id: post.id }} name=${authorName(post.author)} />`;
}
