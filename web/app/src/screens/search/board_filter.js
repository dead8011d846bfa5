// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { remembered } from "../../lib/cache.js";
import { useResource } from "../../lib/resource.js";
import { pinnedBoards, pinsFailure } from "../../live.js";
import { setQuery } from "../../router.js";

/** @typedef {import("campus-api").Schema<"Board">} Board */

/** Chooses between all boards, the one that the user comes from, and the pinned ones. @param {{ board: string | null }} props `board`: the chosen one. */
export function BoardFilter({ board }) {
  // The chip of the board stays when all boards are chosen.
  const origin = remembered("search-origin", board).value;
  const pinned = pinnedBoards.value;
  const isPinned = pinned?.some(({ id }) => id === origin);
  const needed = origin && (pinned || pinsFailure.value) && !isPinned ? origin : null;
  const found = useResource(needed && `board:${needed}`, (signal) => api.get("/boards/{id}", { path: { id: needed ?? "" }, signal }));
  // Only when the names are known, so that no chip moves.
  const isReady = (pinned || pinsFailure.value) && (!needed || found.status !== "loading");
  const own = needed ? [{ id: needed, name: found.data?.name ?? t("search.this_board") }] : [];
  const boards = /** @type {Pick<Board, "id" | "name">[]} */ ([...own, ...(pinned ?? [])]).sort((a, b) => Number(b.id === origin) - Number(a.id === origin));
  const chip = (/** @type {string | null} */ id, /** @type {string} */ name) => html`<button type="button" class="chip" aria-pressed=${id === board} dir="auto"
    onClick=${() => setQuery({ board: id })}>
    ${name}
  </button>`;
  return html`<div class="chips search-boards" role="group" aria-label=${t("search.board")}>
    ${isReady && html`${chip(null, t("search.all_boards"))}${boards.map(({ id, name }) => chip(id, name))}`}
  </div>`;
}
