// @ts-check
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "./support/fixtures.js";
import { test } from "./support/own_service.js";

const SEMESTER = "2026-2";
/** A Wednesday, 10:30 in Seoul. */
const NOW = new Date("2026-11-25T01:30:00Z");
const CATALOGUE = new URL("../../../docs/samples/lectures.csv", import.meta.url);

/** The sample catalogue with the first lecture cancelled, and without the second. @param {string} folder */
async function changedCatalogue(folder) {
  const [header, ...lines] = (await readFile(CATALOGUE, "utf8")).trimEnd().split("\n");
  const kept = lines.filter((line) => !line.includes(",자료구조 실습,"));
  const file = path.join(folder, "lectures.csv");
  await writeFile(file, [`${header},state`, ...kept.map((line) => `${line},${line.includes(",자료구조,") ? "cancelled" : ""}`), ""].join("\n"));
  return file;
}

test("what an operator cancels, withdraws and takes off shows in the timetable", async ({ student, school, service }) => {
  const { page, api } = student;
  const timetable = await api.post("/timetables", { body: { semester: SEMESTER, name: "이번 학기" } });
  const { items } = await api.get("/lectures", { query: { semester: SEMESTER, query: "자료구조" } });
  for (const { id: lecture_id } of items) {
    await api.post("/timetables/{id}/entries", { path: { id: timetable.id }, body: { lecture_id } });
  }
  const folder = await mkdtemp(path.join(tmpdir(), "campus-catalogue-"));
  await service.change("lectures", "import", await changedCatalogue(folder), "--school", school.id);
  await rm(folder, { recursive: true });
  await service.change("terms", "days-off", SEMESTER, "2026-11-25", "--school", school.id);

  await page.clock.setFixedTime(NOW);
  await page.goto(`/timetable?semester=${SEMESTER}`);
  const list = page.getByRole("list", { name: "수업 2개" });
  await expect(list.getByRole("listitem").filter({ hasText: "폐강" })).toHaveCount(1);
  await expect(list.getByRole("listitem").filter({ hasText: "목록에 없음" })).toContainText("자료구조 실습");
  await expect(page.getByText("오늘은 휴일이에요.")).toBeVisible();
  await page.goto(`/timetable/${timetable.id}/add?query=자료구조`);
  const found = page.getByRole("list", { name: "검색 결과" }).getByRole("listitem");
  await expect(found).toHaveCount(1);
  await expect(found).toContainText("폐강");
});
