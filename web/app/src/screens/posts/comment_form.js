// @ts-check
import { useEffect, useRef } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { IconButton } from "../../ui/button.js";
import { Checkbox, Form, TextArea } from "../../ui/form.js";
import { Icon } from "../../ui/icon.js";
import { anonymity, rememberAnonymity } from "./anonymity.js";

/** The comment that a reply belongs to, and its author in words. @typedef {{ id: string, name: string }} ReplyTo */

/** The name of the draft. @param {{ id: string }} post */
export const commentDraft = ({ id }) => `comment:${id}`;

/**
 * Writes a comment, or a reply to `replyTo`.
 *
 * @param {object} props
 * @param {{ id: string }} props.post
 * @param {any} props.board
 * @param {ReplyTo | null} props.replyTo
 * @param {() => void} props.onCancelReply
 * @param {(comment: any) => void} props.onAdded
 */
export function CommentForm({ post, board, replyTo, onCancelReply, onAdded }) {
  const form = useForm({
    initial: { content: "", is_anonymous: anonymity(board), reply_to: /** @type {ReplyTo | null} */ (null) },
    draft: commentDraft(post),
    unstored: ["is_anonymous"],
    check: ({ content }) => ({ content: content.trim() ? undefined : t("common.required_field") }),
    send: ({ content, is_anonymous, reply_to }, idempotencyKey) =>
      api.post("/posts/{id}/comments", {
        path: { id: post.id },
        body: { content, is_anonymous: anonymity(board, is_anonymous), ...(reply_to ? { parent_id: reply_to.id } : null) },
        idempotencyKey,
      }),
    onSuccess(comment) {
      form.reset();
      onAdded(comment);
    },
  });
  const shown = useRef(replyTo?.id);
  useEffect(() => {
    if (shown.current === replyTo?.id) return;
    shown.current = replyTo?.id;
    form.set({ reply_to: replyTo });
    if (replyTo) /** @type {HTMLElement | null} */ (form.element.current?.querySelector("textarea"))?.focus();
  }, [replyTo?.id]);

  return html`<${Form} form=${form} class="comment-form" label=${t("comments.content")}>
    ${replyTo &&
    html`<p class="comment-form-reply small">
      <span class="grow">${t("comments.reply_to", { name: replyTo.name })}</span>
      <${IconButton} icon="close" label=${t("comments.cancel_reply")} onClick=${onCancelReply} />
    </p>`}
    <div class="comment-form-row">
      ${board.anonymity === "optional" &&
      html`<${Checkbox} label=${t("posts.anonymous")} checked=${form.values.is_anonymous}
        onChange=${(/** @type {boolean} */ is_anonymous) => (rememberAnonymity(is_anonymous), form.set({ is_anonymous }))} />`}
      <div class="grow">
        <${TextArea} form=${form} name="content" label=${t("comments.content")} hideLabel rows=${1} max=${300} placeholder=${t(replyTo ? "comments.reply_hint" : "comments.content_hint")} />
      </div>
      <button type="submit" class="send-button" aria-label=${t("comments.send")} aria-busy=${form.busy}><${Icon} name="send" /></button>
    </div>
  <//>`;
}
