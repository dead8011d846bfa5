// @ts-check
import { uniqueName } from "./support/accounts.js";
import { expect, expectAccessible, expectNoLayoutShift, screenshot, test } from "./support/fixtures.js";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("./support/fixtures.js").Student} Student */

/** An anonymous post of the student. @param {Student} student */
async function newPost(student) {
  const board = await student.api.post("/boards", { body: { category: "일반", name: uniqueName() } });
  return student.api.post("/boards/{id}/posts", { path: { id: board.id }, body: { title: "자전거 팔아요", content: "거의 새것이에요.", is_anonymous: true } });
}

/** @param {Student} student @param {string} post @param {string} content @param {string} [parent] */
const comment = (student, post, content, parent) =>
  student.api.post("/posts/{id}/comments", { path: { id: post }, body: { content, is_anonymous: true, parent_id: parent } });

/** The bell, by the number of unread notifications. @param {Page} page @param {number} count */
const bell = (page, count) => page.getByRole("link", { name: count ? `알림 읽지 않음 ${count}개` : "알림", exact: true });

/** Waits until the service has made a student's notifications. @param {Student} student @param {number} count */
const arrived = (student, count) => expect.poll(async () => (await student.api.get("/notifications/unread-count")).unread_count).toBe(count);

test("an anonymous comment on an anonymous post arrives in the open app, and nothing names either side", async ({ student: author, another }) => {
  const reader = await another();
  const post = await newPost(author);
  /** @type {Map<Page, Promise<string>[]>} */
  const received = new Map();
  for (const { page } of [author, reader]) {
    const texts = received.set(page, []).get(page);
    page.on("response", (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.startsWith("/api/")) texts?.push(response.text().catch(() => "").then((text) => JSON.stringify(response.headers()) + text));
    });
  }
  await author.page.goto("/");
  await expect(bell(author.page, 0)).toBeVisible();
  await author.page.waitForResponse("**/api/notifications/unread-count");

  await reader.page.goto(`/posts/${post.id}`);
  await reader.page.getByRole("textbox", { name: "댓글" }).fill("아직 있나요?");
  const sent = reader.page.waitForResponse((response) => response.url().endsWith("/comments") && response.request().method() === "POST");
  await reader.page.getByRole("button", { name: "등록" }).click();
  await sent;
  const start = Date.now();
  await expect(author.page.getByRole("status").getByText("새 댓글", { exact: true })).toBeVisible();
  console.log(`a comment arrived after ${Date.now() - start} ms`);
  await expect(bell(author.page, 1)).toBeVisible();
  await expectAccessible(author.page, "the bell");
  await screenshot(author.page, "notification-arrives");
  await expect(author.page.locator("body")).not.toContainText("아직 있나요?");

  await bell(author.page, 1).click();
  await expect(author.page.getByRole("link", { name: /읽지 않음: 새 댓글.*익명1 아직 있나요\?/ })).toBeVisible();
  await author.page.getByRole("link", { name: /새 댓글/ }).click();
  await expect(author.page.getByText("아직 있나요?")).toBeVisible();
  for (const [one, other] of [[author, reader], [reader, author]]) {
    const { id } = await other.api.get("/auth/me");
    const texts = (await Promise.all(received.get(one.page) ?? [])).join("\n");
    expect(texts).toContain(one.nickname);
    for (const name of [id, other.loginId, other.nickname, other.email]) expect(texts).not.toContain(name);
  }
});

test("looking at the list marks it as read, in all tabs, and what stays unseen is marked", async ({ student, another }) => {
  const other = await another();
  const post = await newPost(student);
  await comment(other, post.id, "첫 댓글");
  await arrived(student, 1);
  const { page, context } = student;
  const tab = await context.newPage();
  await tab.goto("/boards");
  await page.goto("/");
  await expect(bell(page, 1)).toBeVisible();
  await page.goto("/notifications");
  await expect(page.getByRole("link", { name: /읽지 않음: 새 댓글/ })).toBeVisible();
  await expect(bell(page, 0)).toBeVisible();
  await expect(bell(tab, 0)).toBeVisible();
  await arrived(student, 0);
  await page.reload();
  await expect(page.getByRole("link", { name: /^새 댓글/ })).toBeVisible();
  await expect(page.getByText("읽지 않음")).toHaveCount(0);
});

