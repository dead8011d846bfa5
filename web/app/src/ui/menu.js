// @ts-check
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { html } from "../html.js";
import { IconButton } from "./button.js";
import { Icon } from "./icon.js";

/** @typedef {{ label: string, icon?: import("./icon.js").IconName, danger?: boolean, onSelect: () => void }} MenuItem */

/**
 * A button that opens a menu. Items that are false are left out.
 *
 * @param {{ label: string, items: (MenuItem | false | null | undefined)[], icon?: import("./icon.js").IconName }} props
 */
export function Menu({ label, items, icon = "more" }) {
  const [open, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const id = useId();
  const shown = /** @type {MenuItem[]} */ (items.filter(Boolean));

  const buttons = () => /** @type {HTMLElement[]} */ ([...(box.current?.querySelectorAll("[role=menuitem]") ?? [])]);
  const close = () => {
    setOpen(false);
    /** @type {HTMLElement | null} */ (box.current?.querySelector("[aria-haspopup]"))?.focus();
  };
  useEffect(() => {
    if (!open) return;
    buttons()[0]?.focus();
    const outside = (/** @type {Event} */ event) => !box.current?.contains(/** @type {Node} */ (event.target)) && setOpen(false);
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (!open) return;
    const all = buttons();
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const target = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (target !== undefined) all[target % all.length]?.focus();
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") return setOpen(false);
    else return;
    event.preventDefault();
  }

  if (shown.length === 0) return null;
  return html`<div class="menu" ref=${box} onKeyDown=${onKeyDown}>
    <${IconButton} icon=${icon} label=${label} aria-haspopup="menu" aria-expanded=${open} aria-controls=${open ? id : undefined}
      onClick=${() => setOpen(!open)} />
    ${open &&
    html`<div class="menu-list" role="menu" id=${id} aria-label=${label}>
      ${shown.map(
        (item) => html`<button type="button" role="menuitem" tabindex="-1" class=${item.danger ? "menu-item menu-item-danger" : "menu-item"}
          onClick=${() => (close(), item.onSelect())}>
          ${item.icon && html`<${Icon} name=${item.icon} size=${20} />`}<span>${item.label}</span>
        </button>`,
      )}
    </div>`}
  </div>`;
}
