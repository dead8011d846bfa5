// @ts-check
import { useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { isSameCourse, MAX_COURSES, meanText, replacements, totals } from "../../lib/grades.js";
import { useKeptResource } from "../../lib/kept_resource.js";
import { parseSemester } from "../../lib/semester.js";
import { useSubmit } from "../../lib/submit.js";
import { goBack } from "../../router.js";
import { Button } from "../../ui/button.js";
import { confirm } from "../../ui/dialog.js";
import { Form } from "../../ui/form.js";
import { Icon } from "../../ui/icon.js";
import { Menu } from "../../ui/menu.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, Loaded } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { semesterName } from "../timetable/texts.js";
import { BLANK, courseErrors, CourseFields } from "./course_fields.js";
import { Figure } from "./figures.js";
import { ImportDialog } from "./import_dialog.js";
import { loadGradebook } from "./store.js";

/** @typedef {import("./store.js").Gradebook} Gradebook */
/** @typedef {import("./course_fields.js").CourseValues} CourseValues */
/** @typedef {import("../../lib/grades.js").Course} Course */
/** @typedef {import("../../lib/kept_resource.js").Kept<Gradebook>} Kept */

/**
 * The courses of a semester. The means follow what is entered, before it is saved.
 *
 * @param {{ params: { semester: string } }} props
 */
export default function SemesterGrades({ params: { semester } }) {
  const isSemester = parseSemester(semester) !== null;
  const gradebook = useKeptResource("gradebook", loadGradebook);
  const hasCourses = gradebook.data?.value.semesters.some((each) => each.semester === semester);
  const remove = useRemoval(semester);
  const menu = html`<${Menu} label=${t("common.menu")} items=${[hasCourses && { label: t("grades.delete"), icon: "trash", danger: true, onSelect: remove }]} />`;
  return html`<${Screen} title=${semesterName(semester)} subtitle=${t("timetable.grades")} back="/grades" actions=${menu}>
    ${isSemester
      ? html`<${Loaded} resource=${gradebook}>
          ${(/** @type {Kept} */ { value, isKept }) => html`
            ${isKept && html`<p class="notice" role="status"><${Icon} name="offline" size=${20} />${t("grades.offline")}</p>`}
            <${Editor} gradebook=${value} semester=${semester} />
          `}
        <//>`
      : html`<${EmptyState} icon="search" title=${t("common.not_found_title")} text=${t("common.not_found_text")} />`}
  <//>`;
}

/** @param {string} semester */
function useRemoval(semester) {
  const remove = useSubmit((/** @type {string} */ of) => api.put("/grades/{semester}", { path: { semester: of }, body: { courses: [] } }), {
    onSuccess() {
      toast(t("grades.deleted"));
      goBack("/grades");
    },
    onFailure: toastFailure,
  });
  return async () => {
    const title = t("grades.delete_title");
    if (await confirm({ title, text: semesterName(semester), action: t("common.delete"), danger: true })) remove.run(semester);
  };
}

