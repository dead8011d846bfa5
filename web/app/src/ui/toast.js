// @ts-check
import { signal } from "@preact/signals";
import { NetworkError, Problem } from "campus-api";
import { t } from "../i18n/index.js";
import { html } from "../html.js";
import { navigate } from "../router.js";
import { Button } from "./button.js";
import { verifyAddress } from "./verify_prompt.js";

const SECONDS = 5;

/** @typedef {{ label: string, run: () => void }} ToastAction */
/** @typedef {import("@preact/signals").Signal<null | { text: string, action?: ToastAction }>} ToastSignal */
/** @type {ToastSignal} */
const shown = signal(null);
/** @type {ToastSignal} Shows while there is no other toast. */
const standing = signal(null);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Shows a short message, which screen readers announce.
 *
 * @param {string} text
 * @param {ToastAction} [action] A toast with an action stays until it is used or replaced.
 */
export function toast(text, action) {
  clearTimeout(timer);
  shown.value = { text, action };
  if (!action) timer = setTimeout(() => (shown.value = null), SECONDS * 1000);
}

/** Shows a short message, unless there is another one. @param {string} text */
export function quietToast(text) {
  if (!shown.peek()) toast(text);
}

/**
 * Shows a message whenever there is no other, until its action is used. It is not about the user, so that it stays after a
 * logout.
 *
 * @param {string} text
 * @param {ToastAction} action
 */
export function standingToast(text, action) {
  standing.value = { text, action };
}

/** Removes the toast of `toast`. */
export function clearToast() {
  clearTimeout(timer);
  shown.value = null;
}

/** What went wrong, in words for the user. @param {unknown} failure */
export function failureText(failure) {
  if (failure instanceof Problem) return failure.errors?.[0]?.detail ?? failure.detail;
  return failure instanceof NetworkError ? t("common.not_sent") : t("common.unexpected");
}

/** Tells of a write that failed outside a form. @param {unknown} failure @param {() => void} [retry] */
export function toastFailure(failure, retry) {
  const isUnverified = failure instanceof Problem && failure.code === "school_unverified";
  const verify = { label: t("verify.start"), run: () => navigate(verifyAddress()) };
  const again = failure instanceof NetworkError && retry ? { label: t("common.retry"), run: retry } : undefined;
  toast(failureText(failure), isUnverified ? verify : again);
}

/** Shows the toasts. Stands once in the shell. */
export function ToastHost() {
  const source = shown.value ? shown : standing;
  const { value } = source;
  return html`<div class="toast-region" role="status" aria-label=${t("common.notifications")}>
    ${value &&
    html`<div class="toast">
      <span class="grow">${value.text}</span>
      ${value.action && html`<${Button} small kind="ghost" onClick=${() => ((source.value = null), value.action?.run())}>${value.action.label}<//>`}
    </div>`}
  </div>`;
}
