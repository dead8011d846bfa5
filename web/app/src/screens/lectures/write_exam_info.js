// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { useResource } from "../../lib/resource.js";
import { goBack } from "../../router.js";
import { Checkbox, Form, Segmented, Select, TextArea } from "../../ui/form.js";
import { Icon } from "../../ui/icon.js";
import { RestrictionNotice } from "../../ui/restriction_notice.js";
import { Screen } from "../../ui/screen.js";
import { Loaded } from "../../ui/states.js";
import { toast } from "../../ui/toast.js";
import { NO_SUBTITLE } from "../timetable/texts.js";
import { EXAMS, examName, QUESTION_TYPES, questionTypeName } from "./exam_choices.js";
import { NotTaken, takenSemesters } from "./taken.js";

/** @typedef {import("campus-api").Schema<"Lecture">} Lecture */
/** @typedef {import("./exam_choices.js").Exam} Exam */
/** @typedef {import("./exam_choices.js").QuestionType} QuestionType */

const MIN_LENGTH = 20;
const MAX_LENGTH = 2000;

/** @param {{ params: { id: string } }} props */
export default function WriteExamInfo({ params }) {
  const lecture = useResource(`lecture:${params.id}`, (signal) => api.get("/lectures/{id}", { path: { id: params.id }, signal }));
  const subtitle = lecture.data ? [lecture.data.title, lecture.data.professor].filter(Boolean).join(" · ") : NO_SUBTITLE;
  return html`<${Screen} title=${t("exams.write")} subtitle=${subtitle} back=${pathOf(params.id)}>
    <${Loaded} resource=${lecture}>${(/** @type {Lecture} */ data) => html`<${ExamInfoForm} lecture=${data} />`}<//>
  <//>`;
}

/** @param {string} id */
const pathOf = (id) => `/lectures/${id}?show=exams`;

/** @param {{ lecture: Lecture }} props */
function ExamInfoForm({ lecture }) {
  const form = useForm({
    initial: { exam: /** @type {Exam} */ ("midterm"), semester: lecture.semester, question_types: /** @type {QuestionType[]} */ ([]), strategy: "" },
    draft: `exam-info:${lecture.id}`,
    fields: { already_written: "semester" },
    check: ({ strategy }) => ({
      strategy: [...strategy.trim().normalize("NFC")].length >= MIN_LENGTH ? undefined : t("common.too_short", { count: MIN_LENGTH }),
    }),
    send: (body, idempotencyKey) => api.post("/lectures/{id}/exam-infos", { path: { id: lecture.id }, body, idempotencyKey }),
    onSuccess() {
      toast(t("exams.submitted"));
      goBack(pathOf(lecture.id));
    },
  });
  const exams = EXAMS.map((value) => ({ value, label: examName(value) }));
  return html`<${RestrictionNotice} /><${Form} form=${form} class="stack-6 review-form" submit=${t("lectures.submit")}>
    <${Segmented} label=${t("exams.exam")} options=${exams} value=${form.values.exam} onChange=${(/** @type {Exam} */ exam) => form.set({ exam })} />
    <${Select} form=${form} name="semester" label=${t("exams.semester")} options=${takenSemesters(lecture.semester)} />
    <${QuestionTypes} form=${form} />
    <${TextArea} form=${form} name="strategy" label=${t("exams.strategy")} hint=${t("exams.strategy_hint")} placeholder=${t("exams.strategy_example")}
      rows=${6} max=${MAX_LENGTH} />
    ${form.problem?.code === "not_taken" && html`<${NotTaken} semester=${form.values.semester} />`}
  <//>`;
}

/** @param {{ form: import("../../lib/form.js").FormState }} props */
function QuestionTypes({ form }) {
  /** @type {QuestionType[]} */
  const chosen = form.values.question_types;
  const error = form.errors.question_types;
  const toggle = (/** @type {QuestionType} */ type, /** @type {boolean} */ isChosen) =>
    form.set({ question_types: QUESTION_TYPES.filter((each) => (each === type ? isChosen : chosen.includes(each))) });
  return html`<fieldset class="field">
    <legend class="field-label">${t("exams.question_types")} <span class="field-optional">${t("common.optional")}</span></legend>
    <div class="question-types">
      ${QUESTION_TYPES.map(
        (type) => html`<${Checkbox}
          key=${type}
          name="question_types"
          label=${questionTypeName(type)}
          checked=${chosen.includes(type)}
          onChange=${(/** @type {boolean} */ isChosen) => toggle(type, isChosen)}
        />`,
      )}
    </div>
    ${error && html`<p class="field-error small" role="alert"><${Icon} name="alert" size=${16} />${error}</p>`}
  </fieldset>`;
}
