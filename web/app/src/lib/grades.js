// @ts-check
/**
 * Means of grades, by the rules of the service, so that a student can try grades without saving them.
 *
 * All sums are of integers: grade points in tenths, credits in halves. So a mean is exact before it is rounded to four
 * decimal places.
 */
import { compareSemesters } from "./semester.js";

/** @typedef {4.5 | 4.3} Scale */
/** @typedef {import("campus-api").Schema<"GradedCourse">["grade"]} Grade */
/** @typedef {import("campus-api").Schema<"GradeTotals">} Totals */
/**
 * A course counts in nothing until it has a grade.
 * @typedef {{ title: string, credit: number, grade: Grade | "", is_major: boolean, is_retake: boolean }} Course
 */
/** @typedef {{ semester: string, courses: Course[] }} Semester */

/** The grades of each scale with their points in tenths, best first. @type {Record<Scale, [Grade, number][]>} */
const POINTS = {
  4.5: [["A+", 45], ["A0", 40], ["B+", 35], ["B0", 30], ["C+", 25], ["C0", 20], ["D+", 15], ["D0", 10], ["F", 0]],
  4.3: [
    ["A+", 43], ["A0", 40], ["A-", 37], ["B+", 33], ["B0", 30], ["B-", 27], ["C+", 23], ["C0", 20], ["C-", 17], ["D+", 13], ["D0", 10], ["D-", 7],
    ["F", 0],
  ],
};

/** Grades outside the mean. @type {Grade[]} */
const OUTSIDE = ["P", "NP"];

/** The most courses of a semester. */
export const MAX_COURSES = 30;

/** The grades that a scale has, best first. @param {Scale} scale @returns {Grade[]} */
export const gradesOf = (scale) => [...POINTS[scale].map(([grade]) => grade), ...OUTSIDE];

/**
 * The totals of all semesters, or of one.
 * @param {Scale} scale
 * @param {Semester[]} semesters In any order.
 * @param {string} [only]
 * @returns {Totals}
 */
export function totals(scale, semesters, only) {
  const replaced = new Set(replacements(semesters).values());
  const included = semesters.filter(({ semester }) => only === undefined || semester === only);
  const courses = included.flatMap((semester) => semester.courses).filter((course) => course.grade && !replaced.has(course));
  return {
    mean: mean(scale, courses),
    major_mean: mean(scale, courses.filter((course) => course.is_major)),
    credits: sum(courses),
    credits_earned: sum(courses.filter(({ grade }) => grade !== "F" && grade !== "NP")),
  };
}

/** A mean as schools print it, with two decimals. @param {number | null} mean */
export const meanText = (mean) => (mean === null ? "–" : (Math.round(Math.round(mean * 10_000) / 100) / 100).toFixed(2));

/**
 * The course that each retake replaces: the newest with the same title in an earlier semester; of several in one semester,
 * the last.
 * @param {Semester[]} semesters
 * @returns {Map<Course, Course>}
 */
export function replacements(semesters) {
  /** @type {Map<string, Course>} */
  const newest = new Map();
  const replaced = new Map();
  for (const { courses } of [...semesters].sort((a, b) => compareSemesters(a.semester, b.semester))) {
    const graded = courses.filter((course) => course.grade);
    for (const course of graded) {
      const earlier = newest.get(folded(course.title));
      if (course.is_retake && earlier) replaced.set(course, earlier);
    }
    for (const course of graded) newest.set(folded(course.title), course);
  }
  return replaced;
}

/** Whether two titles are of the same course. @param {string} a @param {string} b */
export const isSameTitle = (a, b) => folded(a) === folded(b);

/**
 * Whether two courses are the same: a lecture and its lab can have the same title, so titles count only without lectures.
 * @param {{ title: string, lecture_id: string | null }} a
 * @param {{ title: string, lecture_id: string | null }} b
 */
export const isSameCourse = (a, b) => (a.lecture_id && b.lecture_id ? a.lecture_id === b.lecture_id : isSameTitle(a.title, b.title));

/** A title for comparing: without case, spaces, invisible characters and differences of form. @param {string} title */
function folded(title) {
  const visible = title.normalize("NFKC").replace(/\p{Default_Ignorable_Code_Point}/gu, "");
  return visible.toUpperCase().toLowerCase().normalize("NFKC").replace(/\s/gu, "");
}

/** @param {Scale} scale @param {Course[]} courses @returns {number | null} */
function mean(scale, courses) {
  let points = 0;
  let weight = 0;
  for (const { grade, credit } of courses) {
    const found = POINTS[scale].find(([name]) => name === grade);
    if (found) {
      points += found[1] * credit * 2;
      weight += credit * 2;
    }
  }
  // Half a ten-thousandth is rounded up.
  return weight === 0 ? null : Math.floor((points * 2000 + weight) / (weight * 2)) / 10_000;
}

/** @param {Course[]} courses */
const sum = (courses) => courses.reduce((total, { credit }) => total + credit, 0);
