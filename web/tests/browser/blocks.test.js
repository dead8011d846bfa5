// @ts-check
import { expect, expectAccessible, screenshot, test } from "./support/fixtures.js";

/** @typedef {import("./support/fixtures.js").Student} Student */
/** @typedef {import("@playwright/test").Page} Page */

/** @param {Student} student */
const newBoard = (student) => student.api.post("/boards", { body: { category: "일반", name: `차단 ${student.nickname}` } });

/** @param {Student} student @param {string} board @param {string} title @param {boolean} [isAnonymous] */
const newPost = (student, board, title, isAnonymous = false) =>
  student.api.post("/boards/{id}/posts", { path: { id: board }, body: { title, content: "내용입니다.", is_anonymous: isAnonymous } });

/** @param {Page} page @param {string} menu @param {string} item */
async function choose(page, menu, item) {
  await page.getByRole("button", { name: menu, exact: true }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

test("a named author is blocked, and unblocked in the settings", async ({ student, another }) => {
  const author = await another();
  const board = await newBoard(student);
  await newPost(author, board.id, "첫 글");
  await newPost(author, board.id, "둘째 글");
  await newPost(author, board.id, "익명 글", true);
  const { page } = student;
  await page.goto(`/boards/${board.id}`);
  await page.getByRole("link", { name: /첫 글/ }).click();
  await choose(page, "글 메뉴", "차단");
  const question = page.getByRole("alertdialog", { name: `${author.nickname} 차단` });
  await expect(question).toContainText("익명으로 쓴 것에는 적용되지 않아요.");
  await expectAccessible(page, "the question");
  await screenshot(page, "block-question");
  await question.getByRole("button", { name: "차단" }).click();
  await expect(page).toHaveURL(`/boards/${board.id}`);
  await expect(page.getByRole("link", { name: /첫 글|둘째 글/ })).toHaveCount(0);
  await expect(page.getByRole("link", { name: /익명 글/ })).toBeVisible();

  await page.goto("/me/settings");
  await page.getByRole("link", { name: "차단 목록" }).click();
  await expect(page.getByText(author.nickname)).toBeVisible();
  await expectAccessible(page, "the blocks");
  await screenshot(page, "blocks");
  await page.getByRole("button", { name: `${author.nickname} 차단 해제` }).click();
  await expect(page.getByText("차단한 사용자가 없어요")).toBeVisible();
  await page.goto(`/boards/${board.id}`);
  await expect(page.getByRole("link", { name: /첫 글|둘째 글/ })).toHaveCount(2);
});

test("after a block, posts of the author are also gone further down in the list", async ({ student, another }) => {
  const author = await another();
  const board = await newBoard(student);
  await newPost(author, board.id, "아래 글");
  for (let number = 1; number <= 21; number += 1) await newPost(student, board.id, `내 글 ${number}`);
  await newPost(author, board.id, "위의 글");
  const { page } = student;
  await page.goto(`/boards/${board.id}`);
  const below = page.getByRole("link", { name: /아래 글/ });
  const scrollUntil = (/** @type {import("@playwright/test").Locator} */ row) =>
    expect(async () => {
      await page.mouse.wheel(0, 4000);
      await expect(row).toBeVisible({ timeout: 500 });
    }).toPass();
  await scrollUntil(below);
  await page.getByRole("link", { name: /위의 글/ }).click();
  await choose(page, "글 메뉴", "차단");
  await page.getByRole("alertdialog").getByRole("button", { name: "차단" }).click();
  await expect(page).toHaveURL(`/boards/${board.id}`);
  await scrollUntil(page.getByRole("link", { name: /내 글 1 / }));
  await expect(page.getByRole("link", { name: /위의 글|아래 글/ })).toHaveCount(0);
});

test("an anonymous commenter is blocked on this post only", async ({ student, another }) => {
  const author = await another();
  const board = await newBoard(student);
  const [first, second] = [await newPost(student, board.id, "이 글"), await newPost(student, board.id, "다른 글")];
  for (const { id } of [first, second]) {
    await author.api.post("/posts/{id}/comments", { path: { id }, body: { content: "시끄러운 댓글", is_anonymous: true } });
  }
  const { page } = student;
  await page.goto(`/posts/${first.id}`);
  await choose(page, "익명1 댓글 메뉴", "차단");
  const question = page.getByRole("alertdialog", { name: "익명1 차단" });
  await expect(question).toContainText("이 글에만 적용돼요.");
  await question.getByRole("button", { name: "차단" }).click();
  await expect(page.getByText("차단했어요.")).toBeVisible();
  await expect(page.getByText("시끄러운 댓글")).toHaveCount(0);
  await page.goto(`/posts/${second.id}`);
  await expect(page.getByText("시끄러운 댓글")).toBeVisible();
  await page.goto("/me/blocks");
  await expect(page.getByText(/글 하나에서 익명으로 쓴 것/)).toBeVisible();
  await screenshot(page, "blocks-anonymous");
});

test("a blocked comment with replies keeps its place", async ({ student, another }) => {
  const author = await another();
  const post = await newPost(student, (await newBoard(student)).id, "이야기");
  const comment = await author.api.post("/posts/{id}/comments", { path: { id: post.id }, body: { content: "시끄러운 댓글", is_anonymous: true } });
  await student.api.post("/posts/{id}/comments", { path: { id: post.id }, body: { content: "내 답글", is_anonymous: false, parent_id: comment.id } });
  await student.api.post("/blocks", { body: { comment_id: comment.id } });
  const { page } = student;
  await page.goto(`/posts/${post.id}`);
  await expect(page.getByText("내 답글")).toBeVisible();
  await expect(page.getByText("차단한 사용자의 댓글이에요.")).toBeVisible();
});

test("a post is hidden from lists, and shown again", async ({ student, another }) => {
  const author = await another();
  const board = await newBoard(student);
  const post = await newPost(author, board.id, "보기 싫은 글");
  const { page } = student;
  await page.goto(`/boards/${board.id}`);
  const row = page.getByRole("link", { name: /보기 싫은 글/ });
  await row.click();
  await choose(page, "글 메뉴", "이 글 숨기기");
  await expect(page.getByText("내가 숨긴 글이에요.")).toBeVisible();
  await expectAccessible(page, "a post that the student hides");
  await screenshot(page, "own-hide");
  await page.goBack();
  await expect(page.getByText("아직 글이 없어요")).toBeVisible();

  await page.goto("/me/settings");
  await page.getByRole("link", { name: "숨긴 글" }).click();
  await expect(row).toBeVisible();
  await expectAccessible(page, "the hidden posts");
  await screenshot(page, "hidden-posts");
  await page.getByRole("button", { name: "‘보기 싫은 글’ 다시 보기" }).click();
  await expect(page.getByText("숨긴 글이 없어요")).toBeVisible();
  await page.goto(`/posts/${post.id}`);
  await expect(page.getByRole("heading", { name: "보기 싫은 글", level: 2 })).toBeVisible();
  await expect(page.getByText("내가 숨긴 글이에요.")).toHaveCount(0);
});

test("a sanctioned student reads why and until when they cannot write, and the text stays", async ({ student, guard }) => {
  guard.expect(/^403 POST .*\/posts$/);
  const { page } = student;
  const board = await newBoard(student);
  const restriction = { kind: "read_only", reason: "abuse", until: new Date(Date.now() + 3 * 86_400_000).toISOString() };
  let isSanctioned = false;
  const addRestriction = async (/** @type {import("@playwright/test").Route} */ route) => {
    const response = await route.fetch();
    const body = await response.json();
    const user = body.user ?? body;
    user.restrictions = isSanctioned ? [restriction] : [];
    await route.fulfill({ response, json: body });
  };
  await page.route("**/api/auth/me", addRestriction);
  await page.route("**/api/auth/refresh", addRestriction);
  await page.goto(`/boards/${board.id}/write`);
  await page.route("**/posts", (route) => {
    isSanctioned = true;
    return route.fulfill({
      status: 403,
      contentType: "application/problem+json",
      json: { type: "urn:campus:problem:write_suspended", title: "Write suspended", status: 403, code: "write_suspended", detail: "지금은 쓸 수 없습니다.", request_id: "x" },
    });
  });
  await page.getByRole("textbox", { name: "제목", exact: true }).fill("제목");
  await page.getByRole("textbox", { name: "내용", exact: true }).fill("쓰던 글");
  await page.getByRole("button", { name: "등록", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("지금은 쓸 수 없습니다.");
  await expect(page.getByText(/까지 글을 쓸 수 없어요/)).toBeVisible();
  await expect(page.getByRole("textbox", { name: "내용", exact: true })).toHaveValue("쓰던 글");
  await expectAccessible(page, "the notice");
  await screenshot(page, "restricted-write");
  await page.goto("/me");
  await expect(page.getByText("이유: 욕설·괴롭힘")).toBeVisible();
  await screenshot(page, "restricted-me");
});
