// @ts-check
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { test as base, expect } from "@playwright/test";
import { appUrl, findSchool, signUp } from "./accounts.js";
import { Guard } from "./guard.js";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("@playwright/test").BrowserContext} BrowserContext */
/** @typedef {import("./accounts.js").Account & { context: BrowserContext, page: Page }} Student */
/** @typedef {{ guard: Guard, student: Student, newcomer: Student, another: () => Promise<Student> }} TestFixtures */
/** @typedef {import("@playwright/test").PlaywrightTestArgs & import("@playwright/test").PlaywrightTestOptions} PageArgs */
/** @typedef {import("@playwright/test").PlaywrightWorkerArgs & import("@playwright/test").PlaywrightWorkerOptions} BrowserArgs */
/** @typedef {{ school: import("campus-api").Schema<"School">, origins: string[] }} WorkerFixtures */

/**
 * The fixtures of all browser tests:
 * - `page` is logged out.
 * - `student` is a new account that `page` is logged in as. It has opened no screen yet.
 * - `another()` makes one more student, with a browser of their own.
 * - `newcomer` is a student who is not verified yet, in place of `student`.
 * - `guard` watches all pages, and fails the test if it finds anything that the test does not expect.
 */
export const test = base.extend(
  /** @type {import("@playwright/test").Fixtures<TestFixtures, WorkerFixtures, PageArgs, BrowserArgs>} */ ({
    baseURL: async ({}, use) => use(appUrl()),

    school: [async ({}, use) => use(await findSchool()), { scope: "worker" }],

    // The policy of the pages names the only other origin that they may use: that of the pictures.
    origins: [
      async ({}, use) => {
        const policy = (await fetch(appUrl())).headers.get("Content-Security-Policy") ?? "";
        await use([new URL(appUrl()).origin, ...(policy.match(/https?:\/\/[^\s;]+/g) ?? [])]);
      },
      { scope: "worker" },
    ],

    guard: [
      async ({ origins }, use) => {
        const guard = new Guard(origins);
        await use(guard);
        expect(guard.found, "events that the test does not expect").toEqual([]);
      },
      { auto: true },
    ],

    context: async ({ context, guard }, use) => {
      await guard.watch(context);
      await context.addInitScript(recordLayoutShifts);
      await use(context);
    },

    student: async ({ context, page, school }, use) => {
      await use({ ...(await signUp(context, school.id)), context, page });
    },

    newcomer: async ({ context, page, school }, use) => {
      await use({ ...(await signUp(context, school.id, { isVerified: false })), context, page });
    },

    another: async ({ browser, contextOptions, viewport, locale, timezoneId, serviceWorkers, guard, school }, use) => {
      /** @type {BrowserContext[]} */
      const contexts = [];
      await use(async () => {
        const context = await browser.newContext({ ...contextOptions, viewport, locale, timezoneId, serviceWorkers, baseURL: appUrl() });
        contexts.push(context);
        await guard.watch(context);
        return { ...(await signUp(context, school.id)), context, page: await context.newPage() };
      });
      await Promise.all(contexts.map((context) => context.close()));
    },
  }),
);

export { expect };

/** Runs in each page, before its scripts. */
function recordLayoutShifts() {
  /** @type {string[]} */
  const shifts = [];
  Object.assign(globalThis, { campusShifts: shifts });
  new PerformanceObserver((list) => {
    for (const entry of /** @type {any[]} */ (list.getEntries())) {
      if (!entry.hadRecentInput) {
        const moved = entry.sources.map((/** @type {any} */ { node, previousRect, currentRect }) => {
          const name = node?.nodeType === 1 ? `${node.localName}.${node.className}` : String(node?.textContent);
          return `${name} from ${previousRect.x},${previousRect.y} to ${currentRect.x},${currentRect.y}`;
        });
        shifts.push(`${entry.value.toFixed(4)}: ${moved.join("; ")}`);
      }
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** Fails if anything on the page has moved by itself since it was loaded. The test goes on. @param {Page} page */
export async function expectNoLayoutShift(page) {
  const shifts = await page.evaluate(() => /** @type {any} */ (globalThis).campusShifts);
  expect.soft(shifts, "layout shifts").toEqual([]);
}

const axe = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Fails if axe finds anything on the page. The test goes on, so that it tells everything at once.
 * @param {Page} page
 * @param {string} [state] What the page shows.
 * @param {string[]} [rules] The only rules to check.
 */
export async function expectAccessible(page, state = "the page", rules = undefined) {
  // Through the debugger, which the Content-Security-Policy does not restrict.
  await page.evaluate(await axe);
  const violations = await page.evaluate(async (rules) => {
    const runOnly = rules && { type: "rule", values: rules };
    const result = await /** @type {any} */ (globalThis).axe.run(document, { resultTypes: ["violations"], runOnly });
    return result.violations.flatMap((/** @type {any} */ { id, help, nodes }) =>
      nodes.map((/** @type {any} */ { target, failureSummary }) => `${id} (${help}) ${target.join(" ")}: ${failureSummary}`),
    );
  }, rules);
  expect.soft(violations, `what axe finds on ${state}`).toEqual([]);
}

/**
 * Writes a screenshot of the whole page into the folder `SCREENSHOTS`, if that environment variable is set.
 * @param {Page} page
 * @param {string} name
 */
export async function screenshot(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (folder) {
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
  }
}
