// @ts-check
import { adminClient, findCase, logInAsAdmin } from "./support/admin.js";
import { expect, test } from "./support/fixtures.js";
import { buttonOf, fillIn, forms, prepare, textFor } from "./support/forms.js";
import { overflowOf, settled } from "./support/scene_test.js";
import { requestTakedown } from "./support/takedowns.js";

/** @typedef {import("./support/fixtures.js").Student} Student */
/** @typedef {import("campus-api").Client} Client */

const TEXTS = {
  HTML: `<img src=x onerror=alert(1)><script>alert(1)</script>"'&amp;{count}\${x}`,
  "text from right to left": "שלום עולם مرحبا بالعالم (123) abc",
  "a very long word": "쉬지않고이어지는낱말".repeat(4) + "w".repeat(58),
  emoji: "👩‍👩‍👧‍👦🏳️‍🌈🧑🏽‍🚀 🇰🇷 ẓ̷̧̛̙a̷l̵g̶o̶ 👍🏿",
  "a script as a link": "javascript:alert(1) https://example.com/<script> data:text/html,x",
};

/** The text in at most `length` code points. @param {string} text @param {number} length */
const cut = (text, length) => [...text].slice(0, length).join("").trim();

/** A nickname has no spaces. @param {string} text */
const nickname = (text) => cut(text.replace(/\s/g, ""), 8);

/**
 * Puts the text everywhere where a user can write. Returns the screens that show it.
 * @param {Client} me
 * @param {Client} other
 * @param {string} text
 */
async function writeEverywhere(me, other, text) {
  // Nicknames must be of a single script, among other things: what the service refuses nobody sees.
  await other.patch("/auth/me", { body: { nickname: nickname(text) } }).catch(() => {});
  const board = await me.post("/boards", { body: { category: cut(text, 20), name: cut(`${Date.now() % 1e6}${text}`, 50), description: cut(text, 500) } });
  await me.put("/boards/{id}/pin", { path: { id: board.id } });
  const write = { title: cut(text, 100), content: `${text}\n${text}`, is_anonymous: false };
  const post = await other.post("/boards/{id}/posts", { path: { id: board.id }, body: write });
  const path = { id: post.id };
  const comment = await other.post("/posts/{id}/comments", { path, body: { content: text, is_anonymous: false } });
  await me.post("/posts/{id}/comments", { path, body: { content: text, is_anonymous: false, parent_id: comment.id } });
  await me.put("/posts/{id}/scrap", { path });
  const thread = await me.post("/messages", { body: { post_id: post.id, content: text } });
  const timetable = await me.post("/timetables", { body: { semester: "2026-2", name: cut(text, 20) } });
  const entry = { title: cut(text, 50), professor: cut(text, 20), slots: [{ day: /** @type {const} */ ("mon"), start: "10:00", end: "11:00", place: cut(text, 20) }] };
  await me.post("/timetables/{id}/entries", { path: { id: timetable.id }, body: entry });
  const lecture = (await me.get("/lectures", { query: { semester: "2026-2", limit: 1 } })).items[0]?.id ?? "";
  const theirs = await other.post("/timetables", { body: { semester: "2026-2", name: "시간표" } });
  await other.post("/timetables/{id}/entries", { path: { id: theirs.id }, body: { lecture_id: lecture } });
  await other.post("/lectures/{id}/reviews", { path: { id: lecture }, body: { rating: 1, content: text.padEnd(20, "."), semester: "2026-2" } });
  const share = await me.post("/timetables/{id}/share", { path: { id: timetable.id } });
  return [
    "/",
    "/boards",
    `/boards/${board.id}`,
    `/boards/${board.id}/settings`,
    `/posts/${post.id}`,
    "/commented",
    "/scraps",
    "/messages",
    `/messages/${thread.id}`,
    "/timetable",
    `/lectures/${lecture}`,
    "/friends",
    `/shared#${share.token}`,
  ];
}

/**
 * Puts the text everywhere where admins read it. Returns the screens that show it.
 * @param {Client} me
 * @param {Client} other
 * @param {string} text
 */
async function writeToAdmins(me, other, text) {
  const board = await me.post("/boards", { body: { category: "일반", name: `신고 ${Date.now()}` } });
  const title = cut(`${Date.now()}${text}`, 100);
  const post = await other.post("/boards/{id}/posts", { path: { id: board.id }, body: { title, content: text, is_anonymous: true } });
  const comment = await other.post("/posts/{id}/comments", { path: { id: post.id }, body: { content: text, is_anonymous: true } });
  await me.post("/reports", { body: { post_id: post.id, reason: "other", detail: text } });
  const id = (await findCase(title))?.id ?? "";
  const takedown = await requestTakedown(`/posts/${post.id}?comment=${comment.id}`, `${text}\n${Date.now()}`);
  await (await adminClient()).post("/moderation/cases/{id}/decision", { path: { id }, body: { verdict: "remove", sanction: "none", note: text } });
  await other.post("/appeals", { body: { post_id: post.id, text } });
  return ["/moderation", "/moderation/log", `/moderation/cases/${id}`, `/moderation/takedowns/${takedown}`];
}

/**
 * Opens the screens, which must show the text and nothing that it could be taken for.
 * @param {import("@playwright/test").Page} page
 * @param {string[]} paths
 * @param {string} text
 */
async function expectOnlyText(page, paths, text) {
  page.on("dialog", (dialog) => {
    expect.soft(dialog.message(), "a script of a user ran").toBe("");
    void dialog.dismiss();
  });
  for (const path of paths) {
    await page.goto(path);
    await settled(page);
    expect.soft(await overflowOf(page), `pixels beyond the right edge on ${path}`).toBeLessThanOrEqual(0);
    const elements = await page.evaluate(() => document.querySelectorAll("main script, main img[src=x], main a[href^='javascript:'], main a[href^='data:']").length);
    expect.soft(elements, `elements from the text on ${path}`).toBe(0);
    if (/^\/(posts|messages|moderation)\/./.test(path)) {
      // An address in a text is an element of its own.
      await expect.soft(page.getByRole("main").getByText(text.split(" https:")[0] ?? "").first()).toBeVisible();
    }
  }
}

for (const [name, text] of Object.entries(TEXTS)) {
  test(`${name} is only text, on every screen`, async ({ student, another }) => {
    test.slow();
    const { page, api } = student;
    const other = await another();
    const request = await other.api.post("/friends/requests", { body: { login_id: student.loginId } });
    await api.post("/friends/requests/{id}/accept", { path: { id: request.id } });
    await expectOnlyText(page, await writeEverywhere(api, other.api, text), text);
  });

  test(`${name} is only text, on the screens of admins`, async ({ page, context, another }) => {
    const paths = await writeToAdmins((await another()).api, (await another()).api, text);
    await logInAsAdmin(context);
    await expectOnlyText(page, paths, text);
  });
}

for (const form of forms.filter(({ name }) => name !== "friend request")) {
  test(`HTML in the form "${form.name}" is only text`, async ({ student, another }) => {
    const text = `<b>x</b>"&{x}`;
    const { page, api } = student;
    const ids = await prepare(api, await another(), form);
    await fillIn(page, form, ids, text);
    await buttonOf(page, form).click();
    await expect.poll(() => form.sent(api, ids)).toHaveLength(1);
    expect(Object.values(/** @type {object} */ ((await form.sent(api, ids))[0]))).toContain(textFor(form, ids, text));
    if (!form.isUnseen) await expect(page.getByText(textFor(form, ids, text)).last()).toBeVisible();
  });
}
