// @ts-check
import { expect, expectAccessible, screenshot, test } from "./support/fixtures.js";

/** @typedef {import("./support/fixtures.js").Student} Student */

const SEMESTER = "2026-2";

/** @param {Student} me @param {Student} other */
async function befriend(me, other) {
  const { id } = await me.api.post("/friends/requests", { body: { login_id: other.loginId } });
  await other.api.post("/friends/requests/{id}/accept", { path: { id } });
  return id;
}

/** @param {Student} student @param {string} title @param {"mon" | "tue"} day */
async function newTimetable(student, title, day) {
  const { id } = await student.api.post("/timetables", { body: { semester: SEMESTER, name: "이번 학기", visibility: "friends" } });
  await student.api.post("/timetables/{id}/entries", { path: { id }, body: { title, slots: [{ day, start: "13:00", end: "14:00" }] } });
  return id;
}

test("two students become friends by login id", async ({ student, another, guard }) => {
  guard.expect(/^404 POST \/api\/friends/, /^422 POST \/api\/friends/, /^409 POST \/api\/friends/);
  const other = await another();
  const { page } = student;
  await page.goto("/friends");
  const field = page.getByLabel("친구의 아이디");
  await field.fill("nobody_has_this_id");
  await page.getByRole("button", { name: "요청 보내기" }).click();
  await expect(page.getByText("우리 학교에서 이 아이디를 찾을 수 없어요.")).toBeVisible();
  await field.fill(student.loginId);
  await page.getByRole("button", { name: "요청 보내기" }).click();
  await expect(page.getByText("나에게는 친구 요청을 보낼 수 없습니다.")).toBeVisible();
  await field.fill(other.loginId);
  await page.getByRole("button", { name: "요청 보내기" }).click();
  await expect(page.getByText("친구 요청을 보냈어요.")).toBeVisible();
  await expect(page.getByRole("list", { name: "보낸 요청" }).getByRole("listitem")).toHaveCount(1);
  await field.fill(other.loginId);
  await page.getByRole("button", { name: "요청 보내기" }).click();
  await expect(page.getByText("이미 친구 요청을 보냈습니다.").first()).toBeVisible();

  await other.page.goto("/friends");
  await expectAccessible(other.page, "a received request");
  await screenshot(other.page, "friends-request");
  await other.page.getByRole("button", { name: `${student.nickname} 님의 요청 수락` }).click();
  await expect(other.page.getByText(`${student.nickname} 님과 친구가 되었어요.`)).toBeVisible();
  await expect(other.page.getByRole("list", { name: "내 친구" }).getByText(student.nickname)).toBeVisible();
  await expect(other.page.getByText("받은 요청")).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("list", { name: "내 친구" }).getByText(other.nickname)).toBeVisible();
});

test("a request is withdrawn or declined, and a crossing one makes friends", async ({ student, another }) => {
  const [other, third] = [await another(), await another()];
  const { page } = student;
  const ask = async (/** @type {string} */ loginId) => {
    await page.getByLabel("친구의 아이디").fill(loginId);
    await page.getByRole("button", { name: "요청 보내기" }).click();
  };
  await page.goto("/friends");
  await ask(other.loginId);
  await page.getByRole("button", { name: /에게 보낸 요청 취소/ }).click();
  await expect(page.getByText("요청을 취소했어요.")).toBeVisible();
  await expect(page.getByRole("list", { name: "보낸 요청" })).toHaveCount(0);

  await other.api.post("/friends/requests", { body: { login_id: student.loginId } });
  await page.reload();
  await page.getByRole("button", { name: `${other.nickname} 님의 요청 거절` }).click();
  await expect(page.getByText("요청을 거절했어요.")).toBeVisible();
  await expect(page.getByText("아직 친구가 없어요")).toBeVisible();

  await third.api.post("/friends/requests", { body: { login_id: student.loginId } });
  await ask(third.loginId);
  await expect(page.getByText(`${third.nickname} 님과 친구가 되었어요.`)).toBeVisible();
  await expect(page.getByRole("list", { name: "내 친구" }).getByRole("listitem")).toHaveCount(1);
});

test("a friend's timetable is shown beside the student's own, and copied", async ({ student, another, guard }) => {
  guard.expect(/^404 GET \/api\/friends/);
  const other = await another();
  const { page, api } = student;
  const id = await befriend(student, other);
  await newTimetable(other, "합창", "mon");
  await newTimetable(student, "검도", "mon");
  await page.goto("/friends");
  await page.getByRole("link", { name: other.nickname }).click();
  await page.getByLabel("학기").selectOption("2026-1");
  await expect(page.getByText("볼 수 있는 시간표가 없어요")).toBeVisible();
  await page.goto(`/friends/${id}/timetable?semester=${SEMESTER}`);
  await expect(page.getByRole("heading", { name: `${other.nickname} 님의 시간표` })).toBeVisible();
  const monday = page.getByRole("list", { name: "월요일" });
  await expect(monday.getByText("합창, 13:00–14:00")).toBeAttached();
  await page.getByRole("switch", { name: "내 시간표와 겹쳐 보기" }).check();
  await expect(monday.getByText("나, 검도, 13:00–14:00")).toBeAttached();
  await expectAccessible(page, "two timetables");
  await screenshot(page, "friend-compare");

  await page.getByRole("button", { name: "메뉴 열기" }).click();
  await page.getByRole("menuitem", { name: "내 시간표로 복사" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "사본 만들기" }).click();
  await expect(page).toHaveURL(/\/timetable\?semester=2026-2&id=/);
  await expect(page.getByRole("heading", { name: "이번 학기 사본" })).toBeVisible();
  expect((await api.get("/timetables", { query: { semester: SEMESTER } })).items).toHaveLength(2);
});

test("a student ends a friendship", async ({ student, another, guard }) => {
  guard.expect(/^404 GET \/api\/friends/);
  const other = await another();
  const { page } = student;
  const id = await befriend(student, other);
  await page.goto(`/friends/${id}/timetable?semester=${SEMESTER}`);
  await page.getByRole("button", { name: "메뉴 열기" }).click();
  await page.getByRole("menuitem", { name: "친구 끊기" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "친구 끊기" }).click();
  await expect(page).toHaveURL("/friends");
  await expect(page.getByText("아직 친구가 없어요")).toBeVisible();
  expect((await other.api.get("/friends")).items).toEqual([]);
});
