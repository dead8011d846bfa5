// @ts-check
import { expect, expectAccessible, expectNoLayoutShift, screenshot, test } from "./support/fixtures.js";
import { EXAMPLES } from "./support/grades.js";

/** @typedef {import("./support/fixtures.js").Student} Student */

const SEMESTER = "2026-2";

/** @param {Student} student @param {string} semester @param {import("./support/grades.js").Course[]} courses */
const save = (student, semester, courses) => student.api.put("/grades/{semester}", { path: { semester }, body: { courses } });

/** @param {string} title @param {number} credit @param {import("./support/grades.js").Course["grade"]} grade */
const course = (title, credit, grade) => ({ title, credit, grade, is_major: false, is_retake: false });

/** A unit test holds the client to the same examples. */
for (const { name, scale, semesters, expected, of } of EXAMPLES) {
  test(`the service agrees: ${name}`, async ({ student }) => {
    await student.api.patch("/grades", { body: { scale } });
    for (const { semester, courses } of semesters) {
      await save(student, semester, courses);
    }
    expect(await student.api.get("/grades")).toMatchObject(expected);
    for (const [semester, totals] of Object.entries(of)) {
      expect(await student.api.get("/grades/{semester}", { path: { semester } })).toMatchObject(totals);
    }
  });
}

test("a student imports a timetable, enters grades, and sees the means", async ({ student }) => {
  const { page, api } = student;
  const { id } = await api.post("/timetables", { body: { semester: SEMESTER, name: "이번 학기" } });
  const { items } = await api.get("/lectures", { query: { semester: SEMESTER, query: "자료구조" } });
  for (const { id: lecture_id } of items) {
    await api.post("/timetables/{id}/entries", { path: { id }, body: { lecture_id } });
  }
  await page.goto(`/timetable?semester=${SEMESTER}`);
  await page.getByRole("link", { name: "학점과 평점" }).click();
  await page.getByRole("combobox", { name: "학기" }).selectOption(SEMESTER);
  await page.getByRole("link", { name: "성적 입력하기" }).click();
  await expect(page.getByRole("heading", { name: "2026년 2학기", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "시간표에서 가져오기" }).click();
  await expectAccessible(page, "the timetables to import");
  await page.getByRole("dialog").getByRole("button", { name: "이번 학기" }).click();
  await expect(page.getByText("과목 2개를 가져왔어요.")).toBeVisible();
  const first = page.getByRole("group", { name: "과목 1" });
  await expect(first.getByLabel("과목명")).toHaveValue("자료구조");
  await expect(first.getByLabel("학점")).toHaveValue("3");

  await page.getByRole("button", { name: "저장" }).click();
  await expect(page.getByText("성적을 골라 주세요.")).toHaveCount(2);
  await expectAccessible(page, "what is missing");
  await first.getByLabel("성적").selectOption("A+");
  await first.getByRole("checkbox", { name: "전공" }).check();
  await page.getByRole("group", { name: "과목 2" }).getByLabel("성적").selectOption("P");
  await page.getByRole("button", { name: "과목 추가" }).click();
  const third = page.getByRole("group", { name: "과목 3" });
  await third.getByLabel("과목명").fill("사회봉사");
  await third.getByLabel("학점").fill("0.3");
  await third.getByLabel("성적").selectOption("B0");
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page.getByText("0부터 30까지 0.5 단위로 적어 주세요.")).toBeVisible();
  await third.getByLabel("학점").fill("0.5");
  await screenshot(page, "grades-entered");
  await page.getByRole("button", { name: "저장" }).click();

  // 4.5 and 3.0, weighted by 3 and 0.5 credits.
  await expect(page.getByRole("heading", { name: "학점과 평점", level: 1 })).toBeVisible();
  const row = page.getByRole("row", { name: /2026년 2학기/ });
  await expect(row).toContainText("4.29");
  await expect(row).toContainText("4.50");
  await expect(row).toContainText("4.5");
  const saved = await api.get("/grades/{semester}", { path: { semester: SEMESTER } });
  expect(saved.courses.map(({ lecture_id }) => lecture_id !== null)).toEqual([true, true, false]);
  expect(saved.mean).toBe(4.2857);
});

