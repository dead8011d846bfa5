// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { usePagedList } from "../../lib/paged_list.js";
import { Tag, Time } from "../../ui/elements.js";
import { PagedList } from "../../ui/paged_list.js";
import { EmptyState, Skeleton } from "../../ui/states.js";
import { excerptOf, isOverdue, kindText, reasonsText, verdictText } from "./cases.js";

/** @typedef {import("campus-api").Schema<"Case">} Case */

/** The cases of the school. @param {{ state: "open" | "decided" }} props */
export function CaseList({ state }) {
  const cases = usePagedList(`cases:${state}`, (cursor, signal) => api.get("/moderation/cases", { query: { state, cursor }, signal }));
  return html`<${PagedList} list=${cases} label=${t(`cases.${state}`)} skeleton=${html`<${Skeleton} rows=${4} lines=${3} />`}
    empty=${html`<${EmptyState} icon="check" title=${t(`cases.${state}_empty`)} text=${t(`cases.${state}_empty_text`)} />`}
    row=${(/** @type {Case} */ found) => html`<${CaseRow} found=${found} />`} />`;
}

/** @param {{ found: Case }} props */
function CaseRow({ found }) {
  const { id, content, reasons, report_count: count, weight, decision, created_at: createdAt } = found;
  return html`<a class="case-row" href=${`/moderation/cases/${id}`}>
    <span class="row row-wrap"><${CaseTags} found=${found} /></span>
    <span class="case-reasons">${reasonsText(reasons)}</span>
    <span class="case-excerpt clamp-2" dir="auto">${content ? excerptOf(content) : t("cases.expired")}</span>
    <span class="case-foot">
      <span>${t("cases.report_count", { count })}</span>
      <span>${t("cases.weight", { weight })}</span>
      ${found.state === "open" || !decision ? html`<${Time} iso=${createdAt} />` : html`<span>${verdictText(decision)}</span><${Time} iso=${decision.decided_at} />`}
    </span>
  </a>`;
}

/** What an admin should see first. @param {{ found: Case }} props */
export function CaseTags({ found }) {
  const isOpen = found.state === "open";
  return html`<${Tag}>${kindText(found.kind)}<//>
    ${isOpen && isOverdue(found) && html`<${Tag} tone="danger">${t("cases.overdue")}<//>`}
    ${isOpen && found.appeal && html`<${Tag} tone="brand">${t("cases.appealed")}<//>`}
    ${isOpen && found.blinded_at && html`<${Tag} tone="scrap">${t("cases.blinded")}<//>`}
    ${!isOpen && html`<${Tag}>${t("cases.decided_tag")}<//>`}`;
}
