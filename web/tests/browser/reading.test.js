// @ts-check
import { expect, expectNoLayoutShift, test } from "./support/fixtures.js";
import { problem } from "./support/forms.js";
import { settled } from "./support/scene_test.js";

/** @typedef {import("./support/fixtures.js").Student} Student */

/** A board with so many posts that they take more than a page. @param {Student} student */
async function longBoard({ api, nickname }) {
  const board = await api.post("/boards", { body: { category: "일반", name: `긴 게시판 ${nickname}` } });
  for (let number = 1; number <= 25; number += 1) {
    const body = { title: `${number}번째 글`, content: "내용", is_anonymous: true };
    await api.post("/boards/{id}/posts", { path: { id: board.id }, body });
  }
  return board;
}

test("a screen that cannot be loaded says why, and can be tried again", async ({ student: { page }, guard }) => {
  guard.expect("503 GET /api/friends");
  let isBroken = true;
  await page.route(/\/api\/friends(\?|$)/, async (route) => (isBroken ? route.fulfill(problem(503, "unavailable")) : route.continue()));
  await page.goto("/friends");
  await expect(page.getByRole("alert")).toContainText("unavailable");
  isBroken = false;
  await page.getByRole("alert").getByRole("button", { name: "다시 시도" }).click();
  await expect(page.getByText("아직 친구가 없어요")).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a page of a list that fails is loaded again, and no post is lost or doubled", async ({ student, guard }) => {
  guard.expect(/^net::ERR_FAILED GET \/api\/boards\/[\w-]+\/posts\?cursor=/);
  const { page } = student;
  const board = await longBoard(student);
  let isBroken = true;
  await page.route(/\/posts\?cursor=/, async (route) => (isBroken ? route.abort("failed") : route.continue()));
  await page.goto(`/boards/${board.id}`);
  const rows = page.getByRole("link", { name: /번째 글/ });
  await expect(rows.first()).toBeVisible();
  await rows.last().scrollIntoViewIfNeeded();
  await expect(page.getByText("더 불러오지 못했어요.")).toBeVisible();
  isBroken = false;
  await page.getByRole("button", { name: "다시 시도" }).click();
  await expect(rows).toHaveCount(25);
  const titles = (await rows.allInnerTexts()).map((text) => /\d+번째 글/.exec(text)?.[0]);
  expect(new Set(titles).size).toBe(25);
});

test("on a slow network the skeleton stays until the answer is there, and nothing moves", async ({ student }) => {
  const { page } = student;
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => (release = () => resolve(undefined)));
  await page.route(/\/api\/(posts\/hot|boards|messages)/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/hot");
  await expect(page.locator(".skeleton").first()).toBeVisible();
  release();
  await settled(page);
  await expectNoLayoutShift(page);
});

test("what arrives after the user has left a screen is not shown", async ({ student }) => {
  const { page } = student;
  const board = await longBoard(student);
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => (release = () => resolve(undefined)));
  await page.route(`**/api/boards/${board.id}`, async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  await page.goto(`/boards/${board.id}`);
  await page.getByRole("link", { name: "시간표", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "시간표", level: 1 })).toBeVisible();
  release();
  await settled(page);
  await expect(page.getByRole("heading", { name: "시간표", level: 1 })).toBeVisible();
  await expect(page).toHaveTitle(/^시간표/);
});
