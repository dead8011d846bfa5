// @ts-check
import { t } from "../../i18n/index.js";

/** @typedef {import("campus-api").Schema<"ExamInfo">} ExamInfo */
/** @typedef {ExamInfo["exam"]} Exam */
/** @typedef {ExamInfo["question_types"][number]} QuestionType */

/** @type {Exam[]} */
export const EXAMS = ["midterm", "final", "quiz"];

/** @type {QuestionType[]} */
export const QUESTION_TYPES = ["multiple_choice", "short_answer", "essay", "true_false", "oral", "other"];

/** @param {Exam} exam */
export const examName = (exam) => t(/** @type {any} */ (`exams.exam_${exam}`));

/** @param {QuestionType} type */
export const questionTypeName = (type) => t(/** @type {any} */ (`exams.type_${type}`));
