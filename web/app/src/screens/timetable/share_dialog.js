// @ts-check
import { useRef, useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { copyText } from "../../lib/clipboard.js";
import { useSubmit } from "../../lib/submit.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { failureText, toast } from "../../ui/toast.js";

/**
 * Creates, shows, sends and revokes the share link. The service tells the link only once, when it is created.
 *
 * @param {object} props
 * @param {import("./store.js").Timetable} props.timetable
 * @param {() => void} props.onClose
 */
export function ShareDialog({ timetable, onClose }) {
  const [link, setLink] = useState("");
  const path = { id: timetable.id };
  const create = useSubmit((_, idempotencyKey) => api.post("/timetables/{id}/share", { path, idempotencyKey }), {
    onSuccess: ({ token }) => setLink(`${location.origin}/shared#${token}`),
  });
  const revoke = useSubmit(() => api.delete("/timetables/{id}/share", { path }), {
    onSuccess() {
      setLink("");
      toast(t("timetable.share_revoked"));
    },
  });
  const failure = create.failure ?? revoke.failure;
  return html`<${Dialog} open title=${t("timetable.share_title")} onClose=${onClose}>
    <div class="stack">
      <p class="muted">${t("timetable.share_text")}</p>
      ${link && html`<${Link} link=${link} name=${timetable.name} />`}
      ${failure && html`<p class="notice notice-danger" role="alert">${failureText(failure)}</p>`}
      <div class="stack-2">
        <${Button} kind=${link ? "secondary" : "primary"} wide icon="link" busy=${create.busy} onClick=${() => create.run(null)}>
          ${t("timetable.share_create")}
        <//>
        <${Button} kind="ghost" wide busy=${revoke.busy} onClick=${() => revoke.run(null)}>${t("timetable.share_revoke")}<//>
      </div>
      <p class="muted small">${t("timetable.share_once")}</p>
    </div>
  <//>`;
}

/** @param {{ link: string, name: string }} props */
function Link({ link, name }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const canSend = typeof navigator.share === "function";

  async function copy() {
    toast(t((await copyText(link)) ? "timetable.share_copied" : "timetable.share_copy_failed"));
  }
  async function send() {
    try {
      await navigator.share({ title: name, url: link });
    } catch (error) {
      // Closing the system's sheet is not a failure.
      if (!(error instanceof DOMException) || error.name !== "AbortError") await copy();
    }
  }
  return html`<div class="stack-2">
    <label class="field">
      <span class="field-label">${t("timetable.share_link")}</span>
      <input ref=${field} class="input" readonly value=${link} onFocus=${() => field.current?.select()} />
    </label>
    <div class="row">
      <${Button} kind="primary" icon="copy" wide onClick=${copy}>${t("timetable.share_copy")}<//>
      ${canSend && html`<${Button} icon="share" wide onClick=${send}>${t("timetable.share_send")}<//>`}
    </div>
  </div>`;
}
