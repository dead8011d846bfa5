// @ts-check
import { useId } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { Icon } from "../../ui/icon.js";
import { StateTag } from "../timetable/lecture_state.js";
import { creditsText, placesText, timesText } from "../timetable/texts.js";

/** @typedef {import("campus-api").Schema<"Lecture">} Lecture */

/**
 * A lecture in a list: what it is, when, and its rating.
 *
 * @param {{ lecture: Lecture, clashes?: boolean }} props
 */
export function LectureSummary({ lecture, clashes }) {
  const code = [lecture.code, lecture.section].filter(Boolean).join("-");
  const about = [lecture.professor, creditsText(lecture.credit), lecture.classification, code].filter(Boolean).join(" · ");
  const times = [timesText(lecture.slots), placesText(lecture.slots)].filter(Boolean).join(" · ");
  return html`<span class="grow">
    <span class="row lecture-head">
      <span class="list-row-title" dir="auto">${lecture.title}</span>
      <${StateTag} of=${lecture} />
      <${Rating} rating=${lecture.rating} count=${lecture.review_count} />
    </span>
    <span class="list-row-text lecture-line">${about}</span>
    <span class=${clashes ? "list-row-text lecture-line danger-text" : "list-row-text lecture-line"}>${times}</span>
  </span>`;
}

/**
 * The mean rating as a star and a number; nothing without reviews.
 *
 * @param {{ rating: number | null, count: number }} props
 */
export function Rating({ rating, count }) {
  if (rating === null) return null;
  return html`<span class="rating nums">
    <${Icon} name="star" size=${16} filled />
    <span class="visually-hidden">${t("lectures.rating_of", { rating: rating.toFixed(1) })}, ${t("lectures.review_count", { count })}</span>
    <span aria-hidden="true">${rating.toFixed(1)} (${count})</span>
  </span>`;
}

/**
 * A lecture of a list that opens in place, with something beside it.
 *
 * @param {object} props
 * @param {Lecture} props.lecture
 * @param {boolean} props.isOpen
 * @param {() => void} props.onOpen
 * @param {boolean} [props.clashes]
 * @param {any} props.aside
 * @param {any} props.children Shown while it is open.
 */
export function LectureRow({ lecture, isOpen, onOpen, clashes, aside, children }) {
  const id = useId();
  const more = [lecture.department, lecture.academic_year, lecture.remark].filter(Boolean).join(" · ");
  return html`<div class="lecture" data-open=${isOpen || undefined}>
    <div class="lecture-row">
      <button type="button" class="list-row" aria-expanded=${isOpen} aria-controls=${isOpen ? id : undefined} onClick=${onOpen}>
        <${LectureSummary} lecture=${lecture} clashes=${clashes} />
      </button>
      <span class="lecture-aside">${aside}</span>
    </div>
    ${isOpen && html`<div class="lecture-more" id=${id}>${more && html`<p class="muted small">${more}</p>`}${children}</div>`}
  </div>`;
}
