// @ts-check
import { t } from "../../i18n/index.js";

/** The questions of a review, with the answers to choose from. */
export const ANSWERS = /** @type {const} */ ({
  homework: ["none", "some", "many"],
  team_work: ["none", "some", "many"],
  grading: ["generous", "average", "strict"],
  attendance: ["called", "seats", "electronic", "mixed", "not_counted"],
  exams: ["none", "one", "two", "three", "four_or_more"],
});

/** @typedef {keyof typeof ANSWERS} Question */

export const QUESTIONS = /** @type {Question[]} */ (Object.keys(ANSWERS));

/** @param {Question} question */
export const questionText = (question) => t(/** @type {any} */ (`lectures.${question}`));

/**
 * @param {Question} question
 * @param {string | null | undefined} answer
 */
export const choiceText = (question, answer) => (answer ? t(/** @type {any} */ (`lectures.${question}_${answer}`)) : "");
