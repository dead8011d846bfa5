// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { hiddenText } from "../../lib/hidden.js";
import { useResource } from "../../lib/resource.js";
import { pinnedBoards, pinsFailure, refreshPins } from "../../live.js";
import { BoardRow } from "../../ui/board_row.js";
import { Button } from "../../ui/button.js";
import { Card, Time } from "../../ui/elements.js";
import { ErrorState, Skeleton } from "../../ui/states.js";

/** @typedef {import("campus-api").Schema<"Board">} Board */

const SHOWN = 12;

/**
 * The pinned boards in the order pinned, each with the title of its newest post. Without pins, boards to pin.
 *
 * @param {{ suggested: Board[] | undefined }} props Undefined until loaded.
 */
export function PinnedBoards({ suggested }) {
  const all = html`<${Button} href="/boards" kind="ghost" small aria-label=${t("home.all_boards")}>${t("home.see_all")}<//>`;
  return html`<${Card} title=${t("home.pinned")} flush action=${all}>${content(suggested)}<//>`;
}

/** @param {Board[] | undefined} suggested */
function content(suggested) {
  const boards = pinnedBoards.value;
  if (!boards && pinsFailure.value) return html`<${ErrorState} problem=${pinsFailure.value} retry=${refreshPins} />`;
  if (!boards) return html`<${Skeleton} rows=${4} lines=${1} />`;
  if (boards.length === 0) return html`<${Suggestions} boards=${suggested} />`;
  const shown = /** @type {Board[]} */ (boards.slice(0, SHOWN));
  return html`<ul class="pinned">${shown.map((board) => html`<li key=${board.id}><${PinnedBoard} board=${board} /></li>`)}</ul>`;
}

/** @param {{ board: Board }} props */
function PinnedBoard({ board }) {
  const newest = useResource(`newest:${board.id}`, (signal) => api.get("/boards/{id}/posts", { path: { id: board.id }, query: { limit: 1 }, signal }));
  const post = newest.data?.items[0];
  return html`<a class="pinned-row" href="/boards/${board.id}">
    <strong class="pinned-name clamp-1" dir="auto">${board.name}</strong>
    <span class="pinned-post clamp-1" dir="auto">
      ${post ? (post.title ?? hiddenText(post.state)) : newest.status === "loading" ? html`<span class="skeleton pinned-skeleton"></span>` : t("home.no_post")}
    </span>
    ${post && html`<${Time} iso=${post.created_at} />`}
  </a>`;
}

/** @param {{ boards: Board[] | undefined }} props */
function Suggestions({ boards }) {
  if (!boards) return html`<${Skeleton} rows=${4} lines=${1} />`;
  return html`
    <p class="pinned-lead">${t("home.no_pins")}</p>
    <ul class="list">${boards.map((board) => html`<li key=${board.id}><${BoardRow} board=${board} /></li>`)}</ul>`;
}
