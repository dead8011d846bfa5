// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { usePagedList } from "../../lib/paged_list.js";
import { rightText } from "../../lib/takedowns.js";
import { exactTime } from "../../lib/time.js";
import { Button } from "../../ui/button.js";
import { Tag, Time } from "../../ui/elements.js";
import { excerptOf, isOverdue, kindText } from "./cases.js";

/** @typedef {import("campus-api").Schema<"Takedown">} Takedown */
/** @typedef {import("../../lib/paged_list.js").PagedListState<Takedown>} TakedownList */

/** The takedown requests of the school. @param {"open" | "restricted"} state @returns {TakedownList} */
export const useTakedowns = (state) => usePagedList(`takedowns:${state}`, (cursor, signal) => api.get("/moderation/takedowns", { query: { state, cursor }, signal }));

/** Whether a list says what it has, so that what follows does not move. @param {TakedownList} list */
export const isSettled = ({ items, complete, status }) => items.length > 0 || complete || status === "failed";

/** Takedown requests above cases; nothing if there are none. @param {{ list: TakedownList, title: string, lead?: string }} props */
export function Takedowns({ list, title, lead }) {
  if (list.items.length === 0) return null;
  return html`<section class="stack-2">
    <h2 class="section-title">${title}</h2>
    ${lead && html`<p class="muted small">${lead}</p>`}
    <ul class="card list">
      ${list.items.map((takedown) => html`<li key=${takedown.id}><${TakedownRow} takedown=${takedown} /></li>`)}
    </ul>
    ${!list.complete && html`<${Button} small kind="ghost" busy=${list.status === "loading"} onClick=${list.status === "failed" ? list.retry : list.more}>${t("common.more")}<//>`}
  </section>`;
}

/** @param {{ takedown: Takedown }} props */
function TakedownRow({ takedown }) {
  const { id, right, content, state, until, created_at: createdAt } = takedown;
  return html`<a class="case-row" href=${`/moderation/takedowns/${id}`}>
    <span class="row row-wrap"><${TakedownTags} takedown=${takedown} /></span>
    <span class="case-reasons">${rightText(right)}</span>
    <span class="case-excerpt clamp-2" dir="auto">${content ? excerptOf(content) : t("cases.takedown_gone")}</span>
    <span class="case-foot">
      ${state === "restricted" && until ? html`<span>${t("cases.takedown_until", { time: exactTime(until) })}</span>` : html`<${Time} iso=${createdAt} />`}
    </span>
  </a>`;
}

/** What an admin should see first. @param {{ takedown: Takedown }} props */
export function TakedownTags({ takedown }) {
  return html`<${Tag}>${kindText(takedown.kind)}<//>
    ${isOverdue(takedown) && html`<${Tag} tone="danger">${t("cases.overdue")}<//>`}
    ${takedown.objected_at && html`<${Tag} tone="brand">${t("cases.takedown_objected")}<//>`}`;
}
