// @ts-check
import { notFound, routes } from "../../app/src/routes.js";
import { logInAsAdmin } from "./support/admin.js";
import { expect, expectAccessible, expectNoLayoutShift, screenshot } from "./support/fixtures.js";
import { overflowOf, painted, pathIn, settled, test } from "./support/scene_test.js";

/** The screens that a new student sees empty. */
const LISTS = ["/", "/me", "/boards", "/hot", "/best", "/mine", "/commented", "/scraps", "/hidden", "/me/blocks", "/messages", "/notifications", "/timetable", "/grades", "/friends"];

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
  await settled(page);
  await expectNoLayoutShift(page);
  for (const [width, height] of [[360, 740], [1280, 800]]) {
    await page.setViewportSize({ width: width ?? 0, height: height ?? 0 });
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      await page.emulateMedia({ colorScheme });
      await painted(page);
      // The colours are all that differs in the dark.
      const rules = colorScheme === "dark" ? ["color-contrast"] : undefined;
      await expectAccessible(page, `${width} px, ${colorScheme}`, rules);
      await screenshot(page, `${name}-${width}-${colorScheme}`);
    }
    expect.soft(await overflowOf(page), `pixels beyond the right edge at ${width} px`).toBeLessThanOrEqual(0);
  }
}

/** Screens that unverified students can use, and one that they cannot. */
const WITHOUT_VERIFICATION = ["/", "/me", "/timetable", "/lectures", "/grades", "/verify", "/boards"];

for (const path of WITHOUT_VERIFICATION) {
  test(`${path} of an unverified student`, async ({ newcomer: { page } }) => {
    await look(page, path, `${fileName(path)}-unverified`);
  });
}

for (const route of screens) {
  const { path } = route;

  test(`${path} logged in`, async ({ page, context, owner }) => {
    if (path.startsWith("/moderation")) {
      await logInAsAdmin(context);
    }
    const target = pathIn(owner, path);
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
    const target = pathIn(scene, path);
    if (route.open || route.guest) {
      await look(page, target, `${fileName(path)}-out`);
      await expect(page).toHaveURL(target);
    } else {
      await page.goto(target);
      await expect(page).toHaveURL(`/login?next=${encodeURIComponent(target)}`);
    }
  });
}
