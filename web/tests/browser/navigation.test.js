// @ts-check
import { routes } from "../../app/src/routes.js";
import { expect, test as fresh } from "./support/fixtures.js";
import { pathIn, settled, test } from "./support/scene_test.js";

/** @typedef {import("@playwright/test").Page} Page */

/** Follows a link of the app, without loading the page again. @param {Page} page @param {string} path */
async function follow(page, path) {
  await page.evaluate((href) => {
    const link = document.createElement("a");
    link.href = href;
    document.body.append(link);
    link.click();
    link.remove();
  }, path);
  await expect(page).toHaveURL(path);
}

for (const { path } of routes.filter(({ guest }) => !guest)) {
  test(`${path} stays after going back, and after a reload`, async ({ page, owner }) => {
    const target = pathIn(owner, path);
    const elsewhere = path === "/friends" ? "/boards" : "/friends";
    const heading = page.locator("h1");
    // The heading of some screens is the name of what they load.
    await page.goto(target, { waitUntil: "networkidle" });
    await settled(page);
    const text = await heading.innerText();
    await follow(page, elsewhere);
    await expect(heading).not.toHaveText(text);
    await page.goBack();
    await expect(page).toHaveURL(target);
    await expect(heading).toHaveText(text);
    await page.goForward();
    await expect(page).toHaveURL(elsewhere);
    await expect(heading).not.toHaveText(text);
    await page.goBack();
    await page.reload();
    await expect(page).toHaveURL(target);
    await expect(heading).toHaveText(text);
    await settled(page);
  });
}

fresh("going back to a long list keeps its pages and its position", async ({ student: { page, api } }) => {
  const board = await api.post("/boards", { body: { category: "일반", name: `긴 목록 ${Date.now()}` } });
  for (let number = 1; number <= 30; number += 1) {
    await api.post("/boards/{id}/posts", { path: { id: board.id }, body: { title: `${number}번째 글`, content: "내용", is_anonymous: true } });
  }
  await page.goto(`/boards/${board.id}`);
  const oldest = page.getByRole("link", { name: /(^|\s)1번째 글/ });
  await expect(async () => {
    await page.mouse.wheel(0, 4000);
    await expect(oldest).toBeInViewport({ timeout: 500 });
  }).toPass();
  const position = await page.evaluate(() => scrollY);
  await oldest.click();
  await expect(page.getByRole("heading", { name: "1번째 글", level: 2 })).toBeVisible();
  expect(await page.evaluate(() => scrollY)).toBe(0);
  await page.goBack();
  await expect(oldest).toBeInViewport();
  expect(Math.abs((await page.evaluate(() => scrollY)) - position)).toBeLessThan(5);
});
