// @ts-check
import { logInAsAdmin } from "./support/admin.js";
import { expect, expectAccessible, screenshot } from "./support/fixtures.js";
import { withOwnService } from "./support/own_service.js";
import { uploadPicture } from "./support/pictures.js";

const test = withOwnService();

/** @typedef {import("./support/fixtures.js").Student} Student */
/** @typedef {import("@playwright/test").Page} Page */

// One report hides something.
test.beforeAll(({ service, school }) => service.change("schools", "set", school.id, "--young-days", "0", "--report-threshold", "1"));

/** @param {Student} student @param {string} [title] */
async function newPost(student, title = "자전거 팔아요") {
  const board = await student.api.post("/boards", { body: { category: "일반", name: `신고 ${student.nickname}` } });
  return student.api.post("/boards/{id}/posts", { path: { id: board.id }, body: { title, content: "거의 새것이에요.", is_anonymous: true } });
}

/** @param {Page} page @param {string} menu @param {string} item */
async function choose(page, menu, item) {
  await page.getByRole("button", { name: menu, exact: true }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

test("a report hides a post, its author appeals, an admin restores it", async ({ student, another, guard }) => {
  guard.expect(/^409 POST \/api\/reports$/);
  const author = await another();
  const post = await newPost(author);
  const comment = await student.api.post("/posts/{id}/comments", { path: { id: post.id }, body: { content: "얼마예요?", is_anonymous: true } });
  const { page } = student;
  await page.goto(`/posts/${post.id}`);
  await choose(page, "글 메뉴", "신고");
  const dialog = page.getByRole("dialog", { name: "글 신고" });
  await dialog.getByRole("button", { name: "신고", exact: true }).click();
  await expect(dialog.getByText("이유를 골라 주세요.")).toBeVisible();
  await dialog.getByRole("radio", { name: "그 밖의 이유" }).check();
  await dialog.getByRole("button", { name: "신고", exact: true }).click();
  await expect(dialog.getByText("어떤 문제가 있는지 적어 주세요.")).toBeVisible();
  await expectAccessible(page, "the report");
  await screenshot(page, "report");
  await dialog.getByRole("radio", { name: "자해·자살 위험" }).check();
  await dialog.getByRole("button", { name: "신고", exact: true }).click();
  await expect(dialog.getByText("신고를 접수했어요")).toBeVisible();
  await expect(dialog.getByRole("link", { name: /109/ })).toHaveAttribute("href", "tel:109");
  await expect(dialog.getByRole("link", { name: /1577-0199/ })).toHaveAttribute("href", "tel:15770199");
  await expectAccessible(page, "the help lines");
  await screenshot(page, "report-done");
  await dialog.locator(".dialog-body").getByRole("button", { name: "닫기" }).click();
  await choose(page, "글 메뉴", "신고");
  await dialog.getByRole("radio", { name: "광고·도배" }).check();
  await dialog.getByRole("button", { name: "신고", exact: true }).click();
  await expect(dialog.getByText("이미 신고했어요")).toBeVisible();

  await page.reload();
  await expect(page.getByText("신고로 가려진 내용이에요.")).toBeVisible();
  await expect(page.getByText("가려진 글의 댓글은 볼 수 없어요")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "댓글" })).toHaveCount(0);
  await expect(page.locator("main")).not.toContainText("자전거");
  await expect(page).toHaveTitle(/^신고로 가려진/);
  await expectAccessible(page, "the place of the post");
  await screenshot(page, "hidden-post");
  await page.goto(`/boards/${post.board_id}`);
  await expect(page.getByRole("link", { name: /신고로 가려진 내용이에요/ })).toBeVisible();
  await screenshot(page, "hidden-post-in-list");

  const mine = author.page;
  await mine.goto(`/posts/${post.id}`);
  await expect(mine.getByText("신고로 가려져 나만 볼 수 있어요")).toBeVisible();
  await expect(mine.getByText("신고 이유: 자해·자살 위험")).toBeVisible();
  await expect(mine.getByText(comment.content ?? "")).toBeVisible();
  await mine.getByRole("button", { name: "글 메뉴", exact: true }).click();
  await expect(mine.getByRole("menuitem", { name: "글 수정" })).toHaveCount(0);
  await mine.keyboard.press("Escape");
  await expectAccessible(mine, "the author's view");
  await screenshot(mine, "own-hidden-post");
  await mine.getByRole("button", { name: "이의 제기" }).click();
  const appeal = mine.getByRole("dialog", { name: "이의 제기" });
  await appeal.getByRole("textbox", { name: "이의 내용" }).fill("자전거를 판다는 글이에요.");
  await expectAccessible(mine, "the appeal");
  await screenshot(mine, "appeal");
  await appeal.getByRole("button", { name: "이의 제기" }).click();
  await expect(mine.getByText(/이의를 이미 제기했어요/)).toBeVisible();
  await mine.reload();
  await expect(mine.getByText(/이의를 이미 제기했어요/)).toBeVisible();

  const admin = await another();
  await logInAsAdmin(admin.context);
  await admin.page.goto("/me");
  await admin.page.getByRole("link", { name: /신고 처리/ }).click();
  const row = admin.page.getByRole("link", { name: /자전거 팔아요/ });
  await expect(row).toContainText("이의 제기");
  await expectAccessible(admin.page, "the queue");
  await screenshot(admin.page, "queue");
  await row.click();
  await expect(admin.page.getByText("자전거를 판다는 글이에요.")).toBeVisible();
  await expect(admin.page.locator("main")).not.toContainText(author.nickname);
  await expectAccessible(admin.page, "a case");
  await screenshot(admin.page, "case");
  await admin.page.getByRole("button", { name: "결정하기" }).click();
  await expect(admin.page.getByText("결정을 골라 주세요.")).toBeVisible();
  await admin.page.getByRole("radio", { name: /다시 보이기/ }).check();
  await admin.page.getByRole("textbox", { name: /메모/ }).fill("문제가 없어요.");
  await admin.page.getByRole("button", { name: "결정하기" }).click();
  await admin.page.getByRole("alertdialog").getByRole("button", { name: "다시 보이기" }).click();
  await expect(admin.page.getByText("결정했어요.")).toBeVisible();
  await expect(admin.page).toHaveURL("/moderation");
  await expect(row).toHaveCount(0);
  await admin.page.goto("/moderation/decided");
  await expect(row).toContainText("다시 보이게 함");
  await screenshot(admin.page, "decided");
  await admin.page.goto("/moderation/log");
  await expect(admin.page.getByRole("link", { name: /문제가 없어요\./ })).toBeVisible();
  await screenshot(admin.page, "log");
  await page.goto(`/posts/${post.id}`);
  await expect(page.getByRole("heading", { name: "자전거 팔아요", level: 2 })).toBeVisible();
});

