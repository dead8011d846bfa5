// @ts-check
import { expect, expectAccessible, screenshot, test } from "./support/fixtures.js";

/** @typedef {import("./support/fixtures.js").Student} Student */

/** An anonymous post of the student. @param {Student} student */
async function newPost(student) {
  const board = await student.api.post("/boards", { body: { category: "일반", name: `쪽지 ${student.nickname}` } });
  return student.api.post("/boards/{id}/posts", { path: { id: board.id }, body: { title: "자전거 팔아요", content: "거의 새것이에요.", is_anonymous: true } });
}

test("two students write to each other about an anonymous post, and neither sees a name", async ({ student, another }) => {
  const author = await another();
  const post = await newPost(author);
  const { page } = student;
  await page.goto(`/posts/${post.id}`);
  await page.getByRole("button", { name: "글 메뉴" }).click();
  await page.getByRole("menuitem", { name: "쪽지 보내기" }).click();
  const dialog = page.getByRole("dialog", { name: "익명에게 쪽지 보내기" });
  await dialog.getByRole("textbox", { name: "쪽지" }).fill("아직 있나요?");
  await expectAccessible(page, "the dialog");
  await dialog.getByRole("button", { name: "보내기" }).click();
  await expect(page).toHaveURL(/\/messages\/.+/);
  await expect(page.getByText("아직 있나요?")).toBeVisible();

  await author.page.goto("/");
  await expect(author.page.getByRole("link", { name: /읽지 않음 1개.*쪽지/ }).first()).toBeVisible();
  await author.page.goto("/messages");
  await author.page.getByRole("link", { name: /아직 있나요\?/ }).click();
  await author.page.getByRole("textbox", { name: "쪽지", exact: true }).fill("네, 있어요.");
  await author.page.getByRole("button", { name: "보내기" }).click();
  await expect(author.page.getByText("네, 있어요.")).toBeVisible();
  await expect(author.page.locator("body")).not.toContainText(student.nickname);
  await screenshot(author.page, "conversation");

  await page.reload();
  await expect(page.getByText("네, 있어요.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "익명", level: 1 })).toBeVisible();
  await expect(page.locator("main")).not.toContainText(author.nickname);
  await page.goto("/messages");
  await expect(page.getByRole("link", { name: /읽지 않음/ })).toHaveCount(0);
});

test("a blocked thread refuses messages in the service's words, and keeps the text", async ({ student, another, guard }) => {
  guard.expect("403 POST /api/messages/");
  const author = await another();
  const post = await newPost(author);
  const thread = await student.api.post("/messages", { body: { post_id: post.id, content: "안녕하세요." } });
  await author.page.goto(`/messages/${thread.id}`);
  await author.page.getByRole("button", { name: "쪽지 메뉴" }).click();
  await author.page.getByRole("menuitem", { name: "차단", exact: true }).click();
  await author.page.getByRole("alertdialog").getByRole("button", { name: "차단" }).click();
  await expect(author.page.getByText("차단했어요.")).toBeVisible();

  const { page } = student;
  await page.goto(`/messages/${thread.id}`);
  const field = page.getByRole("textbox", { name: "쪽지", exact: true });
  await field.fill("들리나요?");
  await page.getByRole("button", { name: "보내기" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(field).toHaveValue("들리나요?");
  await page.getByRole("button", { name: "쪽지 메뉴" }).click();
  await expect(page.getByRole("menuitem", { name: /차단/ })).toHaveText("차단");
  await page.keyboard.press("Escape");

  for (const reload of [false, true]) {
    if (reload) await author.page.reload();
    await author.page.getByRole("button", { name: "쪽지 메뉴" }).click();
    await expect(author.page.getByRole("menuitem", { name: /차단/ })).toHaveText("차단 해제");
    if (!reload) await author.page.keyboard.press("Escape");
  }
  await author.page.getByRole("menuitem", { name: "차단 해제" }).click();
  await expect(author.page.getByText("차단을 해제했어요.")).toBeVisible();
  await author.page.getByRole("button", { name: "쪽지 메뉴" }).click();
  await expect(author.page.getByRole("menuitem", { name: /차단/ })).toHaveText("차단");
  await page.getByRole("button", { name: "보내기" }).click();
  await expect(field).toHaveValue("");
});

test("a deleted thread leaves the list", async ({ student, another }) => {
  const post = await newPost(await another());
  const thread = await student.api.post("/messages", { body: { post_id: post.id, content: "안녕하세요." } });
  const { page } = student;
  await page.goto("/messages");
  await page.getByRole("link", { name: /안녕하세요/ }).click();
  await expect(page).toHaveURL(`/messages/${thread.id}`);
  await page.getByRole("button", { name: "쪽지 메뉴" }).click();
  await page.getByRole("menuitem", { name: "쪽지 삭제" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "쪽지 삭제" }).click();
  await expect(page.getByText("아직 쪽지가 없어요")).toBeVisible();
});

test("earlier messages are a tap away", async ({ student, another }) => {
  const post = await newPost(await another());
  const thread = await student.api.post("/messages", { body: { post_id: post.id, content: "쪽지 0" } });
  for (let i = 1; i < 25; i++) {
    await student.api.post("/messages/{thread_id}", { path: { thread_id: thread.id }, body: { content: `쪽지 ${i}` } });
  }
  const { page } = student;
  await page.goto(`/messages/${thread.id}`);
  await expect(page.getByText("쪽지 24", { exact: true })).toBeInViewport();
  await page.getByRole("button", { name: "이전 쪽지 보기" }).click();
  await expect(page.getByText("쪽지 0", { exact: true })).toBeAttached();
  await expect(page.getByRole("link", { name: /자전거 팔아요/ })).toBeAttached();
});

test("messages that arrive in an open thread appear, also more than a page of them", async ({ student, another }) => {
  const author = await another();
  const post = await newPost(author);
  const thread = await student.api.post("/messages", { body: { post_id: post.id, content: "쪽지 0" } });
  const { page } = student;
  await page.clock.install();
  await page.goto(`/messages/${thread.id}`);
  await expect(page.getByText("쪽지 0", { exact: true })).toBeVisible();
  let sent = 0;
  for (const last of [1, 26]) {
    while (sent < last) {
      await author.api.post("/messages/{thread_id}", { path: { thread_id: thread.id }, body: { content: `쪽지 ${++sent}` } });
    }
    await page.clock.fastForward(10_000);
    await expect(page.getByText(`쪽지 ${last}`, { exact: true })).toBeInViewport();
  }
  await page.getByRole("button", { name: "이전 쪽지 보기" }).click();
  await expect(page.getByText("쪽지 2", { exact: true })).toBeAttached();
  await expect(page.locator(".bubble-text")).toHaveCount(27);
});
