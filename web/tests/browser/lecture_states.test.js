// @ts-check
import { expect, expectAccessible, expectNoLayoutShift, screenshot, test } from "./support/fixtures.js";

/** @typedef {import("./support/fixtures.js").Student} Student */

const SEMESTER = "2026-2";
/** A Wednesday, 10:30 in Seoul. */
const NOW = new Date("2026-11-25T01:30:00Z");

/** Changes an answer of the service. @param {import("@playwright/test").Page} page @param {RegExp} address @param {(body: any) => void} change */
const edit = (page, address, change) =>
  page.route(address, async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    change(json);
    await route.fulfill({ response, json });
  });

/** Gives entries their states in the order of the titles. @param {any[]} entries */
function setStates(entries) {
  for (const entry of entries) {
    entry.state = /자료구조 실습/.test(entry.title) ? "withdrawn" : /자료구조/.test(entry.title) ? "cancelled" : null;
  }
}

/** A timetable with two lectures and an entry of the student's own. @param {Student} student */
async function plan({ api }) {
  const timetable = await api.post("/timetables", { body: { semester: SEMESTER, name: "이번 학기" } });
  const path = { id: timetable.id };
  const { items } = await api.get("/lectures", { query: { semester: SEMESTER, query: "자료구조" } });
  for (const { id: lecture_id } of items) {
    await api.post("/timetables/{id}/entries", { path, body: { lecture_id } });
  }
  await api.post("/timetables/{id}/entries", { path, body: { title: "스터디", slots: [{ day: "thu", start: "18:00", end: "20:00" }] } });
  return { timetable, lectures: items };
}

test("cancelled and withdrawn lectures are marked in the own timetable, and explained", async ({ student }) => {
  const { page } = student;
  await plan(student);
  await edit(page, /\/api\/timetables(\?|$)/, ({ items }) => items.forEach((/** @type {any} */ item) => setStates(item.entries)));
  await page.goto(`/timetable?semester=${SEMESTER}`);
  const cancelled = page.getByRole("list", { name: "월요일" }).getByRole("button", { name: /자료구조, 폐강, 13:30/ });
  await expect(cancelled).toBeVisible();
  const list = page.getByRole("list", { name: "수업 3개" });
  await expect(list.getByRole("listitem").filter({ hasText: "목록에 없음" })).toContainText("학교의 강의 목록에서 빠진 수업이에요.");
  await expect(list.getByRole("listitem").filter({ hasText: "스터디" })).not.toContainText("폐강");
  await expectNoLayoutShift(page);
  await expectAccessible(page, "a timetable with lectures that are not listed");
  await screenshot(page, "states-timetable");
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "the same in the dark", ["color-contrast"]);
  await cancelled.click();
  await expect(page.getByRole("dialog")).toContainText("학교가 폐강한 수업이에요.");
  await expectAccessible(page, "a cancelled lecture");
  await screenshot(page, "states-dialog");
});

test("a shared timetable marks them too", async ({ student, another }) => {
  const author = await another();
  const { timetable } = await plan(author);
  const { token } = await author.api.post("/timetables/{id}/share", { path: { id: timetable.id } });
  const { page } = student;
  await edit(page, /\/api\/shared-timetables\/[^/]+$/, ({ entries }) => setStates(entries));
  await page.goto(`/shared#${token}`);
  await expect(page.getByRole("list", { name: "수업 3개" })).toContainText("학교가 폐강한 수업이에요.");
  await expect(page.locator(".week-slot[data-unlisted]").first()).toBeVisible();
  await expectAccessible(page, "a shared timetable with them");
});

