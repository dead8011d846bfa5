// @ts-check
import { routes } from "../../app/src/routes.js";
import { expect } from "./support/fixtures.js";
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
