// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { navigate } from "../../router.js";
import { Dialog } from "../../ui/dialog.js";
import { Form, TextArea } from "../../ui/form.js";
import { RestrictionNotice } from "../../ui/restriction_notice.js";
import { toast } from "../../ui/toast.js";
import { checkMessage } from "./check_message.js";

/** @typedef {{ post_id: string } | { comment_id: string }} Target */

/**
 * Writes the first message to the author of a post or comment.
 *
 * @param {{ open: boolean, onClose: () => void, target: Target, name: string }} props `name`: the author as shown.
 */
export function MessageDialog({ open, onClose, target, name }) {
  return html`<${Dialog} open=${open} onClose=${onClose} title=${t("messages.new_title", { name })}><${Editor} target=${target} /><//>`;
}

/** @param {{ target: Target }} props */
function Editor({ target }) {
  const form = useForm({
    initial: { content: "" },
    draft: `message:${JSON.stringify(target)}`,
    check: checkMessage,
    send: ({ content }, idempotencyKey) => api.post("/messages", { body: /** @type {any} */ ({ ...target, content }), idempotencyKey }),
    onSuccess(thread) {
      toast(t("messages.sent"));
      navigate(`/messages/${thread.id}`);
    },
  });
  return html`<${Form} form=${form} submit=${t("messages.send")}>
    <${RestrictionNotice} />
    <p class="muted small">${t("messages.anonymous_note")}</p>
    <${TextArea} form=${form} name="content" label=${t("messages.content")} hideLabel max=${1000} rows=${4} placeholder=${t("messages.content_hint")} />
  <//>`;
}
