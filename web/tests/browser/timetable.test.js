// @ts-check
import { readFile } from "node:fs/promises";
import { expect, expectAccessible, screenshot, test } from "./support/fixtures.js";

/** @typedef {import("./support/fixtures.js").Student} Student */
/** @typedef {import("campus-api").Schema<"NewSlot">} Slot */

const SEMESTER = "2026-2";

/** @param {Student} student @param {string} [name] */
const newTimetable = (student, name = "이번 학기") => student.api.post("/timetables", { body: { semester: SEMESTER, name } });

/** @param {Student} student @param {string} id @param {string} title @param {Slot[]} slots */
const newEntry = (student, id, title, slots) => student.api.post("/timetables/{id}/entries", { path: { id }, body: { title, slots } });

/** The requests with this method that the page sends from now on. @param {import("@playwright/test").Page} page @param {string} method @param {RegExp} path */
function record(page, method, path) {
  /** @type {import("@playwright/test").Request[]} */
  const requests = [];
  page.on("request", (request) => void (request.method() === method && path.test(new URL(request.url()).pathname) && requests.push(request)));
  return requests;
}

const ENTRIES = /^\/api\/timetables\/[^/]+\/entries$/;

test("a new student makes a timetable and fills it with lectures", async ({ student }) => {
  const { page } = student;
  await page.goto(`/timetable?semester=${SEMESTER}`);
  await page.getByRole("button", { name: "새 시간표" }).click();
  await page.getByRole("textbox", { name: "이름" }).fill("2학기 계획");
  await page.getByRole("button", { name: "만들기" }).click();
  await page.getByRole("link", { name: "강의 찾기" }).click();

  await page.getByRole("searchbox", { name: "과목명이나 교수명" }).fill("자료구조");
  const results = page.getByRole("list", { name: "검색 결과" });
  await expect(results.getByRole("listitem")).toHaveCount(2);
  await page.getByRole("button", { name: "‘자료구조’ 담기" }).click();
  await expect(page.getByText("‘자료구조’ 수업을 담았어요.")).toBeVisible();
  await page.getByRole("button", { name: "‘자료구조 실습’ 담기" }).click();
  await expect(results.getByText("담음")).toHaveCount(2);
  await expectAccessible(page, "a search");
  await screenshot(page, "timetable-add");

  await page.getByRole("button", { name: "뒤로" }).click();
  await expect(page.getByRole("heading", { name: "2학기 계획" })).toBeVisible();
  await expect(page.getByText("수업 2개 · 4학점")).toBeVisible();
  const monday = page.getByRole("list", { name: "월요일" });
  await expect(monday.getByRole("button", { name: "자료구조, 13:30–14:45, 공학관 101, 차가람" })).toBeVisible();
});

test("a clash is shown on the week before anything is sent", async ({ student }) => {
  const { page } = student;
  const { id } = await newTimetable(student);
  await newEntry(student, id, "스터디", [{ day: "mon", start: "13:00", end: "14:00" }]);
  const requests = record(page, "POST", ENTRIES);
  await page.goto(`/timetable/${id}/add?query=자료구조`);
  await page.getByRole("button", { name: /^자료구조(?! 실습)/ }).click();
  await expect(page.getByText("시간이 겹쳐요: 스터디 (월 13:30–14:00)")).toBeVisible();
  await expect(page.locator(".week-ghost")).toHaveCount(2);
  await expect(page.locator(".week-clash")).toHaveCount(1);
  await expectAccessible(page, "a clash");
  await screenshot(page, "timetable-clash");
  const add = page.getByRole("button", { name: "‘자료구조’ 담기" });
  await expect(add).toBeDisabled();
  await add.click({ force: true });
  expect(requests).toHaveLength(0);
});

test("a clash with what another device has added is told, and then shown", async ({ student, guard }) => {
  guard.expect(/^409 POST \/api\/timetables/);
  const { page } = student;
  const { id } = await newTimetable(student);
  await page.goto(`/timetable/${id}/add?query=자료구조`);
  await expect(page.getByRole("button", { name: "‘자료구조’ 담기" })).toBeVisible();
  await newEntry(student, id, "알바", [{ day: "mon", start: "13:00", end: "18:00" }]);
  await page.getByRole("button", { name: "‘자료구조’ 담기" }).click();
  await expect(page.getByText("같은 시간에 다른 수업이 있습니다.")).toBeVisible();
  await expect(page.getByText("시간이 겹쳐요: 알바 (월 13:30–14:45)")).toBeVisible();
});

