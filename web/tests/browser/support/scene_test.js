// @ts-check
import { appUrl } from "./accounts.js";
import { expect, test as base } from "./fixtures.js";
import { createScene } from "./scene.js";

/** @typedef {Awaited<ReturnType<typeof createScene>>} Scene */
/** @typedef {import("./fixtures.js").PageArgs & import("./fixtures.js").TestFixtures} PageArgs */
/** @typedef {import("./fixtures.js").BrowserArgs & import("./fixtures.js").WorkerFixtures} BrowserArgs */

/**
 * Tests on a student who has something on every screen. Tests share the student, so they must not change anything.
 * - `scene` has the paths of the screens, by their path in the routes table.
 * - `owner` is the scene, and logs the page in as its student.
 */
export const test = base.extend(
  /** @type {import("@playwright/test").Fixtures<{ owner: Scene }, { scene: Scene }, PageArgs, BrowserArgs>} */ ({
    scene: [async ({ school }, use) => use(await createScene(school.id)), { scope: "worker" }],

    owner: async ({ context, scene }, use) => {
      const { loginId: login_id, password } = scene;
      const response = await context.request.post(`${appUrl()}/api/auth/login`, { data: { login_id, password } });
      expect(response.ok()).toBe(true);
      await use(scene);
    },
  }),
);

/** The path to open for a path of the routes table. @param {Scene} scene @param {string} path */
export function pathIn(scene, path) {
  const found = /** @type {Record<string, string>} */ (scene.paths)[path] ?? path;
  expect(found, "a path without parameters: add it to support/scene.js").not.toContain(":");
  return found;
}

/** Waits until the screen shows what it loads. @param {import("@playwright/test").Page} page */
export async function settled(page) {
  await expect(page.locator("h1")).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
}

/** Waits until the browser has drawn what has changed. @param {import("@playwright/test").Page} page */
export const painted = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

/** How far the page reaches beyond its right edge, in pixels. @param {import("@playwright/test").Page} page */
export function overflowOf(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
