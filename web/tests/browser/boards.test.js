// @ts-check
import { expect, expectAccessible, test } from "./support/fixtures.js";
import { problem } from "./support/forms.js";

/** @param {import("./support/fixtures.js").Student} student @param {string} name @param {string} [category] */
const newBoard = (student, name, category = "일반") => student.api.post("/boards", { body: { category, name } });

test("a student creates a board, changes it, and deletes it", async ({ student: { page, nickname } }) => {
  const name = `모임 ${nickname}`;
  await page.goto("/boards");
  await page.getByRole("link", { name: "게시판 만들기" }).click();
  await expect(page.getByRole("heading", { name: "게시판 만들기", level: 1 })).toBeVisible();
  await page.getByLabel("이름").fill(name);
  await page.getByLabel("분류").fill("단체");
  await page.getByRole("radio", { name: "항상 익명" }).check({ force: true });
  await page.reload();
  await expect(page.getByLabel("이름"), "the draft").toHaveValue(name);
  await page.getByRole("button", { name: "만들기" }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();

  await page.getByRole("link", { name: "게시판 설정" }).click();
  await expect(page.getByRole("radio", { name: "항상 익명" })).toBeChecked();
  await page.getByLabel("이름").fill(`${name} 2`);
  await page.getByLabel(/^소개/).fill("새로 만든 모임이에요.");
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page.getByRole("heading", { name: `${name} 2`, level: 1 })).toBeVisible();
  await expect(page.getByText("새로 만든 모임이에요.")).toBeVisible();

  await page.getByRole("link", { name: "게시판 설정" }).click();
  await page.getByRole("button", { name: /게시판 삭제/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "삭제" }).click();
  await expect(page).toHaveURL("/boards");
  await expect(page.getByRole("link", { name: new RegExp(name) })).toHaveCount(0);
});

test("a name that is taken is refused beside the field", async ({ student, guard }) => {
  guard.expect("409 POST /api/boards");
  const { page, nickname } = student;
  await newBoard(student, `하나뿐 ${nickname}`);
  await page.goto("/boards/new");
  await page.getByLabel("이름").fill(`하나뿐 ${nickname}`);
  await page.getByLabel("분류").fill("일반");
  await page.getByRole("button", { name: "만들기" }).click();
  await expect(page.getByLabel("이름")).toHaveAccessibleDescription("같은 이름의 게시판이 이미 있습니다.");
  await expect(page.getByLabel("이름")).toBeFocused();
});

test("boards are found by name and category, and the address keeps the search", async ({ student }) => {
  const { page, nickname } = student;
  const category = `분류${nickname.slice(-6)}`;
  await newBoard(student, `등산 ${nickname}`, category);
  await newBoard(student, `수영 ${nickname}`, category);
  await page.goto("/boards");
  await page.getByRole("searchbox").pressSequentially(`등산 ${nickname}`);
  await expect(page.getByRole("list", { name: "모든 게시판" }).getByRole("listitem")).toHaveCount(1);
  await expect(page.getByRole("searchbox"), "the focus stays while typing").toBeFocused();
  await page.reload();
  await expect(page.getByRole("searchbox")).toHaveValue(`등산 ${nickname}`);
  await page.getByRole("button", { name: "지우기" }).click();
  await page.getByRole("button", { name: category }).click();
  await expect(page.getByRole("list", { name: "모든 게시판" }).getByRole("listitem")).toHaveCount(2);
  await page.getByRole("searchbox").fill("없는 게시판");
  await expect(page.getByText("찾는 게시판이 없어요")).toBeVisible();
  await page.getByRole("button", { name: "모두 보기" }).click();
  await expect(page.getByRole("searchbox")).toHaveValue("");
  await expect(page.getByRole("link", { name: new RegExp(`수영 ${nickname}`) })).toBeVisible();
});

test("pins show at once, on home, and are taken back if the service refuses", async ({ student, guard }) => {
  guard.expect("409 PUT /api/boards/");
  const { page, nickname } = student;
  const board = await newBoard(student, `고정 ${nickname}`);
  await page.goto("/boards");
  const pin = page.getByRole("list", { name: "모든 게시판" }).getByRole("button", { name: `${board.name} 고정` });
  await page.route("**/api/boards/*/pin", (route) => route.fulfill(problem(409, "pins_full")));
  await pin.click();
  await expect(page.getByRole("status").filter({ hasText: "pins_full" })).toBeVisible();
  await expect(pin).toHaveAttribute("aria-pressed", "false");
  await page.unroute("**/api/boards/*/pin");

  await pin.click();
  await expect(pin).toHaveAttribute("aria-pressed", "true");
  await expectAccessible(page, "boards with a pinned one");
  await page.getByRole("link", { name: "홈" }).first().click();
  await expect(page.getByRole("link", { name: new RegExp(board.name) }).first()).toBeVisible();
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(page.getByRole("navigation", { name: "고정한 게시판" }).getByRole("link", { name: board.name })).toBeVisible();
});
