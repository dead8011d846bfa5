// @ts-check

/** @typedef {import("../../../app/src/lib/grades.js").Scale} Scale */
/** @typedef {import("../../../app/src/lib/grades.js").Course & { grade: import("../../../app/src/lib/grades.js").Grade }} Course */
/** @typedef {import("../../../app/src/lib/grades.js").Totals} Totals */

/** @param {string} title @param {number} credit @param {Course["grade"]} grade @param {Partial<Course>} [more] @returns {Course} */
const course = (title, credit, grade, more) => ({ title, credit, grade, is_major: false, is_retake: false, ...more });

/** @param {number | null} mean @param {number | null} major_mean @param {number} credits @param {number} credits_earned @returns {Totals} */
const totals = (mean, major_mean, credits, credits_earned) => ({ mean, major_mean, credits, credits_earned });

const major = { is_major: true };
const retake = { is_retake: true };

/**
 * Grades with their totals, which the service and the client both have to find.
 * @type {{ name: string, scale: Scale, semesters: { semester: string, courses: Course[] }[], expected: Totals, of: Record<string, Totals> }[]}
 */
export const EXAMPLES = [
  {
    name: "the mean is weighted by half credits and has four decimals",
    scale: 4.5,
    semesters: [
      { semester: "2026-1", courses: [course("가", 0.5, "A+"), course("나", 3, "B0", major)] },
      { semester: "2026-2", courses: [course("다", 5, "A0"), course("라", 1, "B+")] },
    ],
    expected: totals(3.6579, 3, 9.5, 9.5),
    of: { "2026-1": totals(3.2143, 3, 3.5, 3.5), "2026-2": totals(3.9167, null, 6, 6) },
  },
  {
    name: "pass grades are outside the mean, F is inside, and neither F nor NP gives credits",
    scale: 4.5,
    semesters: [{ semester: "2026-1", courses: [course("가", 3, "A0"), course("나", 2, "P"), course("다", 2, "NP"), course("라", 3, "F", major)] }],
    expected: totals(2, 0, 10, 5),
    of: {},
  },
  {
    name: "only pass grades and courses without credits have no mean",
    scale: 4.3,
    semesters: [{ semester: "2026-1", courses: [course("가", 2, "P", major), course("나", 0, "A+")] }],
    expected: totals(null, null, 2, 2),
    of: {},
  },
  {
    name: "each retake replaces the newest earlier course of the title, whatever its case, form and spaces",
    scale: 4.3,
    semesters: [
      { semester: "2025-1", courses: [course("Data  구조 Ⅱ", 3, "C-", major), course("철학", 3, "B-")] },
      { semester: "2025-winter", courses: [course("ｄａｔａ 구조 II", 3, "F", { ...retake, ...major })] },
      { semester: "2026-1", courses: [course("DATA구조II", 3, "A0", { ...retake, ...major })] },
    ],
    expected: totals(3.35, 4, 6, 6),
    of: { "2025-1": totals(2.7, null, 3, 3), "2025-winter": totals(null, null, 0, 0), "2026-1": totals(4, 4, 3, 3) },
  },
  {
    name: "a retake in the same semester, or without an earlier course, replaces nothing",
    scale: 4.5,
    semesters: [{ semester: "2026-1", courses: [course("가", 3, "C0"), course("가", 3, "A0", retake), course("나", 1.5, "F", retake)] }],
    expected: totals(2.4, null, 7.5, 6),
    of: {},
  },
  {
    name: "a retake replaces the last of several courses in one semester, and can fail",
    scale: 4.5,
    semesters: [
      { semester: "2025-2", courses: [course("가", 3, "D0"), course("가", 3, "A+")] },
      { semester: "2026-1", courses: [course("가", 3, "F", retake)] },
    ],
    expected: totals(0.5, null, 6, 3),
    of: { "2025-2": totals(1, null, 3, 3) },
  },
];
