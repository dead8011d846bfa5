// @ts-check
import { expect, expectAccessible, expectNoLayoutShift, screenshot, test } from "./support/fixtures.js";

/** @typedef {import("./support/fixtures.js").Student} Student */

const SEMESTER = "2026-2";
const STRATEGY = "과제에서 푼 문제가 조금 바뀌어 나와요. 정의를 정확히 외우세요.";

/** @param {Student} student @param {string} query */
async function lectureOf(student, query) {
  const { items } = await student.api.get("/lectures", { query: { semester: SEMESTER, query } });
  if (!items[0]) {
    throw new Error(`the demo data has no ${query}`);
  }
  return items[0];
}

/** @param {Student} student @param {string} query */
async function take(student, query) {
  const lecture = await lectureOf(student, query);
  const { id } = await student.api.post("/timetables", { body: { semester: SEMESTER, name: "이번 학기" } });
  await student.api.post("/timetables/{id}/entries", { path: { id }, body: { lecture_id: lecture.id } });
  return lecture;
}

test("a student writes about an exam, and deletes it", async ({ student, guard }) => {
  guard.expect("409 POST /api/lectures");
  const { page } = student;
  const lecture = await take(student, "경제학원론");
  await page.goto(`/lectures/${lecture.id}`);
  await page.getByRole("radio", { name: "시험 정보" }).check();
  await expect(page).toHaveURL(`/lectures/${lecture.id}?show=exams`);
  await page.getByRole("link", { name: "시험 정보 쓰기" }).first().click();
  await page.getByRole("radio", { name: "기말고사" }).check();
  await page.getByRole("checkbox", { name: "서술형" }).check();
  await page.getByRole("checkbox", { name: "객관식" }).check();
  await page.getByRole("textbox", { name: "공부 방법" }).fill("짧아요");
  await page.getByRole("button", { name: "올리기" }).click();
  await expect(page.getByText("20자 이상 입력해 주세요.")).toBeVisible();
  await page.getByRole("textbox", { name: "공부 방법" }).fill(STRATEGY);
  await page.reload();
  await expect(page.getByRole("textbox", { name: "공부 방법" })).toHaveValue(STRATEGY);
  await expect(page.getByRole("checkbox", { name: "서술형" })).toBeChecked();
  await expectAccessible(page, "an exam info");
  await screenshot(page, "exam-info");
  await page.getByRole("button", { name: "올리기" }).click();

  await expect(page.getByText("시험 정보를 올렸어요.")).toBeVisible();
  const mine = page.getByRole("article").filter({ hasText: "내가 쓴 정보" });
  await expect(mine).toContainText(STRATEGY);
  await expect(mine).toContainText("기말고사");
  await expect(mine).toContainText("2026년 2학기 수강자");
  await expect(mine.getByRole("list", { name: "문제 유형" })).toHaveText("객관식서술형");
  await expect(mine.getByRole("button", { name: /공감/ })).toBeDisabled();
  await expectAccessible(page, "the exam infos");
  await screenshot(page, "exam-infos");

  await page.getByRole("link", { name: "시험 정보 쓰기" }).first().click();
  await page.getByRole("radio", { name: "기말고사" }).check();
  await page.getByRole("textbox", { name: "공부 방법" }).fill(STRATEGY);
  await page.getByRole("button", { name: "올리기" }).click();
  await expect(page.getByLabel("시험을 본 학기")).toHaveAttribute("aria-invalid", "true");
  await page.getByRole("button", { name: "뒤로" }).click();

  await mine.getByRole("button", { name: "메뉴 열기" }).click();
  await page.getByRole("menuitem", { name: "시험 정보 삭제" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "삭제" }).click();
  await expect(page.getByText("시험 정보를 삭제했어요.")).toBeVisible();
  await expect(mine).toHaveCount(0);
});

