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
