// @ts-check
import { signal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../i18n/index.js";
import { html } from "../html.js";
import { Button, IconButton } from "./button.js";

/**
 * A modal dialog; on a phone it comes from the bottom as a sheet. Escape, the backdrop and the close button call `onClose`.
 *
 * @param {object} props
 * @param {boolean} props.open
 * @param {() => void} props.onClose
 * @param {string} props.title
 * @param {any} [props.actions] Buttons at the bottom.
 * @param {boolean} [props.alert] A question that wants an answer: no close button.
 * @param {any} [props.children]
 */
export function Dialog({ open, onClose, title, actions, alert, children }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const dialog = element.current;
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    dialog?.showModal();
    return () => {
      dialog?.close();
      before?.focus?.({ preventScroll: true });
    };
  }, [open]);
  if (!open) return null;
  return html`<dialog ref=${element} class="dialog" role=${alert ? "alertdialog" : undefined} aria-labelledby=${id}
    onCancel=${(/** @type {Event} */ event) => (event.preventDefault(), onClose())}
    onClick=${(/** @type {Event} */ event) => event.target === element.current && onClose()}>
    <div class="dialog-box">
      <header class="dialog-head">
        <h2 id=${id}>${title}</h2>
        ${!alert && html`<${IconButton} icon="close" label=${t("common.close")} onClick=${onClose} />`}
      </header>
      <div class="dialog-body">${children}</div>
      ${actions && html`<footer class="dialog-actions">${actions}</footer>`}
    </div>
  </dialog>`;
}

/** @type {import("@preact/signals").Signal<null | { title: string, text?: string, action: string, danger?: boolean, answer: (yes: boolean) => void }>} */
const question = signal(null);

/**
 * Asks before something that cannot be undone: `if (await confirm({ title, text, action: t("common.delete"), danger: true })) …`
 *
 * @param {{ title: string, text?: string, action: string, danger?: boolean }} options
 * @returns {Promise<boolean>}
 */
export function confirm(options) {
  question.value?.answer(false);
  return new Promise((resolve) => {
    question.value = {
      ...options,
      answer(yes) {
        question.value = null;
        resolve(yes);
      },
    };
  });
}

// The back button leaves the screen that asks.
addEventListener("popstate", () => question.value?.answer(false));

/** Shows the question of `confirm`. Stands once in the shell. */
export function ConfirmHost() {
  if (!question.value) return null;
  const { title, text, action, danger, answer } = question.value;
  const actions = html`
    <${Button} onClick=${() => answer(false)}>${t("common.cancel")}<//>
    <${Button} kind=${danger ? "danger" : "primary"} onClick=${() => answer(true)}>${action}<//>`;
  return html`<${Dialog} open alert title=${title} onClose=${() => answer(false)} actions=${actions}>${text && html`<p class="muted">${text}</p>`}<//>`;
}
