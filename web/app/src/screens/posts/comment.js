// @ts-check
import { useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { authorName } from "../../lib/authors.js";
import { hiddenText } from "../../lib/hidden.js";
import { useSubmit } from "../../lib/submit.js";
import { user } from "../../session.js";
import { useBlockItem } from "../../ui/block.js";
import { IconButton } from "../../ui/button.js";
import { confirm } from "../../ui/dialog.js";
import { Avatar, Tag, TimeButton, UserText } from "../../ui/elements.js";
import { Icon } from "../../ui/icon.js";
import { Menu } from "../../ui/menu.js";
import { OwnHiddenButton } from "../../ui/own_hidden.js";
import { ReportDialog, reportItem } from "../../ui/report.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { MessageDialog } from "../messages/message_dialog.js";
import { useLike } from "./reactions.js";

/** @typedef {import("campus-api").Schema<"Comment">} CommentData */
/**
 * @typedef {object} CommentActions
 * @property {(comment: CommentData, changes: Partial<CommentData>) => void} change
 * @property {(comment: CommentData) => void} remove
 * @property {((comment: CommentData) => void) | null} reply Null if nobody may comment.
 * @property {() => void} onBlocked Called when the user has blocked the author.
 */

/** @param {string | null} id Of the comment. */
export const commentElementId = (id) => `comment-${id}`;

/**
 * A comment or reply; a placeholder if it is deleted or hidden from the user.
 *
 * @param {{ comment: CommentData, actions: CommentActions, isReply?: boolean }} props
 */
export function Comment({ comment, actions, isReply }) {
  const { author, moderation } = comment;
  const changed = (/** @type {CommentData["moderation"]} */ moderation) => actions.change(comment, { moderation });
  return html`<article class=${isReply ? "comment comment-reply" : "comment"} id=${commentElementId(comment.id)}>
    ${isReply && html`<${Icon} name="reply" size=${16} />`}
    ${comment.is_deleted || !author
      ? html`<p class="muted">${placeholder(comment)}</p>`
      : html`<div class="grow stack-1">
          <header class="row">
            <${Avatar} kind=${author.kind} name=${author.name} size=${28} />
            <p class="comment-author clamp-1 grow">
              ${authorName(author)} ${author.is_post_author && author.kind === "user" && html`<${Tag} tone="brand">${t("comments.post_author")}<//>`}
            </p>
            <${CommentButtons} comment=${comment} actions=${actions} isReply=${isReply} />
          </header>
          <p class="comment-content"><${UserText} text=${comment.content ?? ""} /></p>
          ${moderation &&
          html`<div class="own-hidden-row">
            <${OwnHiddenButton} ...${{ subject: { comment_id: comment.id }, state: comment.state, moderation }} onChange=${changed} />
          </div>`}
          <p class="comment-foot">
            <${TimeButton} iso=${comment.created_at} />
            ${comment.like_count > 0 &&
            html`<span class="count count-like nums"><${Icon} name="heart" size=${14} filled=${comment.liked} /><span aria-hidden="true">${comment.like_count}</span><span class="visually-hidden">${t("comments.likes", { count: comment.like_count })}</span></span>`}
          </p>
        </div>`}
  </article>`;
}

/** What stands in place of a comment that is deleted or hidden from the user. @param {CommentData} comment */
function placeholder({ is_deleted: isDeleted, is_blocked: isBlocked, state }) {
  if (isDeleted) return t("comments.deleted");
  return isBlocked ? t("moderation.blocked_comment") : hiddenText(state);
}

/** @param {{ comment: CommentData, actions: CommentActions, isReply?: boolean }} props */
function CommentButtons({ comment, actions, isReply }) {
  const [dialog, setDialog] = useState(/** @type {"message" | "report" | null} */ (null));
  const path = { id: comment.id };
  const like = useLike(() => api.post("/comments/{id}/like", { path }), (changes) => actions.change(comment, changes));
  const remove = useSubmit(() => api.delete("/comments/{id}", { path }), {
    onSuccess() {
      actions.remove(comment);
      toast(t("comments.was_deleted"));
    },
    onFailure: toastFailure,
  });
  const askAndRemove = async () => {
    if (await confirm({ title: t("comments.delete_title"), text: t("comments.delete_text"), action: t("comments.delete"), danger: true })) remove.run(null);
  };
  const block = useBlockItem({ comment_id: comment.id }, comment.author, actions.onBlocked);
  const name = comment.author ? authorName(comment.author) : "";
  const subject = { comment_id: comment.id };
  const close = () => setDialog(null);
  const mayDelete = comment.is_mine || user.value?.role === "admin";
  return html`<div class="comment-buttons">
    ${!isReply && !comment.moderation && actions.reply && html`<${IconButton} icon="comment" label=${`${name}: ${t("comments.reply")}`} onClick=${() => actions.reply?.(comment)} />`}
    ${!comment.is_mine &&
    html`<${IconButton} icon="heart" filled=${comment.liked} pressed=${comment.liked} label=${`${name}: ${t("comments.like")}`} aria-busy=${like.busy}
      onClick=${comment.liked ? undefined : () => like.run(null)} />`}
    <${Menu} label=${t("comments.menu", { name })} items=${[
      !comment.is_mine && comment.author?.kind !== "withdrawn" && { label: t("comments.send_message"), icon: "mail", onSelect: () => setDialog("message") },
      !comment.is_mine && reportItem(() => setDialog("report")),
      !comment.is_mine && block,
      mayDelete && { label: t("comments.delete"), icon: "trash", danger: true, onSelect: askAndRemove },
    ]} />
    <${MessageDialog} open=${dialog === "message"} onClose=${close} target=${subject} name=${name} />
    <${ReportDialog} open=${dialog === "report"} onClose=${close} subject=${subject} path=${`/posts/${comment.post_id}?comment=${comment.id}`} />
  </div>`;
}
