// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { AdminScreen } from "./admins_only.js";
import { CaseList } from "./case_list.js";

/** What the admins have to decide, the longest waiting first. */
export default function Queue() {
  return html`<${AdminScreen} title=${t("cases.title")} tab="/moderation">
    <p class="muted small">${t("cases.lead")}</p>
    <${CaseList} state="open" />
  <//>`;
}
