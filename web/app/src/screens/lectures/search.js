// @ts-check
import { useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { usePagedList } from "../../lib/paged_list.js";
import { setQuery } from "../../router.js";
import { IconButton } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { PagedList } from "../../ui/paged_list.js";
import { SearchField } from "../../ui/search_field.js";
import { EmptyState } from "../../ui/states.js";
import { activeFilters, filterText, FiltersDialog } from "./filters.js";

/** @typedef {import("campus-api").Schema<"Lecture">} Lecture */

/**
 * Searches the lectures of a semester. The address keeps the search, so that going back shows it again.
 *
 * @param {object} props
 * @param {string} props.semester
 * @param {URLSearchParams} props.query
 * @param {(lecture: Lecture) => any} props.row
 * @param {any} [props.children] Offered if nothing is found.
 */
export function LectureSearch({ semester, query, row, children }) {
  const [open, setOpen] = useState(false);
  const text = query.get("query") ?? "";
  const filters = activeFilters(query);
  const filterCount = Object.keys(filters).length;
  const asked = { semester, query: text || undefined, ...filters };
  const lectures = usePagedList(`lectures:${JSON.stringify(asked)}`, (cursor, signal) =>
    api.get("/lectures", { query: /** @type {any} */ ({ ...asked, cursor }), signal }),
  );
  const label = filterCount > 0 ? t("lectures.filters_count", { count: filterCount }) : t("lectures.filters");
  const isFiltered = text !== "" || filterCount > 0;
  const empty = isFiltered
    ? html`<${EmptyState} small icon="search" title=${t("lectures.empty_title")} text=${t("lectures.empty_text")}>${children}<//>`
    : html`<${EmptyState} small icon="book" title=${t("lectures.no_catalogue_title")} text=${t("lectures.no_catalogue_text")}>${children}<//>`;
  return html`<section class="stack-2 lecture-search" aria-label=${t("lectures.search")}>
    <div class="search-bar">
      <${SearchField} label=${t("lectures.query")} value=${text} onSearch=${(/** @type {string} */ next) => setQuery({ query: next.trim() })} />
      <${IconButton} icon="filter" label=${label} aria-haspopup="dialog" onClick=${() => setOpen(true)} />
    </div>
    <${FilterChips} filters=${filters} />
    <${PagedList} key=${JSON.stringify(asked)} list=${lectures} row=${row} empty=${empty} label=${t("lectures.results")} />
    ${open && html`<${FiltersDialog} semester=${semester} filters=${filters} onClose=${() => setOpen(false)} />`}
  </section>`;
}

/** @param {{ filters: import("./filters.js").Filters }} props */
function FilterChips({ filters }) {
  const entries = Object.entries(filters);
  if (entries.length === 0) return null;
  return html`<ul class="chips" aria-label=${t("lectures.filters")}>
    ${entries.map(([name, value]) => {
      const text = filterText(name, value);
      return html`<li key=${name}>
        <button type="button" class="chip" aria-label=${t("lectures.remove_filter", { filter: text })} onClick=${() => setQuery({ [name]: null })}>
          <span class="chip-text">${text}</span><${Icon} name="close" size=${16} />
        </button>
      </li>`;
    })}
  </ul>`;
}
