// @ts-check
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { rememberSearch } from "../../lib/recent_searches.js";
import { current, setQuery } from "../../router.js";
import { user } from "../../session.js";
import { Screen } from "../../ui/screen.js";
import { SearchField } from "../../ui/search_field.js";
import { BoardFilter } from "./board_filter.js";
import { Recent } from "./recent.js";
import { Results } from "./results.js";

/** The service refuses longer ones. */
const MAX = 100;

/**
 * Searches the posts of the school, or of the board that the address names. The address keeps the search, so that it can be
 * shared, and that going back shows it again.
 *
 * @param {{ query: URLSearchParams }} props
 */
export default function Search({ query }) {
  const text = (query.get("q") ?? "").trim();
  const board = query.get("board");
  const [refused, setRefused] = useState("");
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const complaint = complaintAbout(refused || text);
  useEffect(() => {
    // A user who opens the search wants to type. A user who comes back wants to read on.
    if (!text && current.peek().by !== "pop") element.current?.querySelector("input")?.focus();
  }, []);
  const search = (/** @type {string} */ next) => {
    const isRefused = Boolean(complaintAbout(next));
    setRefused(isRefused ? next : "");
    if (isRefused) return;
    if (next) {
      rememberSearch(user.peek().id, next);
      // Puts away the keyboard of a phone, so that the results can be seen.
      element.current?.querySelector("input")?.blur();
    }
    setQuery({ q: next });
  };
  return html`<${Screen} title=${t("search.title")} page=${text ? t("search.page", { text }) : undefined} back=${board ? `/boards/${board}` : "/boards"}>
    <section class="stack-2" ref=${element}>
      <${SearchField} byEnter label=${t("search.field")} value=${text} onSearch=${search} error=${complaint} max=${MAX} />
      <${BoardFilter} board=${board} />
    </section>
    ${text && !complaint && html`<${Results} key=${`${board}:${text}`} text=${text} board=${board} />`}
    ${!text && html`<${Recent} onSearch=${search} />`}
  <//>`;
}

/** Why the service would refuse a search; undefined if it would not. @param {string} text */
function complaintAbout(text) {
  const characters = [...text.normalize("NFC")];
  if (characters.length > MAX) return t("search.too_long", { max: MAX });
  return text && characters.filter((character) => character.trim()).length < 2 ? t("search.too_short") : undefined;
}
