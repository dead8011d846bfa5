// @ts-check
import { logInAsAdmin } from "./support/admin.js";
import { uniqueName } from "./support/accounts.js";
import { expect, expectAccessible, screenshot, test } from "./support/fixtures.js";
import { mailsTo, mailTo, pathIn } from "./support/mails.js";
import { uploadPicture } from "./support/pictures.js";

/** @typedef {import("./support/fixtures.js").Student} Student */
/** @typedef {import("@playwright/test").Page} Page */

/** @param {Student} student */
async function newPost(student) {
  const board = await student.api.post("/boards", { body: { category: "일반", name: `요청 ${student.nickname}` } });
  const body = { title: `사진 속 사람 ${student.loginId}`, content: "이 사람 누구예요?", is_anonymous: true, media_ids: [await uploadPicture(student.api)] };
  return student.api.post("/boards/{id}/posts", { path: { id: board.id }, body });
}

/** Fills in a request about a path of the app, logged out. @param {Page} page @param {string} path @param {string} email */
async function fillIn(page, path, email) {
  await page.goto(`/takedown?link=${encodeURIComponent(new URL(path, "https://campus.example").href)}`);
  await page.getByRole("radio", { name: "초상권" }).check();
  await page.getByRole("textbox", { name: "침해받은 내용" }).fill("제 얼굴이 나온 사진을 허락 없이 올렸어요.");
  await page.getByRole("textbox", { name: "이름" }).fill("바람");
  await page.getByRole("textbox", { name: "이메일" }).fill(email);
}

test("a request without an account restricts a post, and its author objects", async ({ page, another }) => {
  const author = await another();
  const post = await newPost(author);
  const email = `${uniqueName()}@mail.example`;
  await page.goto("/login");
  await page.getByRole("link", { name: "게시 중단 요청" }).click();
  await page.getByRole("button", { name: "요청 보내기" }).click();
  await expect(page.getByText("침해받은 권리를 골라 주세요.")).toBeVisible();
  await expectAccessible(page, "the form with errors");
  await screenshot(page, "takedown-errors");
  await fillIn(page, `/posts/${post.id}`, email);
  await page.getByRole("button", { name: "요청 보내기" }).click();
  await expect(page.getByRole("heading", { name: "메일을 확인해 주세요" })).toBeVisible();
  await expectAccessible(page, "the sent request");
  await screenshot(page, "takedown-sent");

  const path = pathIn(await mailTo(email));
  await page.goto(path);
  // Programs that look at mails open links: only the button confirms.
  await expect(page).toHaveURL("/takedown/confirm");
  await screenshot(page, "takedown-confirm");
  await expectAccessible(page, "the confirmation");
  await page.getByRole("button", { name: "요청 확인하기" }).click();
  await expect(page.getByText("요청을 확인했어요")).toBeVisible();
  await screenshot(page, "takedown-confirmed");

  const admin = await another();
  await logInAsAdmin(admin.context);
  await admin.page.goto("/moderation");
  const row = admin.page.getByRole("link").filter({ hasText: post.title ?? "" });
  await expect(row).toContainText("초상권");
  await expectAccessible(admin.page, "the queue");
  await screenshot(admin.page, "takedown-queue");
  await row.click();
  await expect(admin.page.getByText("제 얼굴이 나온 사진을 허락 없이 올렸어요.")).toBeVisible();
  const picture = admin.page.getByRole("img", { name: "사진 1" });
  await admin.page.getByRole("button", { name: "사진 보기" }).click();
  await expect.poll(() => picture.evaluate((image) => /** @type {HTMLImageElement} */ (image).naturalWidth)).toBe(1);
  await expect(admin.page.locator("main")).not.toContainText("바람");
  await expect(admin.page.locator("main")).not.toContainText(email);
  await expectAccessible(admin.page, "the review");
  await screenshot(admin.page, "takedown-review");
  await admin.page.getByRole("button", { name: "결정하기" }).click();
  await expect(admin.page.getByText("결정을 골라 주세요.")).toBeVisible();
  await admin.page.getByRole("radio", { name: /30일 동안 제한하기/ }).check();
  await admin.page.getByRole("button", { name: "결정하기" }).click();
  await admin.page.getByRole("alertdialog").getByRole("button", { name: "30일 동안 제한하기" }).click();
  await expect(admin.page.getByText("결정했어요.")).toBeVisible();
  await expect(admin.page).toHaveURL("/moderation");
  await expect(row).toHaveCount(0);
  await admin.page.goto("/moderation/decided");
  await expect(row).toContainText("까지 제한");
  await screenshot(admin.page, "takedown-restricted");
  await admin.page.goto("/moderation/log");
  await admin.page.getByRole("link", { name: /게시 중단함/ }).first().click();
  await expect(admin.page.getByText("게시 중단함")).toBeVisible();
  await expect(admin.page.getByRole("button", { name: "결정하기" })).toHaveCount(0);

  const reader = await another();
  await reader.page.goto(`/posts/${post.id}`);
  await expect(reader.page.getByText("요청에 따라 접근이 제한된 내용이에요.")).toBeVisible();
  await screenshot(reader.page, "takedown-place");

  const mine = author.page;
  await mine.goto(`/posts/${post.id}`);
  await expect(mine.getByText("요청에서 주장한 권리: 초상권")).toBeVisible();
  await expect(mine.locator("main")).not.toContainText("바람");
  await expectAccessible(mine, "the author's view of a restriction");
  await screenshot(mine, "takedown-author");
  await mine.getByRole("button", { name: "이의 제기" }).click();
  await mine.getByRole("alertdialog").getByRole("button", { name: "이의 제기" }).click();
  await expect(mine.getByText(/이의를 제기했어요\. 제한이 끝나는/)).toBeVisible();
  await mine.reload();
  await expect(mine.getByText(/이의를 제기했어요\. 제한이 끝나는/)).toBeVisible();
  await expect(mine.getByRole("button", { name: "이의 제기" })).toHaveCount(0);
  await admin.page.goto("/moderation/decided");
  await expect(row).toContainText("작성자가 이의 제기함");
});

