// @ts-check
import { expect, expectAccessible, screenshot, test } from "./support/fixtures.js";

/** @typedef {import("./support/fixtures.js").Student} Student */

const SEMESTER = "2026-2";
const REVIEW = "설명이 친절하고 예제가 많아서 따라가기 쉬웠어요.";

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

/** @param {Student} student @param {string} lecture @param {number} rating @param {string} content */
const review = (student, lecture, rating, content) =>
  student.api.post("/lectures/{id}/reviews", { path: { id: lecture }, body: { rating, content, semester: SEMESTER, exams: "two" } });

test("lectures are searched with filters, which the address keeps", async ({ student }) => {
  const { page } = student;
  await page.goto(`/lectures?semester=${SEMESTER}`);
  const results = page.getByRole("list", { name: "검색 결과" });
  await expect(results.getByRole("listitem").first()).toBeVisible();
  await page.getByRole("button", { name: "상세 조건" }).click();
  await page.getByLabel("요일").selectOption("fri");
  await page.getByLabel("시작 시각 이후").fill("15:00");
  await page.getByLabel("종료 시각 이전").fill("14:00");
  await page.getByRole("button", { name: "조건 적용" }).click();
  await expect(page.getByText("종료는 시작보다 늦어야 해요.")).toBeVisible();
  await expectAccessible(page, "the filters");
  await screenshot(page, "lectures-filters");
  await page.getByLabel("시작 시각 이후").fill("14:00");
  await page.getByLabel("종료 시각 이전").fill("16:00");
  await page.getByRole("button", { name: "조건 적용" }).click();
  await expect(results.getByRole("listitem")).toHaveCount(1);
  await expect(results.getByText("영화와 사회")).toBeVisible();

  await results.getByRole("link", { name: /영화와 사회/ }).click();
  await expect(page.getByRole("heading", { name: "영화와 사회", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "뒤로" }).click();
  await expect(results.getByRole("listitem")).toHaveCount(1);
  await page.getByRole("button", { name: "‘금요일’ 조건 빼기" }).click();
  await page.getByRole("searchbox", { name: "과목명이나 교수명" }).fill("없는 강의");
  await expect(page.getByText("찾는 강의가 없어요")).toBeVisible();
});

test("the semesters and filters are those that the school has", async ({ student }) => {
  const { page, api } = student;
  const { items } = await api.get("/semesters");
  const choices = await api.get("/semesters/{semester}/filters", { path: { semester: SEMESTER } });
  await page.goto("/lectures");
  const semesters = page.getByRole("combobox", { name: "학기" });
  await expect(semesters.locator("option")).toHaveCount(items.length);
  await expect(semesters).toHaveValue(SEMESTER);
  await page.getByRole("button", { name: "상세 조건" }).click();
  const departments = page.getByLabel("개설 학과");
  await expect(departments.locator("option")).toHaveCount(choices.departments.length + 1);
  const half = choices.credits.find(({ credit }) => credit % 1 > 0);
  const credit = half ?? choices.credits[0];
  await page.getByLabel("학점").selectOption(String(credit?.credit));
  await page.getByRole("button", { name: "조건 적용" }).click();
  const results = page.getByRole("list", { name: "검색 결과" });
  await expect(results.getByRole("listitem")).toHaveCount(Math.min(credit?.count ?? 0, 20));
  await expect(results.getByText(`${credit?.credit}학점`).first()).toBeVisible();
  await screenshot(page, "lectures-credit");

  const year = choices.academic_years.find(({ count }) => count < 20);
  await page.goto("/lectures");
  await page.getByRole("button", { name: "상세 조건" }).click();
  await page.getByLabel("학년").selectOption(year?.name ?? "");
  await screenshot(page, "lectures-academic-year");
  await page.getByRole("button", { name: "조건 적용" }).click();
  await expect(page.getByRole("button", { name: `‘${year?.name}’ 조건 빼기` })).toBeVisible();
  await expect(results.getByRole("listitem")).toHaveCount(year?.count ?? 0);
});

test("the filters of a semester without lectures, and those of the address, can be chosen", async ({ student, guard }) => {
  guard.expect("404 GET /api/semesters/2031-1/filters");
  const { page } = student;
  await page.goto("/lectures?semester=2031-1&department=옛 학과");
  await expect(page.getByText("찾는 강의가 없어요")).toBeVisible();
  await page.getByRole("button", { name: "상세 조건 1개" }).click();
  await expect(page.getByLabel("개설 학과")).toHaveValue("옛 학과");
});

test("home and the timetable lead to the lectures", async ({ student: { page } }) => {
  const title = page.getByRole("heading", { name: "강의 찾기", level: 1 });
  await page.goto("/");
  await page.getByRole("main").getByRole("link", { name: "강의평" }).click();
  await expect(title).toBeVisible();
  await page.goto("/timetable");
  await expect(page.getByText("아직 시간표가 없어요")).toBeVisible();
  await page.getByRole("link", { name: "강의와 강의평" }).click();
  await expect(title).toBeVisible();
  await page.goBack();
  await page.getByRole("button", { name: "메뉴 열기" }).click();
  await page.getByRole("menuitem", { name: "강의와 강의평" }).click();
  await expect(title).toBeVisible();
});

test("a list of lectures grows as the student scrolls", async ({ student }) => {
  const { page } = student;
  const model = await lectureOf(student, "자료구조");
  await page.route(/\/api\/lectures\?/, (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 0);
    const items = Array.from({ length: 20 }, (_, index) => ({ ...model, id: `lecture-${from + index}`, title: `강의 ${from + index}` }));
    return route.fulfill({ json: { items, next_cursor: from < 40 ? String(from + 20) : null } });
  });
  await page.goto(`/lectures?semester=${SEMESTER}`);
  const results = page.getByRole("list", { name: "검색 결과" });
  await expect(results.getByText("강의 0", { exact: true })).toBeVisible();
  await expect(async () => {
    await page.mouse.wheel(0, 4000);
    await expect(results.getByRole("listitem")).toHaveCount(60, { timeout: 500 });
  }).toPass();
});