test("grades are tried without saving, over a reload, and taken back", async ({ student }) => {
  const { page, api } = student;
  await save(student, "2025-2", [course("회로이론", 3, "D0"), course("철학", 3, "A0")]);
  await save(student, SEMESTER, [course("회로 이론", 3, "A0")]);
  await page.goto(`/grades/${SEMESTER}`);
  const preview = page.getByRole("region", { name: "계산한 평점" });
  await expect(preview).toContainText("3.00");
  await page.getByRole("checkbox", { name: "재수강" }).check();
  await expect(page.getByText("2025년 2학기에 받은 D0 성적을 대신해요.")).toBeVisible();
  await expect(preview).toContainText("4.00");
  await expect(preview).toContainText("저장된 값 3.00");
  await expectAccessible(page, "grades that are not saved");
  await screenshot(page, "grades-what-if");
  await page.reload();
  await expect(page.getByRole("checkbox", { name: "재수강" })).toBeChecked();
  await expect(page.getByText("저장하기 전에는 이 기기에만 남아요.", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "되돌리기" }).click();
  await expect(page.getByRole("checkbox", { name: "재수강" })).not.toBeChecked();
  await expect(preview).not.toContainText("저장");
  expect((await api.get("/grades/{semester}", { path: { semester: SEMESTER } })).courses[0]?.is_retake).toBe(false);
});

test("the means of several semesters are drawn, and lead to the semesters", async ({ student: { page, api }, student }) => {
  const means = /** @type {const} */ (["C+", "B0", "A0", "B+"]);
  for (const [index, semester] of ["2025-1", "2025-2", "2026-1", "2026-2"].entries()) {
    await save(student, semester, [
      { ...course(`전공 ${index}`, 3, means[index] ?? "A0"), is_major: true },
      { ...course(`교양 ${index}`, 2.5, index === 1 ? "A+" : "B+"), is_major: false },
    ]);
  }
  await api.patch("/grades", { body: { goal_credits: 130 } });
  await page.goto("/me");
  await page.getByRole("link", { name: "학점과 평점" }).click();
  const chart = page.getByRole("img", { name: /학기별 평점 그래프/ });
  await expect(chart).toBeVisible();
  await expect(chart).toHaveAccessibleName(/2025년 1학기 2\.95, 2025년 2학기 3\.68/);
  await expect(page.getByRole("progressbar", { name: "졸업까지 취득한 학점" })).toBeVisible();
  await expect(page.getByText("졸업까지 108학점 남았어요.")).toBeVisible();
  await expectNoLayoutShift(page);
  await expectAccessible(page, "the means");
  await screenshot(page, "grades-means");
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "the means in the dark", ["color-contrast"]);
  await screenshot(page, "grades-means-dark");
  await page.getByRole("link", { name: "2025년 1학기" }).click();
  await expect(page.getByLabel("과목명").first()).toHaveValue("전공 0");
});

test("the scale changes only if it has all grades, and a goal is in half credits", async ({ student, guard }) => {
  guard.expect("409 PATCH /api/grades");
  const { page, api } = student;
  await api.patch("/grades", { body: { scale: 4.3 } });
  await save(student, SEMESTER, [course("미적분학", 3, "B-")]);
  await page.goto("/grades");
  await page.getByRole("button", { name: "학점 설정" }).click();
  await page.getByLabel("만점").selectOption("4.5");
  await page.getByLabel("졸업 학점").fill("130.2");
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page.getByText("0부터 500까지 0.5 단위로 적어 주세요.")).toBeVisible();
  await page.getByLabel("졸업 학점").fill("130.5");
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page.getByLabel("만점")).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page, "a refused scale");
  await screenshot(page, "grades-settings");
  await page.getByLabel("만점").selectOption("4.3");
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page.getByText("졸업까지 127.5학점 남았어요.")).toBeVisible();
});

test("a semester is deleted", async ({ student }) => {
  const { page, api } = student;
  await save(student, SEMESTER, [course("미적분학", 3, "B0")]);
  await page.goto("/grades");
  await page.getByRole("link", { name: "2026년 2학기" }).click();
  await page.getByRole("button", { name: "메뉴 열기" }).click();
  await page.getByRole("menuitem", { name: "이 학기 성적 삭제" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "삭제" }).click();
  await expect(page.getByText("아직 입력한 성적이 없어요")).toBeVisible();
  expect((await api.get("/grades")).semesters).toEqual([]);
});

test("what the service refuses stands beside the course", async ({ student, guard }) => {
  guard.expect("422 PUT /api/grades");
  const { page } = student;
  await page.goto(`/grades/${SEMESTER}`);
  await page.getByRole("button", { name: "과목 추가" }).click();
  await page.getByLabel("과목명").fill("숨은\u202e글자");
  await page.getByLabel("성적", { exact: true }).selectOption("A0");
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page.getByLabel("과목명")).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator(".course .field-error")).not.toBeEmpty();
});