test("a lecture is added once by a double tap, and by a retry after a lost answer", async ({ student, guard }) => {
  guard.expect(/^net::ERR_FAILED POST/);
  const { page, api } = student;
  const { id } = await newTimetable(student);
  const requests = record(page, "POST", ENTRIES);
  await page.goto(`/timetable/${id}/add?query=자료구조`);
  let isFirst = true;
  await page.route("**/api/timetables/*/entries", async (route) => {
    if (isFirst) {
      isFirst = false;
      await route.fetch();
      await route.abort("failed");
    } else {
      await route.continue();
    }
  });
  await page.getByRole("button", { name: "‘자료구조’ 담기" }).dblclick();
  await page.getByRole("button", { name: "다시 시도" }).click();
  await expect(page.getByText("담음", { exact: true })).toBeVisible();
  expect(requests).toHaveLength(2);
  const [first, second] = await Promise.all(requests.map((request) => request.headerValue("idempotency-key")));
  expect(first).toBe(second);
  expect((await api.get("/timetables/{id}", { path: { id } })).entries).toHaveLength(1);
});

test("a student adds an entry of their own, edits it, removes it and takes that back", async ({ student }) => {
  const { page, api } = student;
  const { id } = await newTimetable(student);
  await page.goto(`/timetable?semester=${SEMESTER}`);
  await page.getByRole("link", { name: "직접 추가" }).click();
  await page.getByLabel("제목").fill("합창 연습");
  await page.getByLabel("시작").fill("22:00");
  await page.getByLabel("종료").fill("21:00");
  await page.getByRole("button", { name: "추가하기" }).click();
  await expect(page.getByText("종료는 시작보다 늦어야 해요.")).toBeVisible();
  await page.getByLabel("종료").fill("00:00");
  await page.getByRole("button", { name: "시간 추가" }).click();
  const second = page.getByRole("group", { name: "시간 2" });
  await second.getByLabel("요일").selectOption("mon");
  await page.getByRole("button", { name: "추가하기" }).click();
  await expect(page.getByText("위의 다른 시간과 겹쳐요.")).toBeVisible();
  await second.getByLabel("요일").selectOption("thu");
  await second.getByLabel("장소").fill("음악관");
  await expect(page.locator(".week-ghost")).toHaveCount(2);
  await expectAccessible(page, "an entry with two times");
  await screenshot(page, "timetable-custom");
  await page.getByRole("button", { name: "추가하기" }).click();
  await expect(page.getByText("월·목 22:00–24:00 · 음악관")).toBeVisible();

  const thursday = page.getByRole("list", { name: "목요일" });
  await thursday.getByRole("button", { name: /합창 연습/ }).click();
  await page.getByRole("dialog").getByRole("radio", { name: "색 5" }).check();
  await expect.poll(async () => (await api.get("/timetables/{id}", { path: { id } })).entries[0]?.color).toBe("#b9e3c6");
  await page.getByRole("link", { name: "수정" }).click();
  await expect(page.getByRole("group", { name: "시간 1" }).getByLabel("종료")).toHaveValue("00:00");
  await page.getByLabel("제목").fill("합창 공연");
  await page.getByRole("button", { name: "시간 2 빼기" }).click();
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page.getByText("월 22:00–24:00")).toBeVisible();

  await page.getByRole("list", { name: "월요일" }).getByRole("button", { name: /합창 공연/ }).click();
  await page.getByRole("button", { name: "빼기" }).click();
  await expect(page.getByText("담은 수업이 없어요")).toBeVisible();
  await page.getByRole("button", { name: "되돌리기" }).click();
  await expect(page.getByRole("list", { name: "월요일" }).getByRole("button", { name: /합창 공연/ })).toBeVisible();
});

test("an entry that clashes is not sent", async ({ student, guard }) => {
  guard.expect(/^409 POST \/api\/timetables/);
  const { page } = student;
  const { id } = await newTimetable(student);
  await newEntry(student, id, "스터디", [{ day: "mon", start: "09:30", end: "11:00" }]);
  const requests = record(page, "POST", ENTRIES);
  await page.goto(`/timetable/${id}/custom`);
  await page.getByLabel("제목").fill("동아리");
  await expect(page.getByLabel("시작")).toHaveValue("11:00");
  await page.getByLabel("시작").fill("09:00");
  await page.getByLabel("종료").fill("10:00");
  await page.getByRole("button", { name: "추가하기" }).click();
  await expect(page.getByText("시간이 겹쳐요: 스터디 (월 09:30–10:00)").first()).toBeVisible();
  await expect(page.locator(".week-clash")).toHaveCount(1);
  expect(requests).toHaveLength(0);

  await newEntry(student, id, "알바", [{ day: "tue", start: "09:30", end: "11:00" }]);
  await page.getByLabel("요일", { exact: true }).selectOption("tue");
  await page.getByRole("button", { name: "추가하기" }).click();
  await expect(page.getByText("같은 시간에 다른 수업이 있습니다.")).toBeVisible();
  await expect(page.getByText("시간이 겹쳐요: 알바 (화 09:30–10:00)").first()).toBeVisible();
  await expect(page.getByLabel("제목")).toHaveValue("동아리");
});

