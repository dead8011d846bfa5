// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useResource } from "../../lib/resource.js";
import { pinnedBoards, pinsFailure } from "../../live.js";
import { needsVerification, user } from "../../session.js";
import { Button, IconButton } from "../../ui/button.js";
import { Card } from "../../ui/elements.js";
import { PostRow } from "../../ui/post_row.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, Loaded, Skeleton } from "../../ui/states.js";
import { VerifyPrompt } from "../../ui/verify_prompt.js";
import { PinnedBoards } from "./pinned_boards.js";
import { Today } from "./today.js";

/** The first screen after the login: today's timetable, pinned boards with their newest posts, hot posts. */
export default function Home() {
  const isVerified = !needsVerification.value;
  const hot = useResource(isVerified ? "hot" : null, (signal) => api.get("/posts/hot", { query: { limit: 6 }, signal }));
  const pins = pinnedBoards.value;
  const suggested = useResource(pins?.length === 0 ? "suggested" : null, (signal) => api.get("/boards", { query: { limit: 5 }, signal }));
  const isHeightKnown = Boolean(pinsFailure.value || pins?.length || (pins && suggested.status !== "loading"));
  const search = isVerified && html`<${IconButton} icon="search" href="/search" label=${t("common.search_posts")} />`;
  return html`<${Screen} title=${user.value?.school?.name ?? t("common.home")} width="wide" banner=${false} actions=${search}>
    <div class="home">
      <div class="home-side"><${Today} /></div>
      <div class="home-main">
        ${isVerified ? html`<${PinnedBoards} suggested=${suggested.data?.items} />` : html`<${Card}><${VerifyPrompt} small /><//>`}
        ${isHeightKnown && html`<${HotPosts} hot=${hot} />`}
      </div>
    </div>
  <//>`;
}

/** @param {{ hot: import("../../lib/resource.js").Resource<any> }} props */
function HotPosts({ hot }) {
  const all = html`<${Button} href="/hot" kind="ghost" small aria-label=${t("home.all_hot")}>${t("home.see_all")}<//>`;
  return html`<${Card} title=${t("home.hot")} flush action=${all}>
    <${Loaded} resource=${hot} skeleton=${html`<${Skeleton} rows=${4} lines=${3} />`}>
      ${(/** @type {any} */ { items }) =>
        items.length === 0
          ? html`<${EmptyState} small icon="flame" title=${t("home.no_hot")} text=${t("home.no_hot_text")} />`
          : html`<ul class="list">${items.map((/** @type {any} */ post) => html`<li key=${post.id}><${PostRow} post=${post} /></li>`)}</ul>`}
    <//>
  <//>`;
}