test("a student who has not taken a lecture is told what to do, and keeps the text", async ({ student, guard }) => {
  guard.expect("403 POST /api/lectures");
  const { page } = student;
  const lecture = await lectureOf(student, "운영체제");
  await page.goto(`/lectures/${lecture.id}/exam-info`);
  await page.getByRole("textbox", { name: "공부 방법" }).fill(STRATEGY);
  await page.getByRole("button", { name: "올리기" }).click();
  await expect(page.getByText("수강한 학기의 시간표에 이 강의가 있어야 해요.", { exact: false })).toBeVisible();
  await expectAccessible(page, "a refused exam info");
  await page.getByRole("link", { name: "시간표 보기" }).click();
  await expect(page).toHaveURL(`/timetable?semester=${SEMESTER}`);
  await page.goto(`/lectures/${lecture.id}/exam-info`);
  await expect(page.getByRole("textbox", { name: "공부 방법" })).toHaveValue(STRATEGY);
});

test("an exam info is liked once, and the page of the lecture is still", async ({ student, another }) => {
  const author = await another();
  const lecture = await take(author, "선형대수학");
  await author.api.post("/lectures/{id}/exam-infos", {
    path: { id: lecture.id },
    body: { exam: "midterm", semester: SEMESTER, question_types: [], strategy: `${STRATEGY} ${author.loginId}` },
  });
  const { page } = student;
  await page.goto(`/lectures/${lecture.id}?show=exams`);
  const theirs = page.getByRole("article").filter({ hasText: author.loginId });
  await theirs.getByRole("button", { name: "공감 0" }).dblclick();
  await expect(theirs.getByRole("button", { name: "공감 1" })).toHaveAttribute("aria-pressed", "true");
  await expectNoLayoutShift(page);
});

test("an exam info is reported, a hidden one shows its place, and its author learns why", async ({ student, another }) => {
  const author = await another();
  const lecture = await take(author, "확률과정론");
  const info = await author.api.post("/lectures/{id}/exam-infos", {
    path: { id: lecture.id },
    body: { exam: "quiz", semester: SEMESTER, question_types: ["other"], strategy: `${STRATEGY} ${author.loginId}` },
  });
  const { page } = student;
  await page.goto(`/lectures/${lecture.id}?show=exams`);
  const theirs = page.getByRole("article").filter({ hasText: author.loginId });
  await theirs.getByRole("button", { name: "메뉴 열기" }).click();
  await page.getByRole("menuitem", { name: "신고" }).click();
  const dialog = page.getByRole("dialog", { name: "시험 정보 신고" });
  await dialog.getByRole("radio", { name: "광고·도배" }).check();
  await dialog.getByRole("button", { name: "신고", exact: true }).click();
  await expect(dialog.getByText("신고를 접수했어요")).toBeVisible();

  // One report of a new account hides nothing, so the service answers for many.
  const until = "2099-01-01T00:00:00.000Z";
  for (const { page: shown } of [student, author]) {
    await shown.route(/\/exam-infos(\?|$)/, async (route) => {
      const response = await route.fetch();
      const { items, next_cursor } = await response.json();
      const change = (/** @type {any} */ item) =>
        item.id !== info.id ? item
        : item.is_mine ? { ...item, state: "blinded", moderation: { reason: "spam", until, can_appeal: true, takedown_id: null } }
        : { ...item, state: "blinded", strategy: null };
      await route.fulfill({ response, json: { items: items.map(change), next_cursor } });
    });
  }
  await page.reload();
  await expect(page.getByText("신고로 가려진 내용이에요.")).toBeVisible();
  await expect(page.getByText(author.loginId)).toHaveCount(0);
  await author.page.goto(`/lectures/${lecture.id}?show=exams`);
  await expect(author.page.getByText("신고로 가려져 나만 볼 수 있어요")).toBeVisible();
  await expectAccessible(author.page, "an own hidden exam info");
  await screenshot(author.page, "exam-info-hidden");
});
