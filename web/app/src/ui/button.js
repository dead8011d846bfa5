// @ts-check
import { t } from "../i18n/index.js";
import { html } from "../html.js";
import { Icon } from "./icon.js";

/**
 * A button, or a link that looks like one if it has `href`.
 *
 * @param {object} props
 * @param {"primary" | "secondary" | "ghost" | "danger"} [props.kind]
 * @param {boolean} [props.small]
 * @param {boolean} [props.wide] As wide as what it is in.
 * @param {import("./icon.js").IconName} [props.icon]
 * @param {boolean} [props.busy] Something that it started is under way; it ignores clicks.
 * @param {boolean} [props.disabled]
 * @param {"button" | "submit"} [props.type]
 * @param {string} [props.href]
 * @param {(event: any) => void} [props.onClick]
 * @param {any} [props.children]
 */
export function Button({ kind = "secondary", small, wide, icon, busy = false, disabled, type = "button", href, onClick, children, ...rest }) {
  const classes = `button button-${kind}${small ? " button-small" : ""}${wide ? " button-wide" : ""}`;
  const content = html`${icon && html`<${Icon} name=${icon} size=${small ? 18 : 20} />`}<span class="button-text">${children}</span>`;
  if (href) return html`<a class=${classes} href=${href} ...${rest}>${content}</a>`;
  return html`<button class=${classes} type=${type} disabled=${disabled} aria-busy=${busy} onClick=${busy ? undefined : onClick} ...${rest}>
    ${content}${busy && html`<span class="visually-hidden">${t("common.busy")}</span>`}
  </button>`;
}

/**
 * A square button with an icon; the label is for screen readers and the tooltip.
 *
 * @param {object} props
 * @param {import("./icon.js").IconName} props.icon
 * @param {string} props.label
 * @param {boolean} [props.pressed] For toggles.
 * @param {boolean} [props.filled]
 * @param {string} [props.href]
 * @param {(event: any) => void} [props.onClick]
 */
export function IconButton({ icon, label, pressed, filled, href, onClick, ...rest }) {
  const content = html`<${Icon} name=${icon} filled=${filled} />`;
  if (href) return html`<a class="icon-button" href=${href} aria-label=${label} title=${label} ...${rest}>${content}</a>`;
  return html`<button class="icon-button" type="button" aria-label=${label} title=${label} aria-pressed=${pressed} onClick=${onClick} ...${rest}>
    ${content}
  </button>`;
}
