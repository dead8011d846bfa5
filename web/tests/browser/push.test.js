// @ts-check
import { uniqueName } from "./support/accounts.js";
import { expect, expectAccessible, screenshot, test } from "./support/fixtures.js";
import { problem } from "./support/forms.js";
import { allowPush, badgeOfWorker, breakLanguageOfWorker, deliver, newSubscription, pushesTo, pushTo, replaceSubscription, shown, subscriptionOf, tap } from "./support/pushes.js";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("./support/fixtures.js").Student} Student */

test.use({ serviceWorkers: "allow" });

const ON = "이 기기에서 켜져 있어요. 로그아웃하면 꺼져요.";
const OFF = "이 기기에서는 꺼져 있어요.";

/** A named post of the student. @param {Student} student */
async function newPost(student) {
  const board = await student.api.post("/boards", { body: { category: "일반", name: uniqueName() } });
  return student.api.post("/boards/{id}/posts", { path: { id: board.id }, body: { title: "스터디 모집", content: "매주 화요일", is_anonymous: false } });
}

/** @param {Student} student @param {string} post @param {string} content */
const comment = (student, post, content) => student.api.post("/posts/{id}/comments", { path: { id: post }, body: { content, is_anonymous: true } });

/** Waits for the service worker, which has to load all files. @param {Page} page */
const workerIsReady = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

/** Turns push on. Returns the subscription. @param {Page} page */
async function turnOn(page) {
  await page.goto("/notifications/settings");
  await workerIsReady(page);
  await page.getByRole("button", { name: "이 기기에서 켜기" }).click();
  await expect(page.getByText(ON)).toBeVisible();
  const subscription = await subscriptionOf(page);
  if (!subscription) throw new Error("there is no subscription");
  return subscription;
}

test("push is explained first, asked for by a tap, and turned off again", async ({ student: { page, context } }) => {
  await allowPush(context);
  await context.addInitScript(() => {
    const ask = Notification.requestPermission.bind(Notification);
    Notification.requestPermission = () => {
      document.documentElement.dataset.asked = "yes";
      return ask();
    };
  });
  await page.goto("/notifications/settings");
  await expect(page.getByText("내용과 이름은 앱을 연 다음에", { exact: false })).toBeVisible();
  await expect(page.getByText(OFF)).toBeVisible();
  await expect(page.locator("html")).not.toHaveAttribute("data-asked");
  await workerIsReady(page);
  await page.getByRole("button", { name: "이 기기에서 켜기" }).click();
  await expect(page.getByText(ON)).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-asked", "yes");
  await expectAccessible(page, "push that is on");
  await screenshot(page, "push-on");
  await page.reload();
  await expect(page.getByText(ON)).toBeVisible();

  const ended = page.waitForRequest((request) => request.method() === "DELETE" && request.url().endsWith("/api/notifications/push-subscription"));
  await page.getByRole("button", { name: "이 기기에서 끄기" }).click();
  await ended;
  await expect(page.getByText(OFF)).toBeVisible();
  expect(await subscriptionOf(page)).toBeNull();
});

for (const [name, prepare, text] of /** @type {[string, () => void, string][]} */ ([
  ["without push", () => Reflect.deleteProperty(globalThis, "PushManager"), "이 브라우저는 푸시 알림을 지원하지 않아요."],
  [
    "on an iPhone, outside of the home screen",
    () => {
      Reflect.deleteProperty(globalThis, "PushManager");
      Object.assign(navigator, { standalone: false });
    },
    "‘홈 화면에 추가’를 고른 다음",
  ],
  ["that refuses", () => Object.defineProperty(Notification, "permission", { get: () => "denied" }), "이 브라우저가 알림을 막고 있어요."],
])) {
  test(`a browser ${name} says so`, async ({ student: { page, context } }) => {
    await context.addInitScript(prepare);
    await page.goto("/notifications/settings");
    await expect(page.getByText(text, { exact: false })).toBeVisible();
    await expect(page.getByRole("button", { name: /이 기기에서/ })).toHaveCount(0);
    await expectAccessible(page, name);
  });
}

test("a browser that cannot subscribe says so, and another try works", async ({ student: { page, context } }) => {
  await allowPush(context);
  await context.addInitScript(() => {
    const { subscribe } = PushManager.prototype;
    PushManager.prototype.subscribe = async function () {
      PushManager.prototype.subscribe = subscribe;
      throw new DOMException("push service error", "AbortError");
    };
  });
  await page.goto("/notifications/settings");
  await workerIsReady(page);
  await page.getByRole("button", { name: "이 기기에서 켜기" }).click();
  await expect(page.getByText("푸시 알림을 켜지 못했어요.", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "이 기기에서 켜기" }).click();
  await expect(page.getByText(ON)).toBeVisible();
});