test("a link without or with a wrong token says so, and leads to the form", async ({ page, guard }) => {
  guard.expect(/^403 POST \/api\/takedowns\/confirm$/);
  await page.goto("/takedown/confirm");
  await expect(page.getByText("쓸 수 없는 링크예요")).toBeVisible();
  await page.goto("/takedown/confirm#wrong");
  await page.reload();
  await page.goto("/takedown/confirm?again#wrong");
  await page.getByRole("button", { name: "요청 확인하기" }).click();
  await expect(page.getByText("쓸 수 없는 링크예요")).toBeVisible();
  await page.getByRole("link", { name: "새로 요청하기" }).click();
  await expect(page).toHaveURL("/takedown");
});

test("a report leads to the form, filled in with the address", async ({ student, another }) => {
  const post = await newPost(await another());
  const { page } = student;
  await page.goto(`/posts/${post.id}`);
  await page.getByRole("button", { name: "글 메뉴", exact: true }).click();
  await page.getByRole("menuitem", { name: "신고", exact: true }).click();
  await page.getByRole("link", { name: "게시 중단 요청하기" }).click();
  await expect(page.getByRole("textbox", { name: "주소" })).toHaveValue(new RegExp(`/posts/${post.id}$`));
  await expect(page.getByRole("textbox", { name: "이메일" })).toHaveValue(student.email);
  const shown = page.waitForEvent("popup");
  await page.getByRole("link", { name: "이 주소에 있는 내용 보기" }).click();
  await expect((await shown).getByRole("heading", { name: post.title ?? "", level: 2 })).toBeVisible();
  await expectAccessible(page, "the form");
  await screenshot(page, "takedown-form");
});

test("a double tap on a slow network sends one request", async ({ page, another }) => {
  const { id } = await newPost(await another());
  const email = `${uniqueName()}@mail.example`;
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => (release = () => resolve(undefined)));
  let count = 0;
  await page.route("**/api/takedowns", async (route) => {
    count += 1;
    await held;
    await route.continue();
  });
  await fillIn(page, `/posts/${id}`, email);
  await page.getByRole("button", { name: "요청 보내기" }).dblclick();
  await expect(page.locator("button[aria-busy=true]")).toBeVisible();
  await page.getByRole("textbox", { name: "이름" }).press("Enter");
  release();
  await expect(page.getByRole("heading", { name: "메일을 확인해 주세요" })).toBeVisible();
  await mailTo(email);
  expect(await mailsTo(email)).toHaveLength(1);
  expect(count).toBe(1);
});

test("the report of exam information leads to the form, filled in with its address", async ({ student, another }) => {
  const author = await another();
  const semester = "2026-2";
  const { items } = await author.api.get("/lectures", { query: { semester, query: "통계학실험" } });
  const path = { id: items[0]?.id ?? "" };
  const timetable = await author.api.post("/timetables", { body: { semester, name: "이번 학기" } });
  await author.api.post("/timetables/{id}/entries", { path: { id: timetable.id }, body: { lecture_id: path.id } });
  const strategy = `${author.loginId}의 이름과 학번을 적은 시험 정보예요.`;
  const info = await author.api.post("/lectures/{id}/exam-infos", { path, body: { exam: "final", semester, question_types: [], strategy } });
  const { page } = student;
  await page.goto(`/lectures/${path.id}?show=exams`);
  await page.getByRole("article").filter({ hasText: strategy }).getByRole("button", { name: "메뉴 열기" }).click();
  await page.getByRole("menuitem", { name: "신고", exact: true }).click();
  await page.getByRole("link", { name: "게시 중단 요청하기" }).click();
  await expect(page.getByRole("textbox", { name: "주소" })).toHaveValue(new RegExp(`/lectures/${path.id}\\?show=exams&exam_info=${info.id}$`));
  await page.getByRole("radio", { name: "사생활 침해" }).check();
  await page.getByRole("textbox", { name: "침해받은 내용" }).fill("제 이름과 학번이 있어요.");
  await page.getByRole("textbox", { name: "이름" }).fill("바람");
  await page.getByRole("button", { name: "요청 보내기" }).click();
  await expect(page.getByRole("heading", { name: "메일을 확인해 주세요" })).toBeVisible();
});