test("an admin removes a comment with a sanction, and its place stays", async ({ student, another }) => {
  const author = await another();
  const post = await newPost(student, "댓글 구해요");
  const comment = await author.api.post("/posts/{id}/comments", { path: { id: post.id }, body: { content: "나쁜 말", is_anonymous: true } });
  await student.api.post("/posts/{id}/comments", { path: { id: post.id }, body: { content: "왜 그래요", is_anonymous: true, parent_id: comment.id } });
  const { page } = student;
  await page.goto(`/posts/${post.id}`);
  await choose(page, "익명1 댓글 메뉴", "신고");
  const dialog = page.getByRole("dialog", { name: "댓글 신고" });
  await dialog.getByRole("radio", { name: "욕설·괴롭힘" }).check();
  await dialog.getByRole("button", { name: "신고", exact: true }).click();
  await expect(dialog.getByText("신고를 접수했어요")).toBeVisible();
  await page.reload();
  await expect(page.getByText("신고로 가려진 내용이에요.")).toBeVisible();
  await screenshot(page, "hidden-comment");

  const admin = await another();
  await logInAsAdmin(admin.context);
  await admin.page.goto("/moderation");
  await admin.page.getByRole("link", { name: /나쁜 말/ }).click();
  await admin.page.getByRole("radio", { name: /삭제하기/ }).check();
  await admin.page.getByRole("switch", { name: /작성자 제재/ }).check();
  await screenshot(admin.page, "decision");
  await admin.page.getByRole("button", { name: "결정하기" }).click();
  await expect(admin.page.getByRole("alertdialog", { name: "삭제하고 작성자를 제재할까요?" })).toBeVisible();
  await admin.page.getByRole("alertdialog").getByRole("button", { name: "삭제하기" }).click();
  await expect(admin.page).toHaveURL("/moderation");

  await page.reload();
  await expect(page.getByText("관리자가 삭제한 내용이에요.")).toBeVisible();
  await author.page.goto(`/posts/${post.id}`);
  await author.page.getByRole("button", { name: "가려진 이유" }).click();
  await expect(author.page.getByRole("dialog", { name: "관리자가 삭제해 나만 볼 수 있어요" })).toBeVisible();
  await expectAccessible(author.page, "why a comment is hidden");
  await screenshot(author.page, "own-hidden-comment");

  // The first step of the sanctions.
  await expect(async () => {
    await author.page.goto("/me");
    await expect(author.page.getByText("관리자의 경고를 받았어요")).toBeVisible({ timeout: 2000 });
  }).toPass();
  await expect(author.page.getByText("이유: 욕설·괴롭힘")).toBeVisible();
  await expectAccessible(author.page, "a warning");
  await screenshot(author.page, "warning");
});