test("a student adds a lecture to a timetable from its page", async ({ student }) => {
  const { page, api } = student;
  const lecture = await lectureOf(student, "영화와 사회");
  const { id } = await api.post("/timetables", { body: { semester: SEMESTER, name: "이번 학기" } });
  const full = await api.post("/timetables", { body: { semester: SEMESTER, name: "다른 계획" } });
  await api.post("/timetables/{id}/entries", { path: { id: full.id }, body: { title: "알바", slots: [{ day: "fri", start: "15:00", end: "20:00" }] } });
  await page.goto(`/lectures/${lecture.id}`);
  await expect(page.getByText("시간이 겹쳐요: 알바 (금 15:00–16:00)")).toBeVisible();
  await expect(page.getByRole("button", { name: "다른 계획: ‘영화와 사회’ 담기" })).toBeDisabled();
  await page.getByRole("button", { name: "이번 학기: ‘영화와 사회’ 담기" }).click();
  await expect(page.getByText("담음", { exact: true })).toBeVisible();
  expect((await api.get("/timetables/{id}", { path: { id } })).entries.map((entry) => entry.title)).toEqual(["영화와 사회"]);
});

test("a student reviews a course, and deletes the review", async ({ student }) => {
  const { page } = student;
  const lecture = await take(student, "경제학원론");
  await page.goto(`/lectures/${lecture.id}`);
  await page.getByRole("link", { name: "강의평 쓰기" }).first().click();
  await page.getByRole("textbox", { name: "강의평" }).fill("짧아요");
  await page.getByRole("button", { name: "올리기" }).click();
  await expect(page.getByText("별점을 골라 주세요.")).toBeVisible();
  await expect(page.getByText("20자 이상 입력해 주세요.")).toBeVisible();
  await page.getByRole("radio", { name: "3점, 보통이에요" }).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "4점, 좋아요" })).toBeChecked();
  await page.getByRole("textbox", { name: "강의평" }).fill(REVIEW);
  await page.getByRole("group", { name: "팀플" }).getByRole("radio", { name: "없음" }).check();
  await page.getByLabel("시험").selectOption("two");
  await expectAccessible(page, "a review");
  await screenshot(page, "review");
  await page.getByRole("button", { name: "올리기" }).click();

  await expect(page.getByText("강의평을 올렸어요.")).toBeVisible();
  const mine = page.getByRole("article").filter({ hasText: "내 강의평" });
  await expect(mine).toContainText(REVIEW);
  await expect(mine).toContainText("2026년 2학기 수강자");
  await expect(mine).toContainText("시험 두 번");
  await expect(mine.getByRole("button", { name: /공감/ })).toBeDisabled();
  await mine.getByRole("button", { name: "메뉴 열기" }).click();
  await page.getByRole("menuitem", { name: "강의평 삭제" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "삭제" }).click();
  await expect(page.getByText("강의평을 삭제했어요.")).toBeVisible();
  await expect(mine).toHaveCount(0);
});

test("a student who has not taken a lecture is told what to do, and keeps the text", async ({ student, guard }) => {
  guard.expect(/^403 POST \/api\/lectures/);
  const { page } = student;
  const lecture = await lectureOf(student, "운영체제");
  await page.goto(`/lectures/${lecture.id}/review`);
  await page.getByRole("radio", { name: "5점, 추천해요" }).check();
  await page.getByRole("textbox", { name: "강의평" }).fill(REVIEW);
  await page.getByRole("button", { name: "올리기" }).click();
  await expect(page.getByRole("alert")).toContainText("그 학기에 시간표에 담은 강의에만 강의평과 시험 정보를 쓸 수 있습니다.");
  await expect(page.getByText("수강한 학기의 시간표에 이 강의가 있어야 해요.", { exact: false })).toBeVisible();
  await expectAccessible(page, "a refused review");
  await screenshot(page, "review-not-taken");
  await page.getByRole("link", { name: "시간표 보기" }).click();
  await expect(page).toHaveURL(`/timetable?semester=${SEMESTER}`);
  await page.goto(`/lectures/${lecture.id}/review`);
  await expect(page.getByRole("textbox", { name: "강의평" })).toHaveValue(REVIEW);
  await expect(page.getByRole("radio", { name: "5점, 추천해요" })).toBeChecked();
});

test("a review is liked once", async ({ student, another }) => {
  const author = await another();
  const lecture = await take(author, "선형대수학");
  await review(author, lecture.id, 2, `${REVIEW} ${author.loginId}`);
  const { page } = student;
  await page.goto(`/lectures/${lecture.id}`);
  const theirs = page.getByRole("article").filter({ hasText: author.loginId });
  const like = theirs.getByRole("button", { name: "공감 0" });
  await like.dblclick();
  await expect(theirs.getByRole("button", { name: "공감 1" })).toHaveAttribute("aria-pressed", "true");
});
