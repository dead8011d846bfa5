// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { authorName } from "../../lib/authors.js";
import { hiddenText } from "../../lib/hidden.js";
import { usePagedList } from "../../lib/paged_list.js";
import { unreadMessages } from "../../live.js";
import { Avatar, Badge, Time } from "../../ui/elements.js";
import { PagedList } from "../../ui/paged_list.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState } from "../../ui/states.js";
import { sourceText } from "./source_text.js";

/** All message threads, the one with the newest message first. */
export default function Threads() {
  const threads = usePagedList("threads", async (cursor, signal) => {
    const page = await api.get("/messages", { query: { cursor }, signal });
    unreadMessages.value = page.unread_total;
    return page;
  });
  return html`<${Screen} title=${t("messages.title")}>
    <${PagedList} list=${threads} label=${t("messages.list")} empty=${html`<${EmptyState} icon="mail" title=${t("messages.empty")} text=${t("messages.empty_text")} />`}
      row=${(/** @type {any} */ thread) => html`<${ThreadRow} thread=${thread} />`} />
  <//>`;
}

/** @param {{ thread: import("campus-api").Schema<"Thread"> }} props */
function ThreadRow({ thread: { id, partner, source, last_message: last, unread_count: unread } }) {
  const text = last.content ?? hiddenText(last.state);
  return html`<a class="thread-row" href="/messages/${id}">
    <${Avatar} kind=${partner.kind} name=${partner.name} size=${44} />
    <span class="grow stack-1">
      <span class="row"><span class="thread-partner clamp-1 grow">${authorName(partner)}</span><span class="small muted"><${Time} iso=${last.created_at} /></span></span>
      <span class="row"><span class="thread-last clamp-1 grow" dir="auto" data-unread=${unread > 0}>${last.is_mine ? t("messages.you", { text }) : text}</span><${Badge} count=${unread} /></span>
      <span class="thread-source clamp-1">${sourceText(source)}</span>
    </span>
  </a>`;
}