test("a push for a comment says only its kind, sets a badge without a number, and leads to the comment", async ({ student, another }) => {
  const { page, context } = student;
  await allowPush(context);
  const other = await another();
  const post = await newPost(student);
  const { json } = await turnOn(page);
  // The service pushes also what the open app shows.
  await comment(other, post.id, "저도 할래요.");
  const push = await pushTo(json.endpoint);
  expect(Object.keys(JSON.parse(push.text)).sort()).toEqual(["id", "kind", "tag"]);
  expect(push.text).not.toContain(post.id);

  const badge = await badgeOfWorker(context);
  await deliver(page, push.text);
  const { id, tag } = JSON.parse(push.text);
  await expect.poll(() => shown(page)).toEqual([{ title: "새 댓글이 있습니다", body: "", tag, lang: "ko" }]);
  await expect.poll(badge).toEqual([]);
  await page.goto("/timetable");
  await tap(context, id);
  await expect(page).toHaveURL(new RegExp(`/posts/${post.id}\\?comment=`));
  await expect(page.getByText("저도 할래요.")).toBeInViewport();
  await expect.poll(async () => (await student.api.get("/notifications/unread-count")).unread_count).toBe(0);
  await expect.poll(() => shown(page)).toEqual([]);
  await page.goBack();
  await expect(page).toHaveURL("/timetable");
});

test("pushes are in the student's language, and generic if their kind would tell too much", async ({ student: { page, context } }) => {
  await allowPush(context);
  await page.addInitScript(() => localStorage.getItem("campus.preferences") ?? localStorage.setItem("campus.preferences", JSON.stringify({ language: "en" })));
  await page.goto("/notifications/settings");
  await workerIsReady(page);
  await page.getByRole("button", { name: "Turn on for this device" }).click();
  await expect(page.getByText("On for this device. Logging out turns it off.")).toBeVisible();
  await deliver(page, JSON.stringify({ kind: "message", id: "1", tag: "a" }));
  await deliver(page, JSON.stringify({ kind: "hot", id: "2", tag: "b" }));
  await deliver(page, JSON.stringify({ kind: "moderation", id: "3", tag: "c" }));
  await deliver(page, JSON.stringify({ kind: "constructor", id: "4", tag: "d" }));
  const titles = async () => (await shown(page)).map(({ title, tag }) => `${tag} ${title}`).sort();
  const other = "You have a new notification";
  await expect.poll(titles).toEqual(["a You have a new message", `b ${other}`, `c ${other}`, `d ${other}`]);

  await page.goto("/me/settings");
  await page.getByRole("radio", { name: "한국어" }).check();
  await expect(page.getByRole("heading", { name: "설정", level: 1 })).toBeVisible();
  await expect(async () => {
    await deliver(page, JSON.stringify({ kind: "message", id: "1", tag: "a" }));
    await expect.poll(titles, { timeout: 1000 }).toContain("a 새 쪽지가 있습니다");
  }).toPass();
});

test("every push shows something, and those of a group are one line", async ({ student: { page, context } }) => {
  await allowPush(context);
  await turnOn(page);
  for (const id of ["1", "2", "3"]) await deliver(page, JSON.stringify({ kind: "comment", id, tag: "post" }));
  await deliver(page, JSON.stringify({ kind: "message", id: "4", tag: "thread" }));
  const titles = async () => (await shown(page)).map(({ title, tag }) => `${tag} ${title}`).sort();
  await expect.poll(titles).toEqual(["post 새 댓글이 있습니다", "thread 새 쪽지가 있습니다"]);
  await breakLanguageOfWorker(context);
  for (const data of ["not what the service sends", "null", "[]", JSON.stringify({ kind: {}, id: 5, tag: [] })]) await deliver(page, data);
  await expect.poll(titles).toEqual([...Array(4).fill(" 새 알림이 있습니다"), "post 새 댓글이 있습니다", "thread 새 쪽지가 있습니다"]);
});

test("the pictures of a push have the same address in every version", async ({ page, request }) => {
  for (const path of ["/icon-192.png", "/badge-96.png"]) {
    const response = await request.get(path);
    expect(response.headers()["content-type"], path).toBe("image/png");
  }
  await page.goto("/");
});

test("what is read on another device shows no more", async ({ student, another }) => {
  const { page, context } = student;
  await allowPush(context);
  const other = await another();
  const post = await newPost(student);
  await turnOn(page);
  await comment(other, post.id, "댓글");
  await page.goto("/boards");
  await expect(page.getByRole("link", { name: "알림 읽지 않음 1개" })).toBeVisible();
  await deliver(page, JSON.stringify({ kind: "comment", id: "1", tag: "a" }));
  await expect.poll(() => shown(page)).toHaveLength(1);
  const { items } = await student.api.get("/notifications");
  await student.api.post("/notifications/read", { body: { up_to: items[0]?.id ?? "" } });
  // With pushes, the app seldom asks by itself. It asks when it is online again.
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect.poll(() => shown(page)).toEqual([]);
});

