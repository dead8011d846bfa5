// @ts-check
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { usePagedList } from "../../lib/paged_list.js";
import { setQuery } from "../../router.js";
import { IconButton } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { PagedList } from "../../ui/paged_list.js";
import { EmptyState } from "../../ui/states.js";
import { activeFilters, filterText, FiltersDialog } from "./filters.js";

/** @typedef {import("campus-api").Schema<"Lecture">} Lecture */

const TYPING_PAUSE = 300;

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
  const asked = { semester, query: text || undefined, ...filters };
  const lectures = usePagedList(`lectures:${JSON.stringify(asked)}`, (cursor, signal) =>
    api.get("/lectures", { query: /** @type {any} */ ({ ...asked, cursor }), signal }),
  );
  const isFiltered = text !== "" || Object.keys(filters).length > 0;
  const empty = isFiltered
    ? html`<${EmptyState} small icon="search" title=${t("lectures.empty_title")} text=${t("lectures.empty_text")}>${children}<//>`
    : html`<${EmptyState} small icon="book" title=${t("lectures.no_catalogue_title")} text=${t("lectures.no_catalogue_text")}>${children}<//>`;
  return html`<section class="stack-2 lecture-search" aria-label=${t("lectures.search")}>
    <${SearchField} text=${text} filterCount=${Object.keys(filters).length} onFilters=${() => setOpen(true)} />
    <${FilterChips} filters=${filters} />
    <${PagedList} key=${JSON.stringify(asked)} list=${lectures} row=${row} empty=${empty} label=${t("lectures.results")} />
    ${open && html`<${FiltersDialog} filters=${filters} onClose=${() => setOpen(false)} />`}
  </section>`;
}

/**
 * @param {object} props
 * @param {string} props.text
 * @param {number} props.filterCount
 * @param {() => void} props.onFilters
 */
function SearchField({ text, filterCount, onFilters }) {
  const [typed, setTyped] = useState(text);
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const sent = useRef(text);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (text !== sent.current) setTyped((sent.current = text));
  }, [text]);

  const send = (/** @type {string} */ value) => {
    clearTimeout(timer.current);
    sent.current = value.trim();
    setQuery({ query: sent.current });
  };
  const onInput = (/** @type {any} */ event) => {
    const { value, isComposing } = event.target;
    setTyped(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => send(value), isComposing ? 2 * TYPING_PAUSE : TYPING_PAUSE);
  };
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    send(typed);
  };
  const label = filterCount > 0 ? t("lectures.filters_count", { count: filterCount }) : t("lectures.filters");
  return html`<form class="search-bar" role="search" onSubmit=${onSubmit}>
    <div class="input-box grow search-input">
      <${Icon} name="search" size=${20} />
      <input class="input" type="search" enterkeyhint="search" autocomplete="off" maxlength="100" aria-label=${t("lectures.query")} placeholder=${t("lectures.query")}
        value=${typed} onInput=${onInput} />
    </div>
    <${IconButton} icon="filter" label=${label} pressed=${filterCount > 0} aria-haspopup="dialog" onClick=${onFilters} />
  </form>`;
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
