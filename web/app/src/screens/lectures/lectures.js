// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { currentSemester, semesterIn } from "../../lib/semester.js";
import { setQuery } from "../../router.js";
import { Screen } from "../../ui/screen.js";
import { SemesterSelect } from "../timetable/semester_select.js";
import { LectureSummary } from "./lecture_row.js";
import { LectureSearch } from "./search.js";

/** @typedef {import("campus-api").Schema<"Lecture">} Lecture */

/**
 * The lectures of a semester, for reading about them and their reviews.
 *
 * @param {{ query: URLSearchParams }} props
 */
export default function Lectures({ query }) {
  const semester = semesterIn(query) ?? currentSemester();
  const row = (/** @type {Lecture} */ lecture) => html`<a class="list-row" href=${`/lectures/${lecture.id}`}><${LectureSummary} lecture=${lecture} /></a>`;
  return html`<${Screen} title=${t("lectures.search")} back="/timetable">
    <${SemesterSelect} value=${semester} onChange=${(/** @type {string} */ next) => setQuery({ semester: next })} />
    <${LectureSearch} semester=${semester} query=${query} row=${row} />
  <//>`;
}
