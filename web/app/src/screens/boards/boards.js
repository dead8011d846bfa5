// @ts-check
import { useRef } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { usePagedList } from "../../lib/paged_list.js";
import { pinnedBoards, pinsFailure, refreshPins } from "../../live.js";
import { setQuery } from "../../router.js";
import { BoardRow } from "../../ui/board_row.js";
import { Button, IconButton } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { PagedList } from "../../ui/paged_list.js";
import { Screen } from "../../ui/screen.js";
import { SearchField } from "../../ui/search_field.js";
import { EmptyState, ErrorState, Skeleton } from "../../ui/states.js";

/** @typedef {import("campus-api").Schema<"Board">} Board */

/** All boards of the school, with search by name and category. @param {{ query: URLSearchParams }} props */
export default function Boards({ query }) {
  const name = query.get("name") ?? "";
  const category = query.get("category") ?? "";
  const boards = usePagedList(`boards:${category}:${name}`, (cursor, signal) =>
    api.get("/boards", { query: { name: name || undefined, category: category || undefined, cursor }, signal }),
  );
  const categories = useCategories(boards.items, category);
  const found = Boolean(name || category);
  const empty = found
    ? html`<${EmptyState} icon="search" title=${t("boards.none_found")} text=${t("boards.none_found_text")}>
        <${Button} onClick=${() => setQuery({ name: null, category: null })}>${t("boards.show_all")}<//>
      <//>`
    : html`<${EmptyState} icon="boards" title=${t("boards.none")} text=${t("boards.none_text")}>
        <${Button} kind="primary" href="/boards/new">${t("boards.new")}<//>
      <//>`;
  return html`<${Screen} title=${t("common.boards")} actions=${html`<${IconButton} icon="search" href="/search" label=${t("common.search_posts")} />
    <${IconButton} icon="plus" href="/boards/new" label=${t("boards.new")} />`}>
    <nav class="board-feeds" aria-label=${t("boards.feeds")}>
      <a href="/hot"><${Icon} name="flame" size=${22} /><span>${t("boards.hot")}</span></a>
      <a href="/best"><${Icon} name="trophy" size=${22} /><span>${t("boards.best")}</span></a>
      <a href="/mine"><${Icon} name="edit" size=${22} /><span>${t("boards.mine")}</span></a>
      <a href="/scraps"><${Icon} name="scrap" size=${22} /><span>${t("boards.scraps")}</span></a>
    </nav>
    ${!found && html`<${Pinned} />`}
    ${/* Only then: the height of what stands above is known. */ (found || pinnedBoards.value || pinsFailure.value) &&
    html`<section class="stack-2">
      <h2 class="section-title">${t("boards.all")}</h2>
      <${SearchField} label=${t("boards.search")} value=${name} onSearch=${(/** @type {string} */ text) => setQuery({ name: text })} />
      ${categories.length > 1 && html`<${Categories} categories=${categories} chosen=${category} />`}
      <${PagedList} list=${boards} label=${t("boards.all")} empty=${empty} row=${(/** @type {Board} */ board) => html`<${BoardRow} board=${board} />`} />
    </section>`}
  <//>`;
}

/** The pinned boards, in the order pinned. */
function Pinned() {
  const boards = pinnedBoards.value;
  if (!boards && pinsFailure.value) return html`<${ErrorState} problem=${pinsFailure.value} retry=${refreshPins} />`;
  if (!boards) return html`<${Skeleton} />`;
  if (boards.length === 0) return null;
  return html`<section class="stack-2">
    <h2 class="section-title">${t("common.pinned_boards")}</h2>
    <ul class="card list">${boards.map((board) => html`<li key=${board.id}><${BoardRow} board=${board} /></li>`)}</ul>
  </section>`;
}

/** @param {{ categories: string[], chosen: string }} props */
function Categories({ categories, chosen }) {
  const chip = (/** @type {string} */ value, /** @type {string} */ label) => html`<button type="button" class="chip" aria-pressed=${value === chosen}
    onClick=${() => setQuery({ category: value })}>
    ${label}
  </button>`;
  return html`<div class="chips" role="group" aria-label=${t("boards.category")}>
    ${chip("", t("boards.every_category"))}${categories.map((category) => chip(category, category))}
  </div>`;
}

/** The categories seen so far: the service has no list of them. @param {Board[]} boards @param {string} chosen */
function useCategories(boards, chosen) {
  const seen = useRef(/** @type {Set<string>} */ (new Set()));
  for (const category of [...(chosen ? [chosen] : []), ...boards.map((board) => board.category)]) seen.current.add(category);
  return [...seen.current].sort((a, b) => a.localeCompare(b, "ko"));
}