test("the settings renew a subscription that the service has lost, and say so if it refuses", async ({ student, guard }) => {
  guard.expect("422 PUT /api/notifications/push-subscription");
  const { page, context, api } = student;
  await allowPush(context);
  const { json } = await turnOn(page);
  const renewed = () => page.waitForRequest((request) => request.method() === "PUT" && request.url().endsWith("/api/notifications/push-subscription"));
  const atStart = renewed();
  await page.goto("/notifications");
  await atStart;
  const inSettings = renewed();
  await page.getByRole("link", { name: "알림 설정" }).click();
  expect((await inSettings).postDataJSON().endpoint).toBe(json.endpoint);
  await expect(page.getByText(ON)).toBeVisible();
  await page.route("**/api/notifications/push-subscription", (route) =>
    route.request().method() === "PUT" ? route.fulfill(problem(422, "validation_failed")) : route.fallback(),
  );
  await page.reload();
  await expect(page.getByText(OFF)).toBeVisible();
  await expect(page.getByRole("button", { name: "이 기기에서 켜기" })).toBeVisible();
  expect(await api.get("/notifications/settings")).toMatchObject({ push: true });
});

test("push is turned off at the service also if the browser keeps its subscription", async ({ student: { page, context } }) => {
  await allowPush(context);
  await turnOn(page);
  await page.evaluate(() => {
    const { getSubscription } = PushManager.prototype;
    PushManager.prototype.getSubscription = async function () {
      const subscription = await getSubscription.call(this);
      return subscription && Object.assign(subscription, { unsubscribe: () => Promise.reject(new DOMException("no", "NetworkError")) });
    };
  });
  const ended = page.waitForResponse((response) => response.request().method() === "DELETE" && response.url().endsWith("/api/notifications/push-subscription"));
  await page.getByRole("button", { name: "이 기기에서 끄기" }).click();
  expect((await ended).status()).toBe(204);
  await expect(page.getByText(OFF)).toBeVisible();
});

test("a tap on a push of something that was read elsewhere opens the list", async ({ student: { page, context } }) => {
  await page.goto("/boards");
  await workerIsReady(page);
  await page.reload();
  await tap(context, "00000000");
  await expect(page).toHaveURL("/notifications?open=00000000");
  await expect(page.getByText("아직 알림이 없어요")).toBeVisible();
});

test("with another key of the service, the app subscribes again at its next start", async ({ student: { page, context } }) => {
  await allowPush(context);
  const first = await turnOn(page);
  await page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem("test-subscription") ?? "");
    localStorage.setItem("test-subscription", JSON.stringify({ ...kept, key: kept.key.replace(/^B./, kept.key.startsWith("BA") ? "BB" : "BA") }));
  });
  const registered = page.waitForRequest((request) => request.method() === "PUT" && request.url().endsWith("/api/notifications/push-subscription"));
  await page.goto("/boards");
  const { endpoint, application_server_key: key } = (await registered).postDataJSON();
  expect(endpoint).not.toBe(first.json.endpoint);
  expect(key).toBe(first.key);
  expect((await subscriptionOf(page))?.json.endpoint).toBe(endpoint);
});

test("a subscription that the browser replaces while the app is closed goes on", async ({ student, another }) => {
  const { page, context } = student;
  await allowPush(context);
  const other = await another();
  const post = await newPost(student);
  const { key } = await turnOn(page);
  const replaced = await newSubscription(key);
  await page.goto("about:blank");
  await replaceSubscription(context, key, replaced);
  await comment(other, post.id, "새 구독으로 가는 댓글");
  expect(JSON.parse((await pushTo(replaced.endpoint)).text).kind).toBe("comment");
  await page.goto("/boards");
  await expect(page.getByRole("heading", { name: "게시판", level: 1 })).toBeVisible();
});

test("a logout ends push on this device, and takes away what it shows", async ({ student, another }) => {
  const { page, context } = student;
  await allowPush(context);
  const other = await another();
  const post = await newPost(student);
  const { json } = await turnOn(page);
  await deliver(page, JSON.stringify({ kind: "message", id: "1", tag: "a" }));
  await expect.poll(() => shown(page)).toHaveLength(1);
  const renewed = page.waitForResponse((response) => response.request().method() === "PUT" && response.url().endsWith("/api/notifications/push-subscription"));
  await page.goto("/me");
  await renewed;
  await page.getByRole("button", { name: "로그아웃", exact: true }).click();
  await expect(page).toHaveURL(/\/login/);
  await expect.poll(() => subscriptionOf(page)).toBeNull();
  await expect.poll(() => shown(page)).toEqual([]);

  await comment(other, post.id, "댓글");
  await page.getByLabel("아이디").fill(student.loginId);
  await page.getByLabel("비밀번호", { exact: true }).fill(student.password);
  await page.getByRole("button", { name: "로그인" }).click();
  await expect(page.getByRole("link", { name: "알림 읽지 않음 1개" })).toBeVisible();
  await page.goto("/notifications/settings");
  await expect(page.getByText(OFF)).toBeVisible();
  expect(await pushesTo(json.endpoint)).toEqual([]);
});
