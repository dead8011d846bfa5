// @ts-check
import { notFound, routes } from "../../app/src/routes.js";
import { appUrl } from "./support/accounts.js";
import { expect, expectAccessible, expectNoLayoutShift, screenshot, test as base } from "./support/fixtures.js";
import { createScene } from "./support/scene.js";

/** @typedef {Awaited<ReturnType<typeof createScene>>} Scene */
/** @typedef {import("./support/fixtures.js").PageArgs & import("./support/fixtures.js").TestFixtures} PageArgs */
/** @typedef {import("./support/fixtures.js").BrowserArgs & import("./support/fixtures.js").WorkerFixtures} BrowserArgs */

const test = base.extend(
  /** @type {import("@playwright/test").Fixtures<{ owner: Scene }, { scene: Scene }, PageArgs, BrowserArgs>} */ ({
    scene: [async ({ school }, use) => use(await createScene(school.id)), { scope: "worker" }],
    // The page is logged in as the student of the scene.
    owner: async ({ context, scene }, use) => {
      const { loginId: login_id, password } = scene;
      const response = await context.request.post(`${appUrl()}/api/auth/login`, { data: { login_id, password } });
      expect(response.ok()).toBe(true);
      await use(scene);
    },
  }),
);

/** The screens that a new student sees empty. */
const LISTS = ["/", "/me", "/boards", "/hot", "/best", "/mine", "/commented", "/scraps", "/messages", "/timetable", "/friends"];

const screens = [...routes, { ...notFound, path: "/nowhere" }];

/** @param {string} path */
const fileName = (path) => path.replace(/\W+/g, "-").replace(/^-|-$/g, "") || "home";

/**
 * Opens the screen and looks at it on a phone and on a desktop, light and dark.
 * @param {import("@playwright/test").Page} page
 * @param {string} path
 * @param {string} name
 */
async function look(page, path, name) {
  await page.goto(path);
  await expect(page.locator("h1")).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
  await expectNoLayoutShift(page);
  for (const [width, height] of [[360, 740], [1280, 800]]) {
    await page.setViewportSize({ width: width ?? 0, height: height ?? 0 });
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      await page.emulateMedia({ colorScheme });
      // The colours are all that differs in the dark.
      const rules = colorScheme === "dark" ? ["color-contrast"] : undefined;
      await expectAccessible(page, `${width} px, ${colorScheme}`, rules);
      await screenshot(page, `${name}-${width}-${colorScheme}`);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect.soft(overflow, `pixels beyond the right edge at ${width} px`).toBeLessThanOrEqual(0);
  }
}

for (const route of screens) {
  const { path } = route;

  test(`${path} logged in`, async ({ page, owner }) => {
    const target = /** @type {Record<string, string>} */ (owner.paths)[path] ?? path;
    expect(target, "a path without parameters: add it to support/scene.js").not.toContain(":");
    await look(page, target, fileName(path));
    if (route.guest) {
      await expect(page).toHaveURL("/");
    }
  });

  if (LISTS.includes(path)) {
    test(`${path} of a new student`, async ({ student: { page } }) => {
      await look(page, path, `${fileName(path)}-new`);
    });
  }

  test(`${path} logged out`, async ({ page, scene }) => {
    const target = /** @type {Record<string, string>} */ (scene.paths)[path] ?? path;
    if (route.open || route.guest) {
      await look(page, target, `${fileName(path)}-out`);
      await expect(page).toHaveURL(target);
    } else {
      await page.goto(target);
      await expect(page).toHaveURL(`/login?next=${encodeURIComponent(target)}`);
    }
  });
}