test("a recipient reports a message, and it disappears from the thread and the list", async ({ student, another }) => {
  const sender = await another();
  const post = await newPost(student);
  const thread = await sender.api.post("/messages", { body: { post_id: post.id, content: "이상한 쪽지" } });
  const { page } = student;
  await page.goto(`/messages/${thread.id}`);
  await page.getByRole("button", { name: "쪽지 신고" }).click();
  await screenshot(page, "report-message");
  const dialog = page.getByRole("dialog", { name: "쪽지 신고" });
  await dialog.getByRole("radio", { name: "음란물" }).check();
  await dialog.getByRole("button", { name: "신고", exact: true }).click();
  await expect(dialog.getByText("신고를 접수했어요")).toBeVisible();
  await page.reload();
  await expect(page.getByText("신고로 가려진 내용이에요.").first()).toBeVisible();
  await expectAccessible(page, "a hidden message");
  await screenshot(page, "hidden-message");
  await page.goto("/messages");
  await expect(page.getByRole("link", { name: /신고로 가려진/ })).toBeVisible();
  await sender.page.goto(`/messages/${thread.id}`);
  await sender.page.getByRole("button", { name: "가려진 이유" }).click();
  await screenshot(sender.page, "own-hidden-message");
});

test("an admin sees the pictures of a hidden post after a tap", async ({ student, another }) => {
  const author = await another();
  const board = await author.api.post("/boards", { body: { category: "일반", name: `사진 ${author.nickname}` } });
  const body = { title: `몰래 찍은 사진 ${author.loginId}`, content: "지하철에서요.", is_anonymous: true, media_ids: [await uploadPicture(author.api)] };
  const post = await author.api.post("/boards/{id}/posts", { path: { id: board.id }, body });
  await student.api.post("/reports", { body: { post_id: post.id, reason: "illegal_media" } });
  const { page, context } = student;
  await page.goto(`/posts/${post.id}`);
  await expect(page.getByText("신고로 가려진 내용이에요.")).toBeVisible();
  await expect(page.locator(".gallery")).toHaveCount(0);

  await logInAsAdmin(context);
  await page.goto("/moderation");
  await page.getByRole("link", { name: new RegExp(body.title) }).click();
  await page.getByRole("button", { name: "사진 보기" }).click();
  const picture = page.getByRole("img", { name: "사진 1" });
  await expect.poll(() => picture.evaluate((image) => /** @type {HTMLImageElement} */ (image).naturalWidth)).toBe(1);
  await expectAccessible(page, "the pictures of a case");
  await screenshot(page, "case-pictures");
});

const SEMESTER = "2026-2";

/** What the student writes about a lecture. Returns the lecture. @param {Student} student */
async function writeAboutLecture({ api }) {
  const { items } = await api.get("/lectures", { query: { semester: SEMESTER, limit: 1 } });
  const path = { id: items[0]?.id ?? "" };
  const timetable = await api.post("/timetables", { body: { semester: SEMESTER, name: "이번 학기" } });
  await api.post("/timetables/{id}/entries", { path: { id: timetable.id }, body: { lecture_id: path.id } });
  await api.post("/lectures/{id}/reviews", { path, body: { rating: 1, content: "교수님 험담을 길게 늘어놓는 나쁜 강의평", semester: SEMESTER } });
  const examInfo = { exam: /** @type {const} */ ("midterm"), semester: SEMESTER, question_types: [], strategy: "시험 문제를 통째로 옮겨 놓은 시험 정보예요." };
  await api.post("/lectures/{id}/exam-infos", { path, body: examInfo });
  return path.id;
}

test("a review and exam information are reported, and only their author still reads them", async ({ student, another }) => {
  const author = await another();
  const lecture = await writeAboutLecture(author);
  const { page } = student;
  for (const { path, text, name } of [
    { path: `/lectures/${lecture}`, text: "나쁜 강의평", name: "강의평 신고" },
    { path: `/lectures/${lecture}?show=exams`, text: "통째로 옮겨 놓은", name: "시험 정보 신고" },
  ]) {
    await page.goto(path);
    await page.getByRole("article").filter({ hasText: text }).getByRole("button", { name: "메뉴 열기" }).click();
    await page.getByRole("menuitem", { name: "신고", exact: true }).click();
    const dialog = page.getByRole("dialog", { name });
    await dialog.getByRole("radio", { name: "욕설·괴롭힘" }).check();
    await dialog.getByRole("button", { name: "신고", exact: true }).click();
    await expect(dialog.getByText("신고를 접수했어요")).toBeVisible();
    await page.reload();
    await expect(page.getByText("신고로 가려진 내용이에요.")).toBeVisible();
    await expect(page.getByText(text)).toHaveCount(0);
    await expectAccessible(page, path);
    await author.page.goto(path);
    await expect(author.page.getByText("신고로 가려져 나만 볼 수 있어요")).toBeVisible();
    await expect(author.page.getByText(text)).toBeVisible();
    await expectAccessible(author.page, `the author's view of ${path}`);
    await screenshot(author.page, `own-hidden-${name}`);
  }
});

test("only admins see reports", async ({ student: { page } }) => {
  for (const path of ["/moderation", "/moderation/decided", "/moderation/log", "/moderation/cases/x", "/moderation/takedowns/x"]) {
    await page.goto(path);
    await expect(page.getByText("관리자만 볼 수 있어요")).toBeVisible();
  }
  await page.goto("/me");
  await expect(page.getByRole("link", { name: /신고 처리/ })).toHaveCount(0);
});
