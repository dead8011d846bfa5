// @ts-check
import { useId } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { gradesOf } from "../../lib/grades.js";
import { IconButton } from "../../ui/button.js";
import { Checkbox } from "../../ui/form.js";
import { Icon } from "../../ui/icon.js";

/** @typedef {import("../../lib/grades.js").Grade} Grade */
/** @typedef {{ title: string, credit: string, grade: Grade | "", is_major: boolean, is_retake: boolean, lecture_id: string | null }} CourseValues */

const MAX_CREDIT = 30;

/** @type {CourseValues} */
export const BLANK = { title: "", credit: "3", grade: "", is_major: false, is_retake: false, lecture_id: null };

/**
 * Whether a text is a number of credits: from 0, in halves.
 * @param {string} text
 * @param {number} max
 */
export function isHalfCredits(text, max) {
  const credits = Number(text);
  return text.trim() !== "" && credits >= 0 && credits <= max && Number.isInteger(credits * 2);
}

/**
 * What is wrong with courses, by the field names of the service.
 * @param {CourseValues[]} courses
 * @param {import("../../lib/grades.js").Scale} scale
 * @returns {Record<string, string | undefined>}
 */
export function courseErrors(courses, scale) {
  return Object.fromEntries(
    courses.flatMap(({ title, credit, grade }, index) => [
      [`courses[${index}].title`, title.trim() ? undefined : t("common.required_field")],
      [`courses[${index}].credit`, isHalfCredits(credit, MAX_CREDIT) ? undefined : t("grades.wrong_credits", { max: MAX_CREDIT })],
      [`courses[${index}].grade`, grade === "" ? t("grades.choose_grade") : gradesOf(scale).includes(grade) ? undefined : t("grades.not_on_scale")],
    ]),
  );
}

/**
 * A course of a semester with its grade.
 *
 * @param {object} props
 * @param {import("../../lib/form.js").FormState} props.form
 * @param {import("../../lib/grades.js").Scale} props.scale
 * @param {CourseValues} props.course
 * @param {number} props.index
 * @param {string} [props.retakeNote] Which course a retake replaces.
 * @param {(part: Partial<CourseValues>) => void} props.onChange
 * @param {() => void} props.onRemove
 */
export function CourseFields({ form, scale, course, index, retakeNote, onChange, onRemove }) {
  const id = useId();
  const prefix = `courses[${index}]`;
  const error = ["title", "credit", "grade", "is_major", "is_retake", "lecture_id"].map((name) => form.errors[`${prefix}.${name}`]).find(Boolean);
  const attributes = (/** @type {"title" | "credit" | "grade"} */ name) => ({
    class: "input",
    name: `${prefix}.${name}`,
    value: course[name],
    "aria-invalid": form.errors[`${prefix}.${name}`] ? "true" : undefined,
    "aria-describedby": error ? id : undefined,
    onInput: (/** @type {any} */ event) => onChange({ [name]: event.target.value }),
  });
  const grades = course.grade && !gradesOf(scale).includes(course.grade) ? [course.grade, ...gradesOf(scale)] : gradesOf(scale);
  return html`<fieldset class="course">
    <legend class="visually-hidden">${t("grades.course", { number: index + 1 })}</legend>
    <div class="row">
      <input ...${attributes("title")} aria-label=${t("grades.course_title")} placeholder=${t("grades.course_title")} maxlength="200" autocomplete="off" dir="auto" />
      <${IconButton} icon="trash" label=${t("grades.remove_course", { number: index + 1 })} onClick=${onRemove} />
    </div>
    <div class="course-grade">
      <span class="input-box course-credit">
        <input type="number" inputmode="decimal" min="0" max=${MAX_CREDIT} step="0.5" ...${attributes("credit")} aria-label=${t("timetable.credits_label")} />
        <span class="course-unit" aria-hidden="true">${t("grades.credit_unit")}</span>
      </span>
      <span class="input-box">
        <select ...${attributes("grade")} aria-label=${t("grades.grade")}>
          ${["", ...grades].map((grade) => html`<option key=${grade} value=${grade} selected=${grade === course.grade}>${grade || t("grades.no_grade")}</option>`)}
        </select>
        <${Icon} name="down" size=${18} />
      </span>
      <${Checkbox} label=${t("grades.major")} checked=${course.is_major} onChange=${(/** @type {boolean} */ is_major) => onChange({ is_major })} />
      <${Checkbox} label=${t("grades.retake")} checked=${course.is_retake} onChange=${(/** @type {boolean} */ is_retake) => onChange({ is_retake })} />
    </div>
    ${course.is_retake && html`<p class="muted small">${retakeNote ?? t("grades.retake_none")}</p>`}
    <p id=${id} class="field-error small" aria-live="polite">${error && html`<${Icon} name="alert" size=${16} />${error}`}</p>
  </fieldset>`;
}
