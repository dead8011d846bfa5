// @ts-check
import { expect, expectAccessible, expectNoLayoutShift, screenshot, test } from "./support/fixtures.js";

/** @typedef {import("./support/fixtures.js").Student} Student */

/** @param {Student} student @param {"optional" | "always" | "never"} [anonymity] */
const newBoard = (student, anonymity = "optional") =>
  student.api.post("/boards", { body: { category: "일반", name: `이야기 ${student.nickname}`, anonymity } });

/** @param {Student} student @param {string} board @param {string} title */
const newPost = (student, board, title) =>
  student.api.post("/boards/{id}/posts", { path: { id: board }, body: { title, content: "내용입니다.", is_anonymous: true } });

/** A picture of the given size, as a camera would save it. @param {import("@playwright/test").Page} page @param {number} width @param {number} height */
async function photo(page, width, height) {
  const bytes = await page.evaluate(
    async ([width, height]) => {
      const canvas = document.createElement("canvas");
      Object.assign(canvas, { width, height });
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      context.fillStyle = "teal";
      context.fillRect(0, 0, width, height);
      const blob = /** @type {Blob} */ (await /** @type {Promise<Blob | null>} */ (new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"))));
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [width, height],
  );
  const exif = Buffer.from("ffe1001a457869660000", "hex");
  const secret = Buffer.from("SerialNumber1234");
  const file = Buffer.from(bytes);
  return Buffer.concat([file.subarray(0, 2), exif, secret, file.subarray(2)]);
}

test("a student writes a post with two pictures, which are scaled down and lose their metadata", async ({ student }) => {
  const { page } = student;
  const board = await newBoard(student);
  await page.goto(`/boards/${board.id}`);
  await page.getByRole("link", { name: "글쓰기" }).first().click();
  await page.getByRole("textbox", { name: "제목", exact: true }).fill("축제 사진");
  await page.getByRole("textbox", { name: "내용", exact: true }).fill("어제 찍었어요.\nhttps://example.com/festival 에 더 있어요.");
  const buffer = await photo(page, 3000, 1500);
  await page.setInputFiles("input[type=file]", [
    { name: "one.jpg", mimeType: "image/jpeg", buffer },
    { name: "two.jpg", mimeType: "image/jpeg", buffer },
  ]);
  await expect(page.locator(".picker-tile[data-status=ready]")).toHaveCount(2);
  await screenshot(page, "write-with-pictures");
  await page.getByRole("button", { name: "등록", exact: true }).click();

  await expect(page.getByRole("heading", { name: "축제 사진", level: 2 })).toBeVisible();
  await expect(page.getByRole("link", { name: /example.com\/festival/ })).toHaveAttribute("rel", "noopener nofollow ugc");
  const pictures = page.locator(".gallery img");
  await expect(pictures).toHaveCount(2);
  await expect.poll(() => pictures.first().evaluate((image) => /** @type {HTMLImageElement} */ (image).naturalWidth)).toBe(1920);
  const served = await page.request.get((await pictures.first().getAttribute("src")) ?? "");
  expect((await served.body()).includes("SerialNumber1234")).toBe(false);
  await page.getByRole("button", { name: "사진 1 크게 보기" }).click();
  await expect(page.getByRole("dialog", { name: "사진 1" })).toBeVisible();
  await expectAccessible(page, "an enlarged picture");
});

test("a file that is no picture is refused before it is sent", async ({ student }) => {
  const { page } = student;
  const board = await newBoard(student);
  await page.goto(`/boards/${board.id}/write`);
  await page.setInputFiles("input[type=file]", { name: "notes.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture") });
  await expect(page.getByText("이 사진은 열 수 없어요.")).toBeVisible();
  await expect(page.locator(".picker-tile")).toHaveCount(0);
});

test("a picture that was not uploaded can be sent again, and holds the post back until then", async ({ student, guard }) => {
  guard.expect(/^net::ERR_FAILED PUT/);
  const { page } = student;
  const board = await newBoard(student);
  await page.goto(`/boards/${board.id}/write`);
  const media = /\/campus-media\//;
  await page.route(media, (route) => (route.request().method() === "PUT" ? route.abort() : route.fallback()));
  await page.getByRole("textbox", { name: "제목", exact: true }).fill("사진이 안 올라가요");
  await page.getByRole("textbox", { name: "내용", exact: true }).fill("다시 해 볼게요.");
  await page.setInputFiles("input[type=file]", { name: "one.jpg", mimeType: "image/jpeg", buffer: await photo(page, 20, 20) });
  await expect(page.getByRole("button", { name: "사진 1 다시 올리기" })).toBeVisible();
  await page.getByRole("button", { name: "등록", exact: true }).click();
  await expect(page.getByText("올리지 못한 사진이 있어요.")).toBeVisible();
  await page.unroute(media);
  await page.getByRole("button", { name: "사진 1 다시 올리기" }).click();
  await expect(page.locator(".picker-tile[data-status=ready]")).toHaveCount(1);
  await page.getByRole("button", { name: "등록", exact: true }).click();
  await expect(page.locator(".gallery img")).toHaveCount(1);
});

test("the author edits and deletes a post, and the list follows", async ({ student }) => {
  const { page } = student;
  const board = await newBoard(student);
  const post = await newPost(student, board.id, "고칠 글");
  await page.goto(`/boards/${board.id}`);
  await page.getByRole("link", { name: /고칠 글/ }).click();
  await page.getByRole("button", { name: "글 메뉴" }).click();
  await page.getByRole("menuitem", { name: "글 수정" }).click();
  await page.getByRole("textbox", { name: "제목", exact: true }).fill("고친 글");
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page).toHaveURL(`/posts/${post.id}`);
  await expect(page.getByRole("heading", { name: "고친 글", level: 2 })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("link", { name: /고친 글/ })).toBeVisible();
  await page.goForward();
  await page.getByRole("button", { name: "글 메뉴" }).click();
  await page.getByRole("menuitem", { name: "삭제" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "삭제" }).click();
  await expect(page).toHaveURL(`/boards/${board.id}`);
  await expect(page.getByText("아직 글이 없어요")).toBeVisible();
});

test("a student likes and scraps a post, and finds it in the scraps", async ({ student, another }) => {
  const author = await another();
  const board = await newBoard(author);
  const post = await newPost(author, board.id, "모두의 공감");
  const { page } = student;
  await page.goto(`/posts/${post.id}`);
  await page.getByRole("button", { name: /공감/ }).click();
  await expect(page.getByText("공감했어요.")).toBeVisible();
  await page.getByRole("button", { name: /스크랩/ }).click();
  await expect(page.getByText("스크랩했어요.")).toBeVisible();
  await page.reload();
  await expect(page.locator(".reaction-like")).toHaveText(/공감\s*1/);
  await expect(page.getByRole("button", { name: /스크랩/ })).toHaveAttribute("aria-pressed", "true");
  await page.goto("/scraps");
  await expect(page.getByRole("link", { name: /모두의 공감/ })).toBeVisible();
  await expectNoLayoutShift(page);
});

test("authors cannot like or scrap their own post", async ({ student }) => {
  const board = await newBoard(student);
  const post = await newPost(student, board.id, "내 글");
  await student.page.goto(`/posts/${post.id}`);
  await expect(student.page.locator(".reaction-like")).toBeVisible();
  await expect(student.page.getByRole("button", { name: /공감|스크랩/ })).toHaveCount(0);
});

test("a time looks small, but takes a tap within 44 pixels", async ({ student: { page, api } }) => {
  const board = await api.post("/boards", { body: { category: "일반", name: `시각 ${Date.now()}` } });
  const body = { title: "언제", content: "방금", is_anonymous: true };
  const { id } = await api.post("/boards/{id}/posts", { path: { id: board.id }, body });
  await page.goto(`/posts/${id}`);
  const box = await page.locator(".time-button").boundingBox();
  await page.mouse.click((box?.x ?? 0) + 5, (box?.y ?? 0) + (box?.height ?? 0) / 2 + 21);
  await expect(page.getByRole("status").filter({ hasText: /\d{4}년/ })).toBeVisible();
});

test("comments and replies are numbered, and a deleted comment leaves a placeholder", async ({ student, another }) => {
  const author = await another();
  const board = await newBoard(author);
  const post = await newPost(author, board.id, "몇 번일까요");
  const { page } = student;
  await page.goto(`/posts/${post.id}`);
  const field = page.getByRole("textbox", { name: "댓글", exact: true });
  await field.fill("첫 댓글");
  await page.getByRole("button", { name: "댓글 등록" }).click();
  await expect(page.getByRole("article").filter({ hasText: "첫 댓글" })).toContainText("익명1");

  await author.page.goto(`/posts/${post.id}`);
  await author.page.getByRole("button", { name: "익명1: 답글" }).click();
  await author.page.getByRole("textbox", { name: "댓글", exact: true }).fill("고마워요");
  await author.page.getByRole("button", { name: "댓글 등록" }).click();
  await expect(author.page.locator(".comment-reply")).toContainText("익명(글쓴이)");

  await page.reload();
  await page.getByRole("button", { name: "익명1 댓글 메뉴" }).click();
  await page.getByRole("menuitem", { name: "삭제" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "삭제" }).click();
  await expect(page.getByText("삭제된 댓글입니다.")).toBeVisible();
  await expect(page.locator(".comment-reply")).toContainText("고마워요");
  await expect(page.getByRole("heading", { name: /댓글/, level: 2 })).toHaveText(/1$/);
  await expectAccessible(page);
});

test("boards that require or forbid anonymity leave no choice", async ({ student }) => {
  const { page } = student;
  for (const [anonymity, name] of /** @type {const} */ ([["always", "익명"], ["never", student.nickname]])) {
    const board = await student.api.post("/boards", { body: { category: "일반", name: `${anonymity} ${student.nickname}`, anonymity } });
    await page.goto(`/boards/${board.id}/write`);
    await page.getByRole("textbox", { name: "제목", exact: true }).fill("누가 썼을까요");
    await page.getByRole("textbox", { name: "내용", exact: true }).fill("글");
    await expect(page.getByRole("switch", { name: "익명" })).toHaveCount(0);
    await page.getByRole("button", { name: "등록", exact: true }).click();
    await expect(page.locator(".post-author")).toHaveText(name);
  }
});

test("a long board loads page by page, and going back returns to the same place", async ({ student }) => {
  const { page } = student;
  const board = await newBoard(student);
  for (let i = 0; i < 45; i++) {
    await newPost(student, board.id, `글 ${i}`);
  }
  await page.goto(`/boards/${board.id}`);
  const oldest = page.getByRole("link", { name: /글 0 / });
  await expect(async () => {
    await page.mouse.wheel(0, 4000);
    await expect(oldest).toBeVisible({ timeout: 300 });
  }).toPass();
  await oldest.scrollIntoViewIfNeeded();
  const place = await page.evaluate(() => window.scrollY);
  await oldest.click();
  await expect(page.getByRole("heading", { name: "글 0", level: 2, exact: true })).toBeVisible();
  await page.goBack();
  await expect(oldest).toBeVisible();
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeCloseTo(place, -2);
});

test("a reply that is not sent stays a reply after a reload, and opened posts leave no draft", async ({ student, another }) => {
  const author = await another();
  const board = await newBoard(author);
  const post = await newPost(author, board.id, "답글 초안");
  const parent = await author.api.post("/posts/{id}/comments", { path: { id: post.id }, body: { content: "첫 댓글", is_anonymous: true } });
  const { page, api } = student;
  await page.goto(`/posts/${post.id}`);
  await expect(page.getByText("첫 댓글")).toBeVisible();
  const field = page.getByRole("textbox", { name: "댓글", exact: true });
  await expect(field).toBeVisible();
  const drafts = () => page.evaluate(() => Object.entries(localStorage).filter(([key]) => key.includes("draft.comment")).map(([, value]) => value));
  expect(await drafts()).toEqual([]);
  await page.getByRole("button", { name: /답글/ }).first().click();
  await field.fill("답글이에요");
  expect((await drafts()).join()).not.toContain("is_anonymous");
  await page.reload();
  await expect(field).toHaveValue("답글이에요");
  await page.getByRole("button", { name: "댓글 등록" }).click();
  await expect(field).toHaveValue("");
  const { items } = await api.get("/posts/{id}/comments", { path: { id: post.id } });
  expect(items.find(({ id }) => id === parent.id)?.replies.map(({ content }) => content)).toEqual(["답글이에요"]);
  expect(await drafts()).toEqual([]);
});