test("a cancelled lecture is found and explained, but cannot be added", async ({ student }) => {
  const { page, api } = student;
  const timetable = await api.post("/timetables", { body: { semester: SEMESTER, name: "이번 학기" } });
  const { items } = await api.get("/lectures", { query: { semester: SEMESTER, query: "자료구조" } });
  await edit(page, /\/api\/lectures\?/, ({ items: found }) => found.forEach((/** @type {any} */ lecture) => (lecture.state = "cancelled")));
  await edit(page, /\/api\/lectures\/[^/]+$/, (lecture) => (lecture.state = "cancelled"));
  await page.goto(`/timetable/${timetable.id}/add?query=자료구조`);
  const row = page.getByRole("list", { name: "검색 결과" }).getByRole("listitem").first();
  await expect(row).toContainText("폐강");
  await expect(row.getByRole("button", { name: /담기/ })).toBeDisabled();
  await page.goto(`/lectures/${items[0]?.id}`);
  await expect(page.getByText("학교가 폐강한 수업이에요.", { exact: false })).toBeVisible();
  await expect(page.getByRole("button", { name: /이번 학기: .* 담기/ })).toBeDisabled();
  await expectAccessible(page, "a cancelled lecture");
});

test("days off are shown for the current week, and home skips them", async ({ student }) => {
  const { page, api } = student;
  const timetable = await api.post("/timetables", { body: { semester: SEMESTER, name: "이번 학기" } });
  await api.post("/timetables/{id}/entries", { path: { id: timetable.id }, body: { title: "오늘 수업", slots: [{ day: "wed", start: "13:00", end: "14:00" }] } });
  await api.post("/timetables/{id}/entries", { path: { id: timetable.id }, body: { title: "내일 수업", slots: [{ day: "thu", start: "13:00", end: "14:00" }] } });
  let daysOff = ["2026-11-25"];
  await edit(page, /\/api\/semesters(\?|$)/, ({ items }) => items.forEach((/** @type {any} */ item) => (item.days_off = item.semester === SEMESTER ? daysOff : [])));
  await page.clock.setFixedTime(NOW);
  await page.goto("/timetable");
  await expect(page.getByText("오늘은 휴일이에요.")).toBeVisible();
  await expect(page.getByRole("list", { name: "수요일, 휴일" })).toBeAttached();
  await expectNoLayoutShift(page);
  await expectAccessible(page, "a week with a day off");
  await screenshot(page, "days-off-week");
  await page.goto("/");
  await expect(page.getByText("오늘은 휴일이에요.")).toBeVisible();
  const classes = page.getByRole("list", { name: "목요일 수업" });
  await expect(classes).toContainText("내일 수업");
  await screenshot(page, "days-off-home");

  daysOff = ["2026-11-27"];
  await page.evaluate(() => localStorage.clear());
  await page.goto("/timetable");
  await expect(page.getByText("이번 주 휴일: 금요일")).toBeVisible();
});

test("a class in two rooms is one block, and one candidate", async ({ student }) => {
  const { page, api } = student;
  const timetable = await api.post("/timetables", { body: { semester: SEMESTER, name: "이번 학기" } });
  const slots = ["실험실 1", "실험실 2"].map((place) => ({ day: "mon", start: "09:00", end: "11:00", place }));
  await edit(page, /\/api\/lectures\?/, ({ items }) => items.forEach((/** @type {any} */ lecture) => (lecture.slots = slots)));
  await page.goto(`/timetable/${timetable.id}/add?query=자료구조`);
  await page.getByRole("button", { name: /^자료구조(?! 실습)/ }).click();
  await expect(page.locator(".week-ghost")).toHaveCount(1);
  await edit(page, /\/api\/timetables(\?|$)/, ({ items }) => (items[0].entries = [{ ...ENTRY, slots }]));
  await page.goto(`/timetable?semester=${SEMESTER}`);
  await expect(page.locator(".week-slot")).toHaveCount(1);
  await expect(page.getByRole("button", { name: "물리학 실험, 09:00–11:00, 실험실 1, 실험실 2" })).toBeVisible();
  await expect(page.getByRole("list", { name: "수업 1개" })).toContainText("0.5학점");
});

const ENTRY = {
  id: "01a0551e-0c99-706a-bcdd-625bce4ca2ff",
  lecture_id: "01a0551e-0c99-706a-bcdd-625bce4ca2fe",
  title: "물리학 실험",
  professor: null,
  credit: 0.5,
  color: "#b9e3c6",
  conflicts: false,
  state: "listed",
};
