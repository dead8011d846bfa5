// @ts-check
import { html } from "../html.js";
import { t } from "../i18n/index.js";
import { ListRow, Tag } from "./elements.js";
import { PinButton } from "./pin_button.js";

/**
 * A board in a list, with a button that pins it.
 *
 * @param {{ board: import("campus-api").Schema<"Board"> }} props
 */
export function BoardRow({ board }) {
  const tags = html`<${Tag}>${board.category}<//>${board.is_archived && html` <${Tag} tone="scrap">${t("boards.archived")}<//>`}`;
  return html`<div class="board-row">
    <${ListRow} href="/boards/${board.id}" title=${html`<span dir="auto">${board.name}</span> ${tags}`}
      text=${board.description && html`<span dir="auto">${board.description}</span>`} />
    <${PinButton} board=${board} />
  </div>`;
}
