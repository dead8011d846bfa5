// @ts-check
import { h } from "preact";
import htm from "htm";

/** Builds Preact elements from a template: `` html`<p class="muted">${text}</p>` ``. */
export const html = htm.bind(h);
