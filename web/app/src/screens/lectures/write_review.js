// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { useResource } from "../../lib/resource.js";
import { goBack } from "../../router.js";
import { Segmented, Select, TextArea, Form } from "../../ui/form.js";
import { RestrictionNotice } from "../../ui/restriction_notice.js";
import { Screen } from "../../ui/screen.js";
import { Loaded } from "../../ui/states.js";
import { toast } from "../../ui/toast.js";
import { NO_SUBTITLE } from "../timetable/texts.js";
import { ANSWERS, choiceText, QUESTIONS, questionText } from "./choices.js";
import { StarField } from "./stars.js";
import { NotTaken, takenSemesters } from "./taken.js";

/** @typedef {import("campus-api").Schema<"Lecture">} Lecture */
/** @typedef {import("./choices.js").Question} Question */

const MIN_LENGTH = 20;
const MAX_LENGTH = 2000;

/** @param {{ params: { id: string } }} props */
export default function WriteReview({ params }) {
  const lecture = useResource(`lecture:${params.id}`, (signal) => api.get("/lectures/{id}", { path: { id: params.id }, signal }));
  const subtitle = lecture.data ? [lecture.data.title, lecture.data.professor].filter(Boolean).join(" · ") : NO_SUBTITLE;
  return html`<${Screen} title=${t("lectures.write_title")} subtitle=${subtitle} back=${`/lectures/${params.id}`}>
    <${Loaded} resource=${lecture}>${(/** @type {Lecture} */ data) => html`<${ReviewForm} lecture=${data} />`}<//>
  <//>`;
}

/** @param {{ lecture: Lecture }} props */
function ReviewForm({ lecture }) {
  const form = useForm({
    initial: { rating: 0, content: "", semester: lecture.semester, homework: "", team_work: "", grading: "", attendance: "", exams: "" },
    draft: `review:${lecture.id}`,
    check: ({ rating, content }) => ({
      rating: rating ? undefined : t("lectures.choose_rating"),
      content: [...content.trim().normalize("NFC")].length >= MIN_LENGTH ? undefined : t("common.too_short", { count: MIN_LENGTH }),
    }),
    send: (values, idempotencyKey) => api.post("/lectures/{id}/reviews", { path: { id: lecture.id }, body: bodyOf(values), idempotencyKey }),
    onSuccess() {
      toast(t("lectures.submitted"));
      goBack(`/lectures/${lecture.id}`);
    },
  });
  return html`<${RestrictionNotice} /><${Form} form=${form} class="stack-6 review-form" submit=${t("lectures.submit")}>
    <${StarField} form=${form} name="rating" />
    <${TextArea} form=${form} name="content" label=${t("lectures.content")} hint=${t("lectures.content_hint")} placeholder=${t("lectures.content_example")}
      rows=${6} max=${MAX_LENGTH} />
    <${Select} form=${form} name="semester" label=${t("lectures.semester")} options=${takenSemesters(lecture.semester)} />
    ${QUESTIONS.map((question) => html`<${Choice} key=${question} form=${form} question=${question} />`)}
    ${form.problem?.code === "not_taken" && html`<${NotTaken} semester=${form.values.semester} />`}
  <//>`;
}

/** @param {{ form: import("../../lib/form.js").FormState, question: Question }} props */
function Choice({ form, question }) {
  const options = [{ value: "", label: t("lectures.no_answer") }, ...ANSWERS[question].map((value) => ({ value, label: choiceText(question, value) }))];
  const label = questionText(question);
  if (options.length > 4) return html`<${Select} form=${form} name=${question} label=${label} optional options=${options} />`;
  const onChange = (/** @type {string} */ value) => form.set({ [question]: value });
  return html`<${Segmented} label=${label} options=${options} value=${form.values[question]} onChange=${onChange} />`;
}

/** @param {Record<string, any>} values */
function bodyOf({ rating, content, semester, ...answers }) {
  return /** @type {import("campus-api").Schema<"NewReview">} */ ({
    rating,
    content,
    semester,
    ...Object.fromEntries(QUESTIONS.map((question) => [question, answers[question] || null])),
  });
}
