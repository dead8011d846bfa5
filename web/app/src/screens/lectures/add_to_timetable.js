// @ts-check
import { Problem } from "campus-api";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { isListed } from "../../lib/lecture_state.js";
import { useSubmit } from "../../lib/submit.js";
import { clashesOf } from "../../lib/week.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/elements.js";
import { Icon } from "../../ui/icon.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { putEntry, reload } from "../timetable/store.js";
import { clashText } from "../timetable/texts.js";

/** @typedef {import("campus-api").Schema<"Lecture">} Lecture */
/** @typedef {import("../timetable/store.js").Timetable} Timetable */

/**
 * Adds a lecture to one of the user's timetables of its semester.
 *
 * @param {{ lecture: Lecture, timetables: Timetable[] }} props
 */
export function AddToTimetable({ lecture, timetables }) {
  const shown = timetables.filter((item) => item.semester === lecture.semester);
  if (shown.length === 0) return null;
  return html`<${Card} title=${t("lectures.in_timetable")} flush>
    <ul class="list">
      ${shown.map((timetable) => html`<li key=${timetable.id}><${TimetableRow} timetable=${timetable} lecture=${lecture} /></li>`)}
    </ul>
  <//>`;
}

/** @param {{ timetable: Timetable, lecture: Lecture }} props */
function TimetableRow({ timetable, lecture }) {
  const isAdded = timetable.entries.some((entry) => entry.lecture_id === lecture.id);
  const clashes = isAdded ? [] : clashesOf(lecture.slots, timetable.entries);
  const add = useSubmit(
    (/** @type {string} */ lecture_id, idempotencyKey) =>
      api.post("/timetables/{id}/entries", { path: { id: timetable.id }, body: { lecture_id }, idempotencyKey }),
    {
      onSuccess(entry) {
        putEntry(timetable.id, entry);
        toast(t("timetable.entry_added", { title: lecture.title }));
      },
      onFailure(failure, retry) {
        toastFailure(failure, retry);
        if (failure instanceof Problem) reload();
      },
    },
  );
  const label = `${timetable.name}: ${t("timetable.pick_label", { title: lecture.title })}`;
  const button = html`<${Button} small kind="primary" busy=${add.busy} disabled=${clashes.length > 0 || !isListed(lecture)} aria-label=${label} onClick=${() => add.run(lecture.id)}>
    ${t("timetable.pick")}
  <//>`;
  return html`<div class="list-row">
    <span class="grow">
      <a class="list-row-title link-quiet" dir="auto" href=${`/timetable?semester=${timetable.semester}&id=${timetable.id}`}>${timetable.name}</a>
      ${clashes.length > 0 && html`<span class="list-row-text danger-text">${clashText(clashes)}</span>`}
    </span>
    ${isAdded ? html`<span class="added"><${Icon} name="check" size=${18} />${t("timetable.picked")}</span>` : button}
  </div>`;
}
