// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { authorName } from "../../lib/authors.js";
import { usePagedList } from "../../lib/paged_list.js";
import { Time } from "../../ui/elements.js";
import { PagedList } from "../../ui/paged_list.js";
import { EmptyState } from "../../ui/states.js";
import { AdminScreen } from "./admins_only.js";
import { verdictText } from "./cases.js";

/** @typedef {import("campus-api").Schema<"LogEntry"> & { id: string }} Entry */

/** Every decision, newest first. */
export default () => html`<${AdminScreen} title=${t("cases.title")} tab="/moderation/log"><${Log} /><//>`;

function Log() {
  const entries = usePagedList("moderation-log", async (cursor, signal) => {
    const page = await api.get("/moderation/log", { query: { cursor }, signal });
    return { ...page, items: page.items.map((entry) => ({ ...entry, id: `${entry.case_id} ${entry.decided_at}` })) };
  });
  return html`<${PagedList} list=${entries} label=${t("cases.log")} empty=${html`<${EmptyState} icon="book" title=${t("cases.log_empty")} />`}
    row=${(/** @type {Entry} */ entry) => html`<${EntryRow} entry=${entry} />`} />`;
}

/** Leads to the case or the takedown request. @param {{ entry: Entry }} props */
function EntryRow({ entry }) {
  const admin = entry.decided_by ? authorName(entry.decided_by) : t("cases.operator");
  const href = entry.takedown_id ? `/moderation/takedowns/${entry.takedown_id}` : `/moderation/cases/${entry.case_id}`;
  return html`<a class="case-row" href=${href}>
    <span class="case-reasons">${verdictText(entry)}</span>
    ${entry.note && html`<span class="case-excerpt clamp-2" dir="auto">${entry.note}</span>`}
    <span class="case-foot"><span dir="auto">${admin}</span><${Time} iso=${entry.decided_at} /></span>
  </a>`;
}
