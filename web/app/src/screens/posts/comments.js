// @ts-check
import { useEffect, useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { authorName } from "../../lib/authors.js";
import { loadDraft } from "../../lib/draft.js";
import { isHiddenState } from "../../lib/hidden.js";
import { usePagedList } from "../../lib/paged_list.js";
import { current } from "../../router.js";
import { PagedList } from "../../ui/paged_list.js";
import { RestrictionNotice } from "../../ui/restriction_notice.js";
import { EmptyState, Skeleton } from "../../ui/states.js";
import { toast } from "../../ui/toast.js";
import { Comment, commentElementId } from "./comment.js";
import { CommentForm, commentDraft } from "./comment_form.js";

/** @typedef {import("campus-api").Schema<"Comment">} CommentData */

/** The most comments on a page of the API. */
const MAX_LIMIT = 50;
/** How many comments to load at most, to find one. */
const MAX_SEARCHED = 500;

/**
 * The comments of a post with their replies, and the form for another one.
 *
 * @param {object} props
 * @param {import("campus-api").Schema<"Post">} props.post
 * @param {any} props.board Null until it is loaded.
 * @param {string | null} props.target The id of the comment to show first.
 * @param {(change: number) => void} props.onCount Called when comments are added or removed.
 * @param {() => void} props.onBlocked Called when the user has blocked the author of a comment.
 */
export function Comments({ post, board, target, onCount, onBlocked }) {
  const comments = usePagedList(`comments:${post.id}`, (cursor, signal) => {
    const query = { cursor, limit: target ? MAX_LIMIT : undefined };
    return api.get("/posts/{id}/comments", { path: { id: post.id }, query, signal });
  });
  useTarget(comments, target);
  const [replyTo, setReplyTo] = useState(/** @returns {import("./comment_form.js").ReplyTo | null} */ () => loadDraft(commentDraft(post))?.reply_to ?? null);

  /** @param {CommentData} added */
  function add(added) {
    onCount(1);
    setReplyTo(null);
    const parent = comments.items.find(({ id }) => id === added.parent_id);
    if (parent) comments.update(parent.id, { replies: [...parent.replies, added] });
    else if (comments.complete) comments.append(added);
    else toast(t("comments.added"));
  }

  /** @param {CommentData} comment @param {Partial<CommentData>} changes */
  function change(comment, changes) {
    const parent = comments.items.find(({ id }) => id === comment.parent_id);
    if (parent) comments.update(parent.id, { replies: parent.replies.map((reply) => (reply.id === comment.id ? { ...reply, ...changes } : reply)) });
    else comments.update(comment.id, changes);
  }

  /** Shows what a deletion leaves: a placeholder while there are replies. @param {CommentData} comment */
  function remove(comment) {
    onCount(-1);
    if (replyTo?.id === comment.id) setReplyTo(null);
    const parent = comments.items.find(({ id }) => id === comment.parent_id);
    if (!parent) {
      if (comment.replies.length > 0) comments.update(comment.id, { is_deleted: true, content: null, author: null });
      else comments.remove(comment.id);
      return;
    }
    const replies = parent.replies.filter(({ id }) => id !== comment.id);
    if (parent.is_deleted && replies.length === 0) comments.remove(parent.id);
    else comments.update(parent.id, { replies });
  }

  const reply = (/** @type {CommentData} */ { id, author }) => setReplyTo({ id, name: author ? authorName(author) : "" });
  const isHidden = isHiddenState(post.state);
  const canWrite = board && !board.is_archived && !isHidden;
  const actions = { change, remove, reply: canWrite ? reply : null, onBlocked: () => (comments.refresh(), onBlocked()) };
  const empty = isHidden
    ? html`<${EmptyState} small icon="comment" title=${t(post.is_mine ? "comments.empty" : "moderation.no_comments")} />`
    : html`<${EmptyState} small icon="comment" title=${t("comments.empty")} text=${t("comments.empty_text")} />`;
  return html`<section aria-labelledby="comments" class="comments">
    <h2 id="comments" class="comments-title">${t("comments.title")} <span class="nums muted">${post.comment_count}</span></h2>
    <${PagedList} list=${comments} label=${t("comments.title")} skeleton=${html`<${Skeleton} rows=${3} />`} empty=${empty}
      row=${(/** @type {CommentData} */ comment) => html`
        <${Comment} comment=${comment} actions=${actions} />
        ${comment.replies.map((reply) => html`<${Comment} key=${reply.id} comment=${reply} actions=${actions} isReply />`)}`} />
    ${canWrite && html`<${RestrictionNotice} />`}
    ${isHidden && post.is_mine && html`<p class="muted small comments-closed">${t("moderation.no_writing")}</p>`}
    ${canWrite && html`<${CommentForm} post=${post} board=${board} replyTo=${replyTo} onCancelReply=${() => setReplyTo(null)} onAdded=${add} />`}
  </section>`;
}

/**
 * Loads the comments up to one, and goes to it.
 *
 * @param {import("../../lib/paged_list.js").PagedListState<CommentData>} list
 * @param {string | null} target
 */
function useTarget(list, target) {
  const isFound = list.items.some(({ id, replies }) => id === target || replies.some((reply) => reply.id === target));
  useEffect(() => {
    if (target && !isFound && list.items.length < MAX_SEARCHED) list.more();
  }, [list.items.length, list.status]);
  useEffect(() => {
    // After going back, the user is where they were.
    if (!isFound || current.peek().by === "pop") return;
    const element = document.getElementById(commentElementId(target));
    if (!element) return;
    element.classList.add("comment-target");
    element.tabIndex = -1;
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
  }, [isFound, target]);
}
