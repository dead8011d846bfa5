// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { Skeleton } from "../../ui/states.js";
import { AdminScreen } from "./admins_only.js";
import { CaseList } from "./case_list.js";
import { isSettled, Takedowns, useTakedowns } from "./takedowns.js";

/** What the admins have to decide, the longest waiting first; takedown requests above reports. */
export default () => html`<${AdminScreen} title=${t("cases.title")} tab="/moderation"><${Queue} /><//>`;

function Queue() {
  const takedowns = useTakedowns("open");
  if (!isSettled(takedowns)) return html`<${Skeleton} rows=${4} lines=${3} />`;
  return html`
    <${Takedowns} list=${takedowns} title=${t("cases.takedowns")} lead=${t("cases.takedowns_lead")} />
    ${takedowns.items.length > 0 && html`<h2 class="section-title">${t("cases.reports")}</h2>`}
    <p class="muted small">${t("cases.lead")}</p>
    <${CaseList} state="open" />`;
}
