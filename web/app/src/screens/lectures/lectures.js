// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useSchoolSemesters } from "../../lib/school_semesters.js";
import { firstSemester, semesterIn } from "../../lib/semester.js";
import { setQuery } from "../../router.js";
import { Screen } from "../../ui/screen.js";
import { Skeleton } from "../../ui/states.js";
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
  const { items, isFailed } = useSchoolSemesters();
  const choices = items?.map((each) => each.semester);
  const semester = semesterIn(query) ?? (choices || isFailed ? firstSemester(new Date(), choices ?? []) : null);
  const row = (/** @type {Lecture} */ lecture) => html`<a class="list-row" href=${`/lectures/${lecture.id}`}><${LectureSummary} lecture=${lecture} /></a>`;
  return html`<${Screen} title=${t("lectures.search")} back="/timetable">
    ${semester && (choices || isFailed)
      ? html`<${SemesterSelect} value=${semester} choices=${choices} onChange=${(/** @type {string} */ next) => setQuery({ semester: next })} />`
      : html`<div class="semester-select semester-skeleton skeleton"></div>`}
    ${semester ? html`<${LectureSearch} semester=${semester} query=${query} row=${row} />` : html`<${Skeleton} />`}
  <//>`;
}
