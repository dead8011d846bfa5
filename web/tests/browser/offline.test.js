// @ts-check
import { expect, test } from "./support/fixtures.js";

test.use({ serviceWorkers: "allow" });

test("the app starts without a network: the timetable shows, other screens say what to do", async ({ student: { page, context, api }, guard }) => {
  guard.expect(/^net::ERR_INTERNET_DISCONNECTED/);
  const timetable = await api.post("/timetables", { body: { semester: "2026-2", name: "오프라인" } });
  await api.post("/timetables/{id}/entries", {
    path: { id: timetable.id },
    body: { title: "산책", slots: [{ day: "mon", start: "09:00", end: "10:30", place: "호수" }] },
  });
  await page.goto("/timetable?semester=2026-2");
  await expect(page.getByText("산책").first()).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await expect(page.getByText("산책").first()).toBeVisible();

  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText("산책").first()).toBeVisible();
  await page.goto("/boards");
  await expect(page.getByText("인터넷에 연결되지 않았어요")).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByRole("heading", { name: "게시판", level: 1 })).toBeVisible();
});

test("grades are read without a network, and what is entered waits for it", async ({ student: { page, context, api }, guard }) => {
  guard.expect(/^net::ERR_INTERNET_DISCONNECTED/);
  // A reload can cut off a refresh whose answer the next one then finds.
  guard.expect(/^409 POST \/api\/auth\/refresh/);
  const course = { title: "미적분학", credit: 3, grade: /** @type {const} */ ("B0"), is_major: true };
  await api.put("/grades/{semester}", { path: { semester: "2026-2" }, body: { courses: [course] } });
  await page.goto("/grades");
  await page.getByRole("link", { name: "2026년 2학기" }).click();
  await expect(page.getByLabel("과목명")).toHaveValue("미적분학");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await expect(page.getByLabel("과목명")).toHaveValue("미적분학");

  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText("저장해 둔 성적을 보여 드려요.", { exact: false })).toBeVisible();
  await page.getByLabel("성적", { exact: true }).selectOption("A+");
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page.getByText("보내지 못했어요.", { exact: false })).toBeVisible();
  await page.goto("/grades");
  await expect(page.getByRole("row", { name: /2026년 2학기/ })).toContainText("3.00");
  await context.setOffline(false);
  await page.goto("/grades/2026-2");
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page.getByText("저장했어요.", { exact: true })).toBeVisible();
  expect((await api.get("/grades")).mean).toBe(4.5);
});
