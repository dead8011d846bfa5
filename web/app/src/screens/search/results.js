// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { excerptOf, highlightParts } from "../../lib/highlight.js";
import { fillPage, usePagedList } from "../../lib/paged_list.js";
import { setQuery } from "../../router.js";
import { Button } from "../../ui/button.js";
import { PagedList } from "../../ui/paged_list.js";
import { PostRow } from "../../ui/post_row.js";
import { EmptyState, Skeleton } from "../../ui/states.js";

/** @typedef {import("campus-api").Schema<"PostSearchHit">} PostSearchHit */

/** Pages of a search can be short, even empty. What a tap loads fills a screen, with so many requests at most. */
const LIMITS = { enough: 10, requests: 3 };

/** The posts that contain the text, newest first. @param {{ text: string, board: string | null }} props */
export function Results({ text, board }) {
  const posts = usePagedList(`search:${board}:${text}`, (cursor, signal) => {
    const load = (/** @type {string | undefined} */ next) =>
      api.get("/posts/search", { query: { query: text, board_id: board ?? undefined, cursor: next }, signal });
    return fillPage(load, cursor, LIMITS);
  });
  return html`
    <p class="visually-hidden" role="status">${posts.items.length > 0 && t("search.found")}</p>
    <${PagedList} list=${posts} label=${t("search.results")} more=${t("search.more")} empty=${html`<${Nothing} board=${board} isComplete=${posts.complete} />`}
      skeleton=${html`<${Skeleton} rows=${6} lines=${3} />`} row=${(/** @type {PostSearchHit} */ post) => html`<${FoundRow} post=${post} />`} />`;
}

/** @param {{ post: PostSearchHit }} props */
function FoundRow({ post }) {
  const { title, content_preview: text, highlights } = post;
  const excerpt = excerptOf(text ?? "", highlights.content_preview);
  return html`<${PostRow} post=${post} title=${title && html`<${Marked} text=${title} ranges=${highlights.title} />`}
    text=${html`<${Marked} text=${excerpt.text} ranges=${excerpt.ranges} />`} />`;
}

/** A text with what was searched for. @param {{ text: string, ranges: import("campus-api").Schema<"TextRange">[] }} props */
function Marked({ text, ranges }) {
  return highlightParts(text, ranges).map((part) => (part.isMatch ? html`<mark>${part.text}</mark>` : part.text));
}

/** @param {{ board: string | null, isComplete: boolean }} props `isComplete`: there is no post left to look at. */
function Nothing({ board, isComplete }) {
  const [title, text] = isComplete ? [t("search.none_title"), t("search.none_text")] : [t("search.none_yet_title"), t("search.none_yet_text")];
  return html`<div role="status">
    <${EmptyState} small icon="search" title=${title} text=${text}>
      ${board && isComplete && html`<${Button} onClick=${() => setQuery({ board: null })}>${t("search.everywhere")}<//>`}
    <//>
  </div>`;
}
