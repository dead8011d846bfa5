// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { Skeleton } from "../../ui/states.js";
import { AdminScreen } from "./admins_only.js";
import { CaseList } from "./case_list.js";
import { isSettled, Takedowns, useTakedowns } from "./takedowns.js";

/** What is restricted now, and the decided cases, newest decision first. */
export default () => html`<${AdminScreen} title=${t("cases.title")} tab="/moderation/decided"><${Decided} /><//>`;

function Decided() {
  const takedowns = useTakedowns("restricted");
  if (!isSettled(takedowns)) return html`<${Skeleton} rows=${4} lines=${3} />`;
  return html`
    <${Takedowns} list=${takedowns} title=${t("cases.restricted_takedowns")} />
    ${takedowns.items.length > 0 && html`<h2 class="section-title">${t("cases.decided")}</h2>`}
    <${CaseList} state="decided" />`;
}
