// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { compareSemesters, currentSemester, firstSemester, parseSemester, semesterChoices, semesterIn, semestersSince } from "../../app/src/lib/semester.js";

test("a semester has a year and a term", () => {
  assert.deepEqual(parseSemester("2026-summer"), { year: 2026, term: "summer" });
  assert.equal(parseSemester("2026-3"), null);
});

test("an address names a semester, or none", () => {
  assert.equal(semesterIn(new URLSearchParams("semester=2026-winter")), "2026-winter");
  assert.equal(semesterIn(new URLSearchParams("semester=<b>")), null);
  assert.equal(semesterIn(new URLSearchParams("")), null);
});

test("semesters are ordered in time, not in the alphabet", () => {
  assert.deepEqual(["2026-winter", "2026-2", "2026-1", "2026-summer", "2025-winter"].sort(compareSemesters), [
    "2025-winter",
    "2026-1",
    "2026-summer",
    "2026-2",
    "2026-winter",
  ]);
});

test("the current semester follows the Korean calendar and time zone", () => {
  assert.equal(currentSemester(new Date("2026-03-02T00:00:00Z")), "2026-1");
  assert.equal(currentSemester(new Date("2026-07-10T00:00:00Z")), "2026-summer");
  assert.equal(currentSemester(new Date("2026-11-28T00:00:00Z")), "2026-2");
  assert.equal(currentSemester(new Date("2027-02-10T00:00:00Z")), "2026-winter");
  assert.equal(currentSemester(new Date("2026-12-31T15:00:00Z")), "2026-winter");
});

test("the choices are near the current semester and include those in use", () => {
  const choices = semesterChoices(new Date("2026-11-28T00:00:00Z"), ["2024-1"]);
  assert.deepEqual(choices, ["2027-1", "2026-winter", "2026-2", "2026-summer", "2026-1", "2025-winter", "2025-2", "2024-1"]);
});

test("the first semester shown is the current one, or the latest in use", () => {
  const day = new Date("2026-11-28T00:00:00Z");
  assert.equal(firstSemester(day, []), "2026-2");
  assert.equal(firstSemester(day, ["2026-2", "2027-1"]), "2026-2");
  assert.equal(firstSemester(day, ["2026-1", "2025-2"]), "2026-1");
});

test("the semesters since the admission reach to the next but one", () => {
  const day = new Date("2026-11-28T00:00:00Z");
  assert.deepEqual(semestersSince(2026, day), ["2027-1", "2026-winter", "2026-2", "2026-summer", "2026-1"]);
  assert.equal(semestersSince(2019, day).at(-1), "2019-1");
  assert.deepEqual(semestersSince(2030, day), ["2027-1"]);
});
