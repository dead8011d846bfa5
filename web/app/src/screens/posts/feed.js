// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { usePagedList } from "../../lib/paged_list.js";
import { Button, IconButton } from "../../ui/button.js";
import { Tabs } from "../../ui/elements.js";
import { PagedList } from "../../ui/paged_list.js";
import { PostRow } from "../../ui/post_row.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, Skeleton } from "../../ui/states.js";

/** @typedef {"hot" | "best" | "mine" | "commented" | "scraps"} FeedName */

/** The feeds that link to each other, by the heading that they share. @type {Record<"popular" | "activity", FeedName[]>} */
const GROUPS = { popular: ["hot", "best"], activity: ["mine", "commented", "scraps"] };

/** @type {Record<FeedName, import("../../ui/icon.js").IconName>} */
const ICONS = { hot: "flame", best: "trophy", mine: "edit", commented: "comment", scraps: "scrap" };

/**
 * A list of posts of all boards.
 *
 * @param {{ name: FeedName }} props
 */
export function Feed({ name }) {
  const posts = usePagedList(name, (cursor, signal) => api.get(`/posts/${name}`, { query: { cursor }, signal }));
  const group = GROUPS.popular.includes(name) ? "popular" : "activity";
  const tabs = GROUPS[group].map((tab) => ({ href: `/${tab}`, label: label(tab) }));
  const search = html`<${IconButton} icon="search" href="/search" label=${t("common.search_posts")} />`;
  const empty = html`<${EmptyState} icon=${ICONS[name]} title=${t(`posts.${name}_empty`)} text=${t(`posts.${name}_empty_text`)}>
    <${Button} href="/boards">${t("posts.to_boards")}<//>
  <//>`;
  return html`<${Screen} title=${t(`posts.${group}`)} back=${group === "popular" ? "/boards" : "/me"} actions=${group === "popular" && search}>
    <${Tabs} label=${t(`posts.${group}`)} tabs=${tabs} current=${`/${name}`} />
    <${PagedList} list=${posts} label=${label(name)} empty=${empty} skeleton=${html`<${Skeleton} rows=${6} lines=${3} />`}
      row=${(/** @type {any} */ post) => html`<${PostRow} post=${post} />`} />
  <//>`;
}

/** @param {FeedName} name */
const label = (name) => t(name === "scraps" ? "posts.scrapped" : `posts.${name}`);