/** @param {{ gradebook: Gradebook, semester: string }} props */
function Editor({ gradebook, semester }) {
  // The courses as they were when the form opened: a refresh must not change what is being edited.
  const [saved] = useState(() => (gradebook.semesters.find((each) => each.semester === semester)?.courses ?? []).map(valuesOf));
  const { scale } = gradebook;
  const form = useForm({
    initial: { courses: saved },
    draft: `grades:${semester}`,
    check: ({ courses }) => courseErrors(courses, scale),
    send: ({ courses }) => api.put("/grades/{semester}", { path: { semester }, body: { courses: courses.map(bodyOf) } }),
    onSuccess() {
      toast(t("common.saved"));
      goBack("/grades");
    },
  });
  /** @type {CourseValues[]} */
  const courses = form.values.courses;
  const change = (/** @type {CourseValues[]} */ next) => form.set({ courses: next });
  const hasContent = courses.length > 0 || saved.length > 0;
  return html`
    <${Preview} ...${{ gradebook, semester, courses, saved }} />
    <${Form} form=${form} label=${t("grades.courses")}>
      ${courses.length === 0 && html`<${EmptyState} small icon="book" title=${t("grades.no_courses")} text=${t("grades.no_courses_text")} />`}
      <${CourseList} ...${{ form, gradebook, semester, courses, onChange: change }} />
      <${AddCourses} ...${{ semester, courses, onAdd: (/** @type {CourseValues[]} */ added) => change([...courses, ...added]) }} />
      ${form.changed &&
      html`<div class="notice unsaved" role="status">
        <p class="grow">${t("grades.unsaved")}</p>
        <${Button} small onClick=${form.reset}>${t("grades.revert")}<//>
      </div>`}
      ${hasContent && html`<${Button} kind="primary" type="submit" wide busy=${form.busy}>${t("common.save")}<//>`}
    <//>
  `;
}

/**
 * @param {object} props
 * @param {import("../../lib/form.js").FormState} props.form
 * @param {Gradebook} props.gradebook
 * @param {string} props.semester
 * @param {CourseValues[]} props.courses
 * @param {(courses: CourseValues[]) => void} props.onChange
 */
function CourseList({ form, gradebook, semester, courses, onChange }) {
  const graded = courses.map(courseOf);
  const semesters = withCourses(gradebook, semester, graded);
  const replaced = replacements(semesters);
  const noteOf = (/** @type {Course} */ course) => {
    const earlier = replaced.get(course);
    const of = earlier && semesters.find((each) => each.courses.includes(earlier));
    return of && t("grades.retake_of", { semester: semesterName(of.semester), grade: earlier.grade });
  };
  return html`<ul class="card list" hidden=${courses.length === 0}>
    ${courses.map(
      (course, index) => html`<li key=${index}>
        <${CourseFields}
          ...${{ form, scale: gradebook.scale, course, index, retakeNote: noteOf(/** @type {Course} */ (graded[index])) }}
          onChange=${(/** @type {Partial<CourseValues>} */ part) => {
            onChange(courses.map((each, at) => (at === index ? { ...each, ...part } : each)));
            form.setErrors(Object.fromEntries(Object.keys(part).map((name) => [`courses[${index}].${name}`, undefined])));
          }}
          onRemove=${() => {
            onChange(courses.filter((_, at) => at !== index));
            // The errors belong to places, which have changed.
            form.setErrors(Object.fromEntries(Object.keys(form.errors).map((name) => [name, undefined])));
          }}
        />
      </li>`,
    )}
  </ul>`;
}

/** @param {{ semester: string, courses: CourseValues[], onAdd: (courses: CourseValues[]) => void }} props */
function AddCourses({ semester, courses, onAdd }) {
  const [open, setOpen] = useState(false);
  const isFull = courses.length >= MAX_COURSES;
  /** @param {import("../timetable/store.js").Timetable} timetable */
  const take = (timetable) => {
    setOpen(false);
    const added = newCourses(timetable, courses);
    onAdd(added);
    toast(t(added.length > 0 ? "grades.imported" : "grades.nothing_new", { count: added.length }));
  };
  return html`<div>
    <div class="row row-wrap">
      <${Button} icon="calendar" disabled=${isFull} onClick=${() => setOpen(true)}>${t("grades.import")}<//>
      <${Button} icon="plus" disabled=${isFull} onClick=${() => onAdd([BLANK])}>${t("grades.add_course")}<//>
    </div>
    ${isFull && html`<p class="field-hint small">${t("grades.courses_full", { max: MAX_COURSES })}</p>`}
    ${open && html`<${ImportDialog} semester=${semester} onChoose=${take} onClose=${() => setOpen(false)} />`}
  </div>`;
}

/**
 * What a timetable has beyond the courses: its lectures that are not cancelled, and what has credits.
 * @param {import("../timetable/store.js").Timetable} timetable
 * @param {CourseValues[]} courses
 * @returns {CourseValues[]}
 */
function newCourses(timetable, courses) {
  const entries = timetable.entries.filter((entry) => entry.state !== "cancelled" && (entry.lecture_id !== null || entry.credit > 0));
  const fresh = entries.filter((entry) => !courses.some((course) => isSameCourse(course, entry)));
  const added = fresh.map(({ title, credit, lecture_id }) => ({ ...BLANK, title, credit: String(credit), lecture_id }));
  return added.slice(0, MAX_COURSES - courses.length);
}

/**
 * The means of what is entered, beside those that are saved.
 *
 * @param {{ gradebook: Gradebook, semester: string, courses: CourseValues[], saved: CourseValues[] }} props
 */
function Preview({ gradebook, semester, courses, saved }) {
  const { scale } = gradebook;
  const means = (/** @type {CourseValues[]} */ values) => {
    const semesters = withCourses(gradebook, semester, values.map(courseOf));
    return { of: totals(scale, semesters, semester), all: totals(scale, semesters) };
  };
  const [now, before] = [means(courses), means(saved)];
  const figure = (/** @type {string} */ label, /** @type {number | null} */ value, /** @type {number | null} */ old, strong = false) => html`<${Figure}
    ...${{ label, strong, value: meanText(value), note: old === null || meanText(value) === meanText(old) ? undefined : t("grades.saved_value", { value: meanText(old) }) }}
  />`;
  return html`<section class="card card-body preview" aria-label=${t("grades.preview")}>
    <dl class="figures">
      ${figure(t("grades.this_semester"), now.of.mean, before.of.mean, true)} ${figure(t("grades.mean_all"), now.all.mean, before.all.mean)}
      ${figure(t("grades.major_mean"), now.all.major_mean, before.all.major_mean)}
      <${Figure} label=${t("timetable.credits_label")} value=${String(now.of.credits)} />
    </dl>
    <p class="visually-hidden" role="status">
      ${t("grades.preview_spoken", { semester: meanText(now.of.mean), all: meanText(now.all.mean) })}
    </p>
  </section>`;
}

/**
 * All semesters, with other courses in one of them.
 * @param {Gradebook} gradebook
 * @param {string} semester
 * @param {Course[]} courses
 * @returns {import("../../lib/grades.js").Semester[]}
 */
const withCourses = (gradebook, semester, courses) => [...gradebook.semesters.filter((each) => each.semester !== semester), { semester, courses }];

/** @param {import("campus-api").Schema<"GradedCourse">} course @returns {CourseValues} */
const valuesOf = ({ title, credit, grade, is_major, is_retake, lecture_id }) => ({ title, credit: String(credit), grade, is_major, is_retake, lecture_id });

/** @param {CourseValues} values @returns {Course} */
const courseOf = ({ title, credit, grade, is_major, is_retake }) => ({ title, credit: Number(credit) || 0, grade, is_major, is_retake });

/** @param {CourseValues} values */
const bodyOf = ({ title, credit, grade, is_major, is_retake, lecture_id }) => ({
  title: title.trim(),
  credit: Number(credit),
  grade: /** @type {import("../../lib/grades.js").Grade} */ (grade),
  is_major,
  is_retake,
  lecture_id,
});
