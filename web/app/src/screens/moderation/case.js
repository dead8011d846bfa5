// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { reasonText } from "../../lib/report.js";
import { useResource } from "../../lib/resource.js";
import { exactTime } from "../../lib/time.js";
import { Card, Time, UserText } from "../../ui/elements.js";
import { Loaded, Skeleton } from "../../ui/states.js";
import { AdminScreen } from "./admins_only.js";
import { CaseTags } from "./case_list.js";
import { DecisionForm } from "./decision_form.js";
import { LastDecision } from "./last_decision.js";
import { Pictures } from "./pictures.js";

/** @typedef {import("campus-api").Schema<"CaseDetails">} CaseDetails */

/** A case with its reports, and the decision. @param {{ params: { id: string } }} props */
export default function CaseScreen({ params: { id } }) {
  return html`<${AdminScreen} title=${t("cases.case")} back="/moderation"><${Case} id=${id} /><//>`;
}

/** @param {{ id: string }} props */
function Case({ id }) {
  const found = useResource(`case:${id}`, (signal) => api.get("/moderation/cases/{id}", { path: { id }, signal }));
  return html`<${Loaded} resource=${found} skeleton=${html`<${Skeleton} rows=${3} lines=${4} />`}>
    ${(/** @type {CaseDetails} */ data) => html`
      <${Content} found=${data} />
      ${data.appeal && html`<${Card} title=${t("cases.appeal")}>
        <p><${UserText} text=${data.appeal.text} /></p>
        <p class="case-foot"><${Time} iso=${data.appeal.created_at} /></p>
      <//>`}
      ${data.decision && html`<${LastDecision} decision=${data.decision} />`}
      ${data.state === "open" && html`<${DecisionForm} found=${data} onConflict=${found.reload} />`}
      <${Reports} found=${data} />`}
  <//>`;
}

/** What was reported, as it was then, and why. @param {{ found: CaseDetails }} props */
function Content({ found }) {
  const { content, reasons, report_count: count, weight, created_at: createdAt, blinded_at: blindedAt } = found;
  return html`<section class="card card-body stack-2" aria-label=${t("cases.content")}>
    <p class="row row-wrap"><${CaseTags} found=${found} /></p>
    ${content?.title && html`<h2 class="user-text case-title" dir="auto">${content.title}</h2>`}
    ${content ? html`<p class="case-content"><${UserText} text=${content.content} /></p>` : html`<p class="muted">${t("cases.expired")}</p>`}
    ${content && content.media.length > 0 && html`<${Pictures} pictures=${content.media} />`}
    <ul class="case-counts">${reasons.map(({ reason, count }) => html`<li key=${reason}>${reasonText(reason)} <strong class="nums">${count}</strong></li>`)}</ul>
    <p class="case-foot">
      <span>${t("cases.report_count", { count })}</span>
      <span>${t("cases.weight", { weight })}</span>
    </p>
    <p class="muted small">${t("cases.weight_text")}</p>
    <p class="case-foot">
      <span>${t("cases.first_reported", { time: exactTime(createdAt) })}</span>
      ${blindedAt && html`<span>${t("cases.blinded_at", { time: exactTime(blindedAt) })}</span>`}
    </p>
  </section>`;
}

/** Each report, without its author. @param {{ found: CaseDetails }} props */
function Reports({ found: { reports, report_count: count } }) {
  if (reports.length === 0) return null;
  return html`<${Card} title=${t("cases.reports")} flush>
    <ul class="list case-reports">
      ${reports.map(
        (report, index) => html`<li key=${index}>
          <p class="row between"><span class="case-reasons">${reasonText(report.reason)}</span><span class="muted small"><${Time} iso=${report.created_at} /></span></p>
          ${report.detail && html`<p><${UserText} text=${report.detail} /></p>`}
        </li>`,
      )}
    </ul>
    ${reports.length < count && html`<p class="card-body muted small">${t("cases.newest_reports", { count: reports.length })}</p>`}
  <//>`;
}
