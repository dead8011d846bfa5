// @ts-check
import { expect, test } from "./support/fixtures.js";

test.use({ hasTouch: true });

test("pulling a list down loads it again", async ({ student: { page, api, nickname } }) => {
  const board = await api.post("/boards", { body: { category: "일반", name: `당김 ${nickname}` } });
  const write = (/** @type {string} */ title) =>
    api.post("/boards/{id}/posts", { path: { id: board.id }, body: { title, content: title, is_anonymous: true } });
  await write("첫 글");
  await page.goto(`/boards/${board.id}`);
  await expect(page.getByRole("link", { name: /첫 글/ })).toBeVisible();
  await write("새 글");

  const touch = await page.context().newCDPSession(page);
  const send = (/** @type {"touchStart" | "touchMove" | "touchEnd"} */ type, /** @type {number[]} */ ...ys) =>
    touch.send("Input.dispatchTouchEvent", { type, touchPoints: ys.map((y) => ({ x: 180, y })) });
  await send("touchStart", 200);
  for (const y of [240, 280, 320, 360, 400]) await send("touchMove", y);
  await expect(page.locator(".pull")).toHaveAttribute("data-active", "true");
  await send("touchEnd");
  await expect(page.getByRole("link", { name: /새 글/ })).toBeVisible();
  await expect(page.getByRole("link", { name: /첫 글/ })).toBeVisible();
  await expect(page.locator(".pull")).toHaveAttribute("data-active", "false");
});