test("comments on a post count as one, and the list follows what arrives", async ({ student, another }) => {
  const other = await another();
  const post = await newPost(student);
  await comment(other, post.id, "하나");
  await comment(other, post.id, "둘");
  await arrived(student, 1);
  await expect.poll(async () => (await student.api.get("/notifications")).items[0]?.count).toBe(2);
  const { page } = student;
  await page.goto("/notifications");
  await expect(page.getByRole("link", { name: /새 댓글 2개.*둘/ })).toBeVisible();
  await expect(bell(page, 0)).toBeVisible();
  await other.api.post("/messages", { body: { post_id: post.id, content: "직거래 되나요?" } });
  await expect(page.getByRole("link", { name: /새 쪽지.*직거래 되나요\?/ })).toBeVisible();
  await expect(bell(page, 0)).toBeVisible();
  await page.getByRole("link", { name: /새 쪽지/ }).click();
  await expect(page).toHaveURL(/\/messages\/.+/);
  await expect(page.getByText("직거래 되나요?")).toBeVisible();
});

test("a notification opens the post at the comment, also far down", async ({ student, another }) => {
  const other = await another();
  const post = await newPost(student);
  for (let number = 1; number <= 25; number += 1) await comment(student, post.id, `내 댓글 ${number}`);
  await comment(other, post.id, "마지막 댓글");
  await arrived(student, 1);
  const { page } = student;
  await page.goto("/notifications");
  await page.getByRole("link", { name: /마지막 댓글/ }).click();
  await expect(page.getByText("마지막 댓글")).toBeInViewport();
  await expect(page.locator(".comment-target")).toBeFocused();
  await expectAccessible(page, "the post at a comment");
  await page.goBack();
  await expect(page.getByRole("heading", { name: "알림", level: 1 })).toBeVisible();
});

test("a reply, and a friend request, lead to what they are about", async ({ student, another }) => {
  const other = await another();
  const post = await newPost(other);
  const { id } = await comment(student, post.id, "질문 있어요.");
  await comment(other, post.id, "말씀하세요.", id);
  await other.api.post("/friends/requests", { body: { login_id: student.loginId } });
  await arrived(student, 2);
  const { page } = student;
  await page.goto("/notifications");
  await page.getByRole("link", { name: /새 친구 요청/ }).click();
  await expect(page).toHaveURL("/friends");
  await page.goBack();
  await page.getByRole("link", { name: /내 댓글에 새 답글.*익명\(글쓴이\) 말씀하세요\./ }).click();
  await expect(page.getByText("말씀하세요.")).toBeInViewport();
});

test("what is gone is listed without its text", async ({ student, another }) => {
  const other = await another();
  const post = await newPost(student);
  const { id } = await comment(other, post.id, "지울 댓글");
  await arrived(student, 1);
  await other.api.delete("/comments/{id}", { path: { id } });
  const { page } = student;
  await page.goto("/notifications");
  await expect(page.getByRole("link", { name: /새 댓글/ })).toBeVisible();
  await expect(page.locator("main")).not.toContainText("지울 댓글");
  await expect(page.locator("main")).not.toContainText("익명");
});

test("a muted post makes no notifications until it is unmuted", async ({ student, another }) => {
  const other = await another();
  const post = await newPost(student);
  const { page } = student;
  await page.goto(`/posts/${post.id}`);
  await page.getByRole("button", { name: "글 메뉴", exact: true }).click();
  await page.getByRole("menuitem", { name: "이 글 알림 끄기" }).click();
  await expect(page.getByText("이 글의 알림을 껐어요.")).toBeVisible();
  await comment(other, post.id, "조용한 댓글");
  await other.api.post("/messages", { body: { post_id: post.id, content: "쪽지는 와요." } });
  await arrived(student, 1);
  await page.reload();
  await page.getByRole("button", { name: "글 메뉴", exact: true }).click();
  await page.getByRole("menuitem", { name: "이 글 알림 켜기" }).click();
  await expect(page.getByText("이 글의 알림을 켰어요.")).toBeVisible();
  await comment(other, post.id, "들리는 댓글");
  await arrived(student, 2);
  const { items } = await student.api.get("/notifications");
  expect(items.map(({ kind, count, preview }) => [kind, count, preview])).toEqual([["comment", 1, "들리는 댓글"], ["message", 1, "쪽지는 와요."]]);
});

