// @ts-check
import { gzipSync } from "node:zlib";
import { expect, expectNoLayoutShift, test } from "./support/fixtures.js";

const LIMIT = 100_000;

/** @typedef {import("@playwright/test").Page} Page */

/**
 * The size in bytes of all files that a page loads, compressed with gzip, by path.
 * @param {Page} page
 * @param {() => Promise<void>} load
 */
async function weigh(page, load) {
  /** @type {Promise<[string, number]>[]} */
  const files = [];
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith("/api/") && response.ok()) {
      files.push(response.body().then((body) => [pathname, Math.min(gzipSync(body).length, body.length)]));
    }
  });
  await load();
  await page.waitForLoadState("networkidle");
  return new Map(await Promise.all(files));
}

/** @param {Map<string, number>} files */
function expectLight(files) {
  const total = [...files.values()].reduce((sum, size) => sum + size, 0);
  const heaviest = [...files].sort(([, a], [, b]) => b - a).slice(0, 8);
  const text = heaviest.map(([path, size]) => `${path} ${(size / 1000).toFixed(1)}`).join(", ");
  console.log(`${files.size} files, ${(total / 1000).toFixed(1)} kB: ${text} …`);
  expect(total, text).toBeLessThan(LIMIT);
}

test("the first load of the login screen is light and still", async ({ page }) => {
  const files = await weigh(page, async () => {
    await page.goto("/");
    await expect(page.getByRole("heading", { name: "로그인", level: 1 })).toBeVisible();
  });
  expectLight(files);
  await expectNoLayoutShift(page);
});

test("the first load of home is light and still", async ({ student: { page }, school }) => {
  const files = await weigh(page, async () => {
    await page.goto("/");
    await expect(page.getByRole("heading", { name: school.name, level: 1 })).toBeVisible();
  });
  expectLight(files);
  await expectNoLayoutShift(page);
});

/** As the "Slow 4G" and a phone of the middle class in Chromium's developer tools. */
test("the first load on a slow phone is still; its first paint is only measured", async ({ page, context }) => {
  const developerTools = await context.newCDPSession(page);
  await developerTools.send("Network.enable");
  await developerTools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 150,
    downloadThroughput: (1_600_000 * 0.9) / 8,
    uploadThroughput: (750_000 * 0.9) / 8,
  });
  await developerTools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.goto("/login");
  await expect(page.getByRole("heading", { name: "로그인", level: 1 })).toBeVisible();
  const milliseconds = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  await expectNoLayoutShift(page);
  console.log(`first contentful paint: ${Math.round(milliseconds ?? 0)} ms`);
});
