// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { ListRow } from "../../ui/elements.js";
import { EmptyState, ErrorState, Skeleton } from "../../ui/states.js";
import { useTimetables } from "../timetable/store.js";
import { creditsText, semesterName } from "../timetable/texts.js";

/** @typedef {import("../timetable/store.js").Timetable} Timetable */

/**
 * Lets the user choose one of their timetables of a semester.
 *
 * @param {{ semester: string, onChoose: (timetable: Timetable) => void, onClose: () => void }} props
 */
export function ImportDialog({ semester, onChoose, onClose }) {
  const { status, items, problem, reload } = useTimetables();
  const shown = items.filter((item) => item.semester === semester);
  return html`<${Dialog} open title=${t("grades.import")} onClose=${onClose}>
    ${status === "loading" && html`<${Skeleton} rows=${2} />`}
    ${status === "failed" && html`<${ErrorState} problem=${problem} retry=${reload} />`}
    ${status === "ready" &&
    (shown.length === 0
      ? html`<${EmptyState} small icon="calendar" title=${t("grades.no_timetable")} text=${semesterName(semester)}>
          <${Button} href=${`/timetable?semester=${semester}`}>${t("lectures.to_timetable")}<//>
        <//>`
      : html`<p class="muted">${t("grades.import_text")}</p>
          <ul class="list option-list">
            ${shown.map(
              (timetable) => html`<li key=${timetable.id}>
                <${ListRow} icon="calendar" title=${timetable.name} onClick=${() => onChoose(timetable)}
                  text=${`${t("timetable.entries", { count: timetable.entries.length })} · ${creditsText(timetable.credits)}`} />
              </li>`,
            )}
          </ul>`)}
  <//>`;
}
