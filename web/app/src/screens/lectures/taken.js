// @ts-check
/** When a student took a course, for reviews and exam infos. */
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { compareSemesters, currentSemester, parseSemester, semesterChoices } from "../../lib/semester.js";
import { Button } from "../../ui/button.js";
import { semesterName } from "../timetable/texts.js";

/**
 * The semesters in which a student can have taken a course: up to the current one, and that of the lecture.
 * @param {string} ofLecture
 */
export function takenSemesters(ofLecture) {
  const current = currentSemester();
  const semesters = semesterChoices(new Date(), [ofLecture]).filter((each) => each === ofLecture || compareSemesters(each, current) <= 0);
  return semesters.map((value) => ({ value, label: semesterName(value) }));
}

/** Who wrote a review or an exam info: 2026년 2학기 수강자. @param {string} semester */
export function takenText(semester) {
  const parsed = parseSemester(semester);
  return parsed ? t(/** @type {any} */ (`lectures.taken_${parsed.term}`), { year: parsed.year }) : semester;
}

/**
 * Explains `not_taken`.
 *
 * @param {{ semester: string }} props
 */
export function NotTaken({ semester }) {
  return html`<div class="notice">
    <div class="stack-2">
      <p><strong>${t("lectures.not_taken_title")}</strong></p>
      <p>${t("lectures.not_taken_text")}</p>
      <p><${Button} small href=${`/timetable?semester=${semester}`}>${t("lectures.to_timetable")}<//></p>
    </div>
  </div>`;
}
