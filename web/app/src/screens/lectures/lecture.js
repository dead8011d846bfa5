// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { safeUrl } from "../../lib/linkify.js";
import { useResource } from "../../lib/resource.js";
import { setQuery } from "../../router.js";
import { needsVerification } from "../../session.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/elements.js";
import { Segmented } from "../../ui/form.js";
import { Icon } from "../../ui/icon.js";
import { Screen } from "../../ui/screen.js";
import { Loaded } from "../../ui/states.js";
import { VerifyPrompt } from "../../ui/verify_prompt.js";
import { Facts } from "../timetable/facts.js";
import { StateNotice } from "../timetable/lecture_state.js";
import { useTimetables } from "../timetable/store.js";
import { creditsText, NO_SUBTITLE, semesterName } from "../timetable/texts.js";
import { AddToTimetable } from "./add_to_timetable.js";
import { choiceText, QUESTIONS, questionText } from "./choices.js";
import { ExamInfos } from "./exam_infos.js";
import { Reviews } from "./reviews.js";
import { Stars } from "./stars.js";
import { TimesTable } from "./times_table.js";

/** @typedef {import("campus-api").Schema<"Lecture">} Lecture */

/**
 * A lecture, with the reviews of its course or, with `show=exams` in the query, what students tell about its exams.
 *
 * @param {{ params: { id: string }, query: URLSearchParams }} props
 */
export default function LectureScreen({ params, query }) {
  const lecture = useResource(`lecture:${params.id}`, (signal) => api.get("/lectures/{id}", { path: { id: params.id }, signal }));
  // Both at once, so that nothing moves when the second one is there.
  const timetables = useTimetables();
  const resource = timetables.status === "loading" ? { ...lecture, data: null, status: /** @type {const} */ ("loading") } : lecture;
  const show = query.get("show") === "exams" ? "exams" : "reviews";
  const title = lecture.data?.title ?? t("lectures.title");
  const subtitle = lecture.data ? [lecture.data.professor, semesterName(lecture.data.semester)].filter(Boolean).join(" · ") : NO_SUBTITLE;
  return html`<${Screen} title=${title} subtitle=${subtitle} back="/timetable" width="wide">
    <${Loaded} resource=${resource}>
      ${(/** @type {Lecture} */ data) => html`
        <div class="lecture-page">
          <div class="lecture-about stack">
            <${About} lecture=${data} />
            <${AddToTimetable} lecture=${data} timetables=${timetables.items} />
          </div>
          <div class="lecture-reviews stack">
            <${Switch} shown=${show} />
            ${show === "reviews" && html`<${CourseRating} lecture=${data} />`}
            ${needsVerification.value
              ? html`<${Card}><${VerifyPrompt} small /><//>`
              : show === "exams"
                ? html`<${ExamInfos} lecture=${data} />`
                : html`<${Reviews} lecture=${data} onChange=${lecture.reload} />`}
          </div>
        </div>
      `}
    <//>
  <//>`;
}

/** Reviews or exams. @param {{ shown: "reviews" | "exams" }} props */
function Switch({ shown }) {
  const options = [
    { value: "reviews", label: t("lectures.reviews") },
    { value: "exams", label: t("exams.title") },
  ];
  const onChange = (/** @type {string} */ next) => setQuery({ show: next === "exams" ? next : null });
  return html`<${Segmented} hideLabel label=${t("exams.show")} options=${options} value=${shown} onChange=${onChange} />`;
}

/** @param {{ lecture: Lecture }} props */
function About({ lecture }) {
  const code = [lecture.code, lecture.section && t("lectures.section", { section: lecture.section })].filter(Boolean).join(" · ");
  const syllabus = lecture.syllabus_url && safeUrl(lecture.syllabus_url);
  return html`<${Card} title=${t("lectures.info")}>
    <div class="stack">
      <${StateNotice} of=${lecture} />
      <${Facts}
        items=${[
          [t("lectures.times"), html`<${TimesTable} slots=${lecture.slots} />`],
          [t("lectures.code"), code],
          [t("lectures.credit"), creditsText(lecture.credit)],
          [t("lectures.classification"), lecture.classification],
          [t("lectures.department"), lecture.department],
          [t("lectures.academic_year"), lecture.academic_year],
          [t("lectures.quota"), lecture.quota === null ? null : t("lectures.quota_text", { count: lecture.quota })],
          [t("lectures.remark"), lecture.remark],
        ]}
      />
      ${syllabus &&
      html`<a class="button button-secondary" href=${syllabus} target="_blank" rel="noopener noreferrer">
        <${Icon} name="book" size=${20} />${t("lectures.syllabus")}<span class="visually-hidden"> (${t("common.new_tab")})</span>
      </a>`}
    </div>
  <//>`;
}

/** The mean rating of the course, and the most common answers. @param {{ lecture: Lecture }} props */
function CourseRating({ lecture }) {
  const { rating, review_count: count, choices } = lecture;
  const answers = QUESTIONS.filter((question) => choices[question]);
  const write = !needsVerification.value && html`<${Button} kind="ghost" icon="edit" href=${`/lectures/${lecture.id}/review`}>${t("lectures.write")}<//>`;
  const facts = answers.map((question) => [questionText(question), choiceText(question, choices[question])]);
  return html`<${Card} title=${t("lectures.reviews")} action=${write}>
    <div class="stack">
      <div class="course-rating">
        <strong class="course-rating-number nums">${rating === null ? "–" : rating.toFixed(1)}</strong>
        <span class="stack-2">
          <${Stars} rating=${rating ?? 0} />
          <span class="muted small">${rating === null ? t("lectures.no_rating") : t("lectures.review_count", { count })}</span>
        </span>
      </div>
      ${facts.length > 0 && html`<${Facts} items=${facts} />`}
      <p class="muted small">${t("lectures.same_course")}</p>
    </div>
  <//>`;
}