test("what is added while the timetables are loaded again stays", async ({ student }) => {
  const { page } = student;
  await newTimetable(student);
  await page.goto(`/timetable?semester=${SEMESTER}`);
  const link = page.getByRole("link", { name: "강의 찾기" });
  await expect(link).toBeVisible();
  // The answer is from before the lecture is added, and arrives after it.
  let release = () => {};
  const held = new Promise((resolve) => (release = () => resolve(undefined)));
  const list = /\/api\/timetables(\?|$)/;
  await page.route(list, async (route) => {
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
  });
  await link.click();
  await page.getByRole("button", { name: "‘자료구조’ 담기" }).click();
  await expect(page.getByText("담음", { exact: true })).toBeVisible();
  const late = page.waitForResponse(list);
  release();
  await (await late).finished();
  await expect(page.getByText("담음", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "뒤로" }).click();
  await expect(page.getByText("수업 1개 · 3학점")).toBeVisible();
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("an entry keeps what was written over a reload", async ({ student }) => {
  const { page } = student;
  const { id } = await newTimetable(student);
  await page.goto(`/timetable/${id}/custom`);
  await page.getByLabel("제목").fill("동아리");
  await page.getByLabel("시작").fill("18:30");
  await page.reload();
  await expect(page.getByLabel("제목")).toHaveValue("동아리");
  await expect(page.getByLabel("시작")).toHaveValue("18:30");
});

test("the week is used with the keyboard", async ({ student }) => {
  const { page } = student;
  const { id } = await newTimetable(student);
  await newEntry(student, id, "스터디", [{ day: "tue", start: "13:00", end: "14:00" }]);
  await page.goto(`/timetable?semester=${SEMESTER}`);
  const entry = page.getByRole("list", { name: "화요일" }).getByRole("button", { name: /스터디/ });
  await expect(entry).toBeVisible();
  await page.getByRole("button", { name: "새 시간표" }).focus();
  await page.keyboard.press("Tab");
  await expect(entry).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "스터디" })).toBeVisible();
  await expectAccessible(page, "an entry");
  await screenshot(page, "timetable-entry");
  await page.keyboard.press("Escape");
  await expect(entry).toBeFocused();
});

test("a semester has several timetables, of which one is primary", async ({ student, guard }) => {
  guard.expect(/^409 PATCH \/api\/timetables/);
  const { page, api } = student;
  const first = await newTimetable(student, "첫째");
  await newEntry(student, first.id, "스터디", [{ day: "mon", start: "13:00", end: "14:00" }]);
  await newTimetable(student, "둘째");
  await page.goto(`/timetable?semester=${SEMESTER}`);
  await page.getByRole("button", { name: "둘째" }).click();
  await page.getByRole("button", { name: "시간표 설정" }).click();
  await expectAccessible(page, "the settings of a timetable");
  await screenshot(page, "timetable-options");
  await page.getByRole("button", { name: /기본 시간표로 정하기/ }).click();
  await expect(page.getByRole("button", { name: /기본 시간표로 정하기/ })).toHaveCount(0);
  await page.getByRole("radio", { name: /친구 공개/ }).check();
  await expect(page.getByText("공개 범위를 바꿨어요.")).toBeVisible();

  await page.getByRole("button", { name: "이름 바꾸기" }).click();
  await page.getByRole("textbox", { name: "이름" }).fill("첫째");
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page.getByText("같은 이름의 시간표가 이미 있습니다.")).toBeVisible();
  await page.getByRole("textbox", { name: "이름" }).fill("셋째");
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page.getByRole("button", { name: "셋째 기본" })).toBeVisible();

  await page.getByRole("button", { name: "첫째" }).click();
  await page.getByRole("button", { name: "시간표 설정" }).click();
  await page.getByRole("button", { name: "사본 만들기" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "사본 만들기" }).click();
  await expect(page.getByRole("heading", { name: "첫째 사본" })).toBeVisible();
  await expect(page.getByText("수업 1개 · 0학점")).toBeVisible();

  await page.getByRole("button", { name: "시간표 설정" }).click();
  await page.getByRole("button", { name: "시간표 삭제" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "삭제" }).click();
  await expect(page.getByRole("heading", { name: "셋째" })).toBeVisible();
  const { items } = await api.get("/timetables", { query: { semester: SEMESTER } });
  expect(items.map(({ name, is_primary: isPrimary, visibility }) => [name, isPrimary, visibility])).toEqual([
    ["셋째", true, "friends"],
    ["첫째", false, "private"],
  ]);
});

