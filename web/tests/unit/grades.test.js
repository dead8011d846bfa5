// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { gradesOf, isSameCourse, isSameTitle, meanText, replacements, totals } from "../../app/src/lib/grades.js";
import { EXAMPLES } from "../browser/support/grades.js";

/** @typedef {import("../../app/src/lib/grades.js").Course} Course */

/** @param {string} title @param {number} credit @param {Course["grade"]} grade @param {Partial<Course>} [more] @returns {Course} */
const course = (title, credit, grade, more) => ({ title, credit, grade, is_major: false, is_retake: false, ...more });

/** The browser tests hold the service to the same examples. */
for (const { name, scale, semesters, expected, of } of EXAMPLES) {
  test(name, () => {
    assert.deepEqual(totals(scale, semesters), expected);
    for (const [semester, totalsOf] of Object.entries(of)) {
      assert.deepEqual(totals(scale, semesters, semester), totalsOf, semester);
    }
  });
}

test("a scale has its grades, and only one of them has minus grades", () => {
  assert.equal(gradesOf(4.5).join(" "), "A+ A0 B+ B0 C+ C0 D+ D0 F P NP");
  assert.equal(gradesOf(4.3).join(" "), "A+ A0 A- B+ B0 B- C+ C0 C- D+ D0 D- F P NP");
});

test("a course without a grade counts in nothing, and replaces nothing", () => {
  const first = course("회로이론", 3, "C0");
  const semesters = [
    { semester: "2026-1", courses: [course("회로이론", 3, "", { is_retake: true }), course("체육", 1, "")] },
    { semester: "2025-1", courses: [first] },
  ];
  assert.deepEqual(totals(4.5, semesters), { mean: 2, major_mean: null, credits: 3, credits_earned: 3 });
  assert.equal(replacements(semesters).size, 0);
});

test("a retake names the newest earlier course of the title", () => {
  const [old, newer] = [course("회로이론", 3, "C0"), course("회로 이론", 3, "D0")];
  const again = course("회로이론", 3, "A0", { is_retake: true });
  const semesters = [
    { semester: "2026-2", courses: [again] },
    { semester: "2026-summer", courses: [course("다른 수업", 3, "F")] },
    { semester: "2026-1", courses: [newer] },
    { semester: "2025-winter", courses: [old] },
  ];
  assert.deepEqual([...replacements(semesters)], [[again, newer]]);
});

test("a mean is shown with two decimals", () => {
  assert.deepEqual([4.2857, 3.855, 3.8549, 1.005, 4.5, 0, null].map(meanText), ["4.29", "3.86", "3.85", "1.01", "4.50", "0.00", "–"]);
});

test("titles are the same whatever their case, form, spaces and invisible characters", () => {
  assert.ok(isSameTitle("Straße Ⅱ", "STRASSE\u200bII"));
  assert.ok(!isSameTitle("회로이론 1", "회로이론 2"));
});

test("courses with lectures are compared by them, and others by their titles", () => {
  const [lecture, lab] = [{ title: "물리학 1", lecture_id: "a" }, { title: "물리학1", lecture_id: "b" }];
  assert.ok(!isSameCourse(lecture, lab));
  assert.ok(isSameCourse(lecture, { title: "물리학 1 (변경)", lecture_id: "a" }));
  assert.ok(isSameCourse(lecture, { title: "물리학1", lecture_id: null }));
  assert.ok(!isSameCourse(lecture, { title: "체육", lecture_id: null }));
});
