// @ts-check
import { useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { meanText } from "../../lib/grades.js";
import { useKeptResource } from "../../lib/kept_resource.js";
import { currentSemester, semestersSince } from "../../lib/semester.js";
import { user } from "../../session.js";
import { Button, IconButton } from "../../ui/button.js";
import { Card } from "../../ui/elements.js";
import { Icon } from "../../ui/icon.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, Loaded } from "../../ui/states.js";
import { SemesterSelect } from "../timetable/semester_select.js";
import { semesterName } from "../timetable/texts.js";
import { MeansChart } from "./chart.js";
import { Figure, GoalProgress } from "./figures.js";
import { SettingsDialog } from "./settings_dialog.js";

/** @typedef {import("campus-api").Schema<"Grades">} Grades */
/** @typedef {import("../../lib/kept_resource.js").Kept<Grades>} Kept */

/** The means and credits of the user, and the way to the courses of each semester. */
export default function GradesScreen() {
  const grades = useKeptResource("grades", (signal) => api.get("/grades", { signal }));
  const [open, setOpen] = useState(false);
  const settings = html`<${IconButton} icon="settings" label=${t("grades.settings")} disabled=${!grades.data} onClick=${() => setOpen(true)} />`;
  return html`<${Screen} title=${t("timetable.grades")} back="/timetable" actions=${settings}>
    <${Loaded} resource=${grades}>
      ${(/** @type {Kept} */ { value, isKept }) => html`
        ${isKept && html`<p class="notice" role="status"><${Icon} name="offline" size=${20} />${t("grades.offline")}</p>`}
        <${Summary} grades=${value} onSettings=${() => setOpen(true)} />
        ${value.semesters.length > 0 && html`<${Semesters} grades=${value} />`}
        <${NewSemester} grades=${value} />
        ${open &&
        html`<${SettingsDialog}
          grades=${value}
          onClose=${() => setOpen(false)}
          onSaved=${(/** @type {Grades} */ saved) => grades.change(() => ({ value: saved, isKept: false }))}
        />`}
      `}
    <//>
  <//>`;
}

/** @param {{ grades: Grades, onSettings: () => void }} props */
function Summary({ grades, onSettings }) {
  const { scale, goal_credits: goal, mean, major_mean, credits_earned: earned } = grades;
  const outOf = t("grades.out_of", { scale: scale.toFixed(1) });
  return html`<${Card}>
    <div class="stack">
      <dl class="figures">
        <${Figure} strong label=${t("grades.mean_all")} value=${meanText(mean)} note=${outOf} />
        <${Figure} label=${t("grades.major_mean")} value=${meanText(major_mean)} note=${outOf} />
        <${Figure} label=${t("grades.earned")} value=${String(earned)} note=${goal === null ? undefined : t("grades.of_goal", { count: goal })} />
      </dl>
      ${goal === null
        ? html`<${Button} small onClick=${onSettings}>${t("grades.set_goal")}<//>`
        : html`<${GoalProgress} earned=${earned} goal=${goal} />`}
    </div>
  <//>`;
}

/** @param {{ grades: Grades }} props */
function Semesters({ grades }) {
  return html`<${Card} title=${t("grades.semesters")}>
    <div class="stack">
      <${MeansChart} scale=${grades.scale} semesters=${[...grades.semesters].reverse()} />
      <table class="grade-table nums">
        <thead>
          <tr>
            <th scope="col">${t("timetable.semester")}</th>
            <th scope="col">${t("grades.mean")}</th>
            <th scope="col">${t("grades.major")}</th>
            <th scope="col">${t("timetable.credits_label")}</th>
          </tr>
        </thead>
        <tbody>
          ${grades.semesters.map(
            (each) => html`<tr key=${each.semester}>
              <th scope="row"><a class="link grade-link" href=${`/grades/${each.semester}`}>${semesterName(each.semester)}</a></th>
              <td>${meanText(each.mean)}</td>
              <td>${meanText(each.major_mean)}</td>
              <td>${each.credits}</td>
            </tr>`,
          )}
        </tbody>
      </table>
      <p class="muted small">${t("grades.rules")}</p>
    </div>
  <//>`;
}

/** @param {{ grades: Grades }} props */
function NewSemester({ grades }) {
  const [semester, setSemester] = useState(currentSemester());
  const choices = semestersSince(user.value?.admission_year ?? new Date().getFullYear() - 8, new Date());
  const form = html`<div class="row row-wrap">
    <${SemesterSelect} value=${semester} choices=${choices} onChange=${setSemester} />
    <${Button} kind="primary" icon="edit" href=${`/grades/${semester}`}>${t("grades.enter")}<//>
  </div>`;
  if (grades.semesters.length > 0) return html`<${Card} title=${t("grades.other_semester")}>${form}<//>`;
  return html`<${EmptyState} icon="chart" title=${t("grades.empty_title")} text=${t("grades.empty_text")}>${form}<//>`;
}
