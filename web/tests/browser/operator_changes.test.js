// @ts-check
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "./support/fixtures.js";
import { withOwnService } from "./support/own_service.js";

const test = withOwnService();

const SEMESTER = "2026-2";
/** A Wednesday, 10:30 in Seoul. */
const NOW = new Date("2026-11-25T01:30:00Z");
/** The catalogue of the semester with one of its lectures, which is cancelled. The others are withdrawn. */
const CATALOGUE = `semester,code,section,title,credit,professor,department,classification,academic_year,times,places,quota,remark,state
${SEMESTER},CS230,001,자료구조,3,차가람,컴퓨터공학과,전필,2학년,월 13:30-14:45; 수 13:30-14:45,공학관 101; 공학관 101,120,,cancelled
`;

test("what an operator cancels, withdraws and takes off shows in the timetable", async ({ student, school, service }) => {
  const { page, api } = student;
  const timetable = await api.post("/timetables", { body: { semester: SEMESTER, name: "이번 학기" } });
  const { items } = await api.get("/lectures", { query: { semester: SEMESTER, query: "자료구조" } });
  for (const { id: lecture_id } of items) {
    await api.post("/timetables/{id}/entries", { path: { id: timetable.id }, body: { lecture_id } });
  }
  const folder = await mkdtemp(path.join(tmpdir(), "campus-catalogue-"));
  const file = path.join(folder, "lectures.csv");
  await writeFile(file, CATALOGUE);
  await service.change("lectures", "import", file, "--withdraw-many", "--school", school.id);
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
