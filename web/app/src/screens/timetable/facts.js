// @ts-check
import { html } from "../../html.js";

/**
 * Names and values as a description list. Empty values are left out.
 *
 * @param {{ items: [name: string, value: any][] }} props
 */
export function Facts({ items }) {
  return html`<dl class="facts">
    ${items.filter(([, value]) => value).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}