test("a timetable is downloaded as a picture and as a calendar", async ({ student }) => {
  const { page } = student;
  const { id } = await newTimetable(student, "가을/학기");
  await newEntry(student, id, "스터디", [{ day: "mon", start: "13:00", end: "14:00" }]);
  await page.goto(`/timetable?semester=${SEMESTER}`);
  await page.getByRole("button", { name: "시간표 설정" }).click();
  for (const [button, name, start] of /** @type {const} */ ([
    ["그림(PNG)", "가을 학기.png", "\x89PNG"],
    ["그림(SVG)", "가을 학기.svg", "<svg"],
    ["캘린더(.ics)", "가을 학기.ics", "BEGIN:VCALENDAR"],
  ])) {
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: button }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(name);
    expect((await readFile(await download.path())).toString("latin1")).toContain(start);
  }
});

test("a timetable is shared by a link, until the student ends that", async ({ student, context, guard }) => {
  guard.expect(/^404 GET \/api\/shared-timetables/);
  const { page } = student;
  await newTimetable(student, "나눔");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/timetable?semester=${SEMESTER}`);
  await page.getByRole("button", { name: "공유" }).click();
  await page.getByRole("button", { name: "새 링크 만들기" }).click();
  await page.getByRole("button", { name: "링크 복사" }).click();
  await expect(page.getByText("링크를 복사했어요.")).toBeVisible();
  const link = await page.getByLabel("공유 링크").inputValue();
  expect(link).toMatch(/\/shared#[\w-]{20,}$/);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await expectAccessible(page, "a share link");
  await screenshot(page, "timetable-share");
  await page.getByRole("button", { name: "공유 끝내기" }).click();
  await expect(page.getByText("공유를 끝냈어요.", { exact: false })).toBeVisible();
  await page.goto(link);
  await expect(page.getByText("시간표를 볼 수 없어요")).toBeVisible();
});

test("a timetable for the school opens by its address, and can be copied", async ({ student, another, guard }) => {
  guard.expect(/^404 GET \/api\/timetables/);
  const owner = await another();
  const { id } = await newTimetable(owner, "함께 들어요");
  await newEntry(owner, id, "합창", [{ day: "mon", start: "13:00", end: "14:00" }]);
  const { page } = student;
  await page.goto(`/timetable/${id}`);
  await expect(page.getByText("볼 수 없는 시간표예요")).toBeVisible();

  await owner.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await owner.page.goto(`/timetable/${id}`);
  await expect(owner.page).toHaveURL(`/timetable?semester=${SEMESTER}&id=${id}`);
  await owner.page.getByRole("button", { name: "시간표 설정" }).click();
  await owner.page.getByRole("radio", { name: /학교 공개/ }).check();
  await owner.page.getByRole("button", { name: /시간표 주소 복사/ }).click();
  await expect(owner.page.getByText("주소를 복사했어요.")).toBeVisible();
  await page.goto(await owner.page.evaluate(() => navigator.clipboard.readText()));
  await expect(page.getByRole("heading", { name: "함께 들어요" })).toBeVisible();
  await page.getByRole("button", { name: "내 시간표로 복사" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "사본 만들기" }).click();
  await expect(page.getByRole("heading", { name: "함께 들어요 사본" })).toBeVisible();
});

test("an entry that is gone says so", async ({ student }) => {
  const { page } = student;
  const { id } = await newTimetable(student);
  await page.goto(`/timetable/${id}/entries/${id}`);
  await expect(page.getByText("수업을 찾을 수 없어요")).toBeVisible();
  await page.goto("/timetable/none/custom");
  await expect(page.getByText("시간표를 찾을 수 없어요")).toBeVisible();
});

test("the last timetable opens without a network, and is gone after the logout", async ({ student, guard }) => {
  guard.expect(/^net::ERR_INTERNET_DISCONNECTED/);
  const { page } = student;
  const { id } = await newTimetable(student);
  await newEntry(student, id, "스터디", [{ day: "mon", start: "13:00", end: "14:00" }]);
  await page.goto(`/timetable?semester=${SEMESTER}`);
  const entry = page.getByRole("list", { name: "월요일" }).getByRole("button", { name: /스터디/ });
  await expect(entry).toBeVisible();

  await page.route("**/api/**", (route) => route.abort("internetdisconnected"));
  await page.reload();
  await expect(entry).toBeVisible();
  await expect(page.getByText("저장해 둔 시간표를 보여 드려요.", { exact: false })).toBeVisible();

  await page.unroute("**/api/**");
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(page.getByText("저장해 둔 시간표를 보여 드려요.", { exact: false })).toHaveCount(0);
  await expect(entry).toBeVisible();
  await page.goto("/me");
  await page.getByRole("button", { name: "로그아웃" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "로그아웃" }).click({ timeout: 2000 }).catch(() => {});
  await expect(page).toHaveURL(/\/login/);
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("campus.user.")))).toEqual([]);
});