test("a switch stays after a reload, and goes back if the service refuses", async ({ student: { page, api }, guard }) => {
  guard.expect("500 PATCH /api/notifications/settings");
  await page.goto("/me/settings");
  await page.getByRole("link", { name: /알림 설정/ }).click();
  await expect(page.getByRole("heading", { name: "알림 설정", level: 1 })).toBeVisible();
  const comments = page.getByRole("switch", { name: "내 글의 댓글" });
  await comments.uncheck();
  await expect.poll(async () => (await api.get("/notifications/settings")).comment).toBe(false);
  await page.reload();
  await expect(comments).not.toBeChecked();
  await expect(page.getByRole("switch", { name: "쪽지" })).toBeChecked();
  await page.route("**/api/notifications/settings", (route) => (route.request().method() === "PATCH" ? route.fulfill({ status: 500 }) : route.fallback()));
  await comments.click();
  await expect(page.getByRole("status").getByText(/./)).toBeVisible();
  await expect(comments).not.toBeChecked();
  expect(await api.get("/notifications/settings")).toMatchObject({ comment: false, message: true, push: true });
});

test("the number shows on the icon of the installed app", async ({ student, another }) => {
  const { page, context } = student;
  await context.addInitScript(() => {
    /** @type {any} */ (globalThis).badges = [];
    navigator.setAppBadge = async (count) => void (/** @type {any} */ (globalThis).badges.push(count));
    navigator.clearAppBadge = async () => void (/** @type {any} */ (globalThis).badges.push(0));
  });
  const badge = () => page.evaluate(() => /** @type {any} */ (globalThis).badges.at(-1));
  const other = await another();
  const post = await newPost(student);
  await comment(other, post.id, "댓글");
  await page.goto("/");
  await expect.poll(badge).toBe(1);
  await bell(page, 1).click();
  await expect.poll(badge).toBe(0);
});

test("of two open tabs, one asks for both", async ({ student, another }) => {
  const { page, context } = student;
  const isQuestion = (/** @type {import("@playwright/test").Response} */ response) => response.url().endsWith("/notifications/unread-count");
  await page.goto("/");
  await page.waitForResponse(isQuestion);
  const tab = await context.newPage();
  let asked = 0;
  tab.on("response", (response) => void (asked += Number(isQuestion(response))));
  await tab.goto("/boards");
  await expect(bell(tab, 0)).toBeVisible();
  const other = await another();
  const post = await newPost(student);
  await comment(other, post.id, "댓글");
  await expect(bell(tab, 1)).toBeVisible();
  await expect(tab.getByRole("status").getByText("새 댓글", { exact: true })).toBeVisible();
  expect(asked).toBe(0);
  await page.close();
  await tab.waitForResponse(isQuestion);
});

/** All kinds, as the service can list them. @param {number} count */
function manyNotifications(count) {
  const ids = { post_id: null, comment_id: null, thread_id: null, lecture_id: null, actor_name: null, preview: null };
  const kinds = ["comment", "reply", "message", "hot", "friend_request", "friend_accepted", "moderation", "lecture"];
  return Array.from({ length: count }, (_, index) => ({
    ...ids,
    id: `n${count - index}`,
    kind: kinds[index % kinds.length],
    count: 1 + (index % 3),
    preview: index % 2 ? `미리 보기 ${index}` : null,
    state: null,
    changes: [],
    updated_at: new Date(Date.UTC(2026, 10, 28) - index * 3_600_000).toISOString(),
    is_read: index > 2,
  }));
}

test("the list grows as the student scrolls, on all devices and in English", async ({ student: { page } }) => {
  const all = manyNotifications(60);
  await page.route(/\/api\/notifications(\?.*)?$/, (route) => {
    const start = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 0);
    const next = start + 20 < all.length ? `${start + 20}` : null;
    return route.fulfill({ json: { items: all.slice(start, start + 20), next_cursor: next, unread_count: 3 } });
  });
  await page.route("**/api/notifications/read", (route) => route.fulfill({ status: 204 }));
  await page.goto("/notifications");
  const rows = page.getByRole("list", { name: "알림 목록" }).getByRole("listitem");
  await expect(rows.first()).toContainText("새 댓글");
  await expectNoLayoutShift(page);
  await expect(async () => {
    await page.mouse.wheel(0, 4000);
    await expect(rows).toHaveCount(60, { timeout: 500 });
  }).toPass();
  await page.evaluate(() => localStorage.setItem("campus.preferences", JSON.stringify({ language: "en" })));
  await page.reload();
  await expect(page.getByRole("link", { name: /Unread: New comment/ }).first()).toBeVisible();
  await expectAccessible(page, "the list in English");
  await screenshot(page, "notifications-english");
});
