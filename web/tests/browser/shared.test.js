// @ts-check
import { expect, expectAccessible, screenshot, test } from "./support/fixtures.js";

/** @typedef {import("./support/fixtures.js").Student} Student */

/** @param {Student} student @param {string} name */
async function share(student, name) {
  const { id } = await student.api.post("/timetables", { body: { semester: "2026-2", name } });
  const choir = { title: "합창", slots: [{ day: /** @type {const} */ ("mon"), start: "13:00", end: "14:00", place: "음악관" }] };
  await student.api.post("/timetables/{id}/entries", { path: { id }, body: choir });
  const { token } = await student.api.post("/timetables/{id}/share", { path: { id } });
  return { id, path: `/shared#${token}` };
}

/** What browsers inside other apps send and lack. */
const BROWSERS = {
  KakaoTalk: "Mozilla/5.0 (Linux; Android 14; SM-S911N; wv) AppleWebKit/537.36 Version/4.0 Chrome/124.0.0.0 Mobile Safari/537.36;KAKAOTALK 10.8.0",
  Instagram: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21F90 Instagram 334.0.4.32.98",
};

for (const [name, userAgent] of Object.entries(BROWSERS)) {
  const title = `a share link opens in the browser inside ${name}, without login, storage and clipboard`;
  test(title, async ({ browser, contextOptions, viewport, another, guard, baseURL }) => {
    const owner = await another();
    const { path } = await share(owner, "나눔 시간표");
    const context = await browser.newContext({ ...contextOptions, viewport, userAgent, baseURL, serviceWorkers: "block" });
    await guard.watch(context);
    await context.addInitScript(() => {
      const refuse = () => {
        throw new DOMException("The operation is insecure.", "SecurityError");
      };
      Object.defineProperty(globalThis, "localStorage", { get: refuse });
      Object.defineProperty(globalThis, "sessionStorage", { get: refuse });
      Object.defineProperty(globalThis, "indexedDB", { get: refuse });
      Reflect.deleteProperty(globalThis, "BroadcastChannel");
      for (const name of ["locks", "clipboard", "serviceWorker", "share"]) {
        Reflect.deleteProperty(Navigator.prototype, name);
      }
      Object.assign(globalThis, { open: refuse });
    });
    const page = await context.newPage();
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "나눔 시간표", level: 1 })).toBeVisible();
    await expect(page.getByRole("list", { name: "월요일" }).getByText("합창, 13:00–14:00, 음악관")).toBeAttached();
    await expect(page).toHaveURL(path);
    expect(await page.content()).not.toContain(owner.nickname);
    await expectAccessible(page, "a shared timetable");
    await screenshot(page, `shared-${name}`);
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: "캘린더(.ics)" }).click();
    expect((await downloading).suggestedFilename()).toBe("timetable.ics");
    await page.getByRole("link", { name: "Campus 시작하기" }).click();
    await expect(page).toHaveURL("/signup");
    await context.close();
  });
}

test("a link that has ended says so, and another link in the same tab is shown", async ({ page, another, guard }) => {
  guard.expect(/^404 GET \/api\/shared-timetables/);
  const owner = await another();
  const { path } = await share(owner, "새 시간표");
  await page.goto("/shared#ended");
  await expect(page.getByText("시간표를 볼 수 없어요")).toBeVisible();
  await expectAccessible(page, "an ended link");
  await page.goto(path);
  await expect(page.getByRole("heading", { name: "새 시간표", level: 1 })).toBeVisible();
  await page.goto("/shared");
  await expect(page.getByText("시간표를 볼 수 없어요")).toBeVisible();
});

test("a shared timetable without a network can be tried again", async ({ page, another, guard }) => {
  guard.expect(/^net::ERR_FAILED/);
  const { path } = await share(await another(), "새 시간표");
  await page.route("**/api/shared-timetables/*", (route) => route.abort("failed"), { times: 1 });
  await page.goto(path);
  await expect(page.getByText("연결할 수 없어요")).toBeVisible();
  await page.getByRole("button", { name: "다시 시도" }).click();
  await expect(page.getByRole("heading", { name: "새 시간표", level: 1 })).toBeVisible();
});
