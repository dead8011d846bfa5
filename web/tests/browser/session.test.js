// @ts-check
import { newStudent } from "./support/accounts.js";
import { expect, test } from "./support/fixtures.js";

const LOGIN = { login_id: "narae", password: "gaon-maru-2026!" };

/** @param {import("@playwright/test").Page} page @param {{ login_id: string, password: string }} login */
async function logIn(page, { login_id, password }) {
  await page.getByLabel("아이디").fill(login_id);
  await page.getByLabel("비밀번호", { exact: true }).fill(password);
  await page.getByRole("button", { name: "로그인" }).click();
}

test("logging in leads to the screen that was asked for, and a reload stays logged in", async ({ page }) => {
  await page.goto("/boards");
  await expect(page.getByRole("heading", { name: "로그인", level: 1 })).toBeVisible();
  await logIn(page, LOGIN);
  await expect(page).toHaveURL("/boards");
  await page.reload();
  await expect(page).toHaveURL("/boards");
  await expect(page.getByRole("heading", { name: "게시판", level: 1 })).toBeVisible();
});

test("a wrong password is refused in the service's words", async ({ page, guard }) => {
  guard.expect("401 POST /api/auth/login");
  await page.goto("/login");
  await logIn(page, { ...LOGIN, password: "not the password" });
  await expect(page.getByRole("alert")).toContainText("아이디 또는 비밀번호가 올바르지 않습니다.");
  await expect(page.getByLabel("아이디")).toHaveValue(LOGIN.login_id);
});

test("a new student signs up", async ({ page, school }) => {
  const student = newStudent(school.id);
  await page.goto("/signup");
  await page.getByRole("combobox", { name: "학교" }).fill("가온");
  await page.getByRole("option", { name: school.name }).click();
  await page.getByLabel("아이디").fill(student.login_id);
  await page.getByLabel("비밀번호", { exact: true }).fill(student.password);
  await page.getByLabel("이메일").fill(student.email);
  await page.getByLabel("닉네임").fill(student.nickname);
  await page.getByRole("button", { name: "가입하기" }).click();
  await expect(page).toHaveURL("/verify?next=%2F");
  await page.getByRole("link", { name: "나중에 할게요" }).click();
  await expect(page).toHaveURL("/");
  await page.reload();
  await expect(page.getByRole("heading", { name: school.name, level: 1 })).toBeVisible();
});

test("a taken login id is refused beside the field", async ({ page, school, guard }) => {
  guard.expect("409 POST /api/auth/signup");
  const student = newStudent(school.id);
  await page.goto("/signup");
  await page.getByRole("combobox", { name: "학교" }).fill("가온");
  await page.getByRole("option", { name: school.name }).click();
  await page.getByLabel("아이디").fill("narae");
  await page.getByLabel("비밀번호", { exact: true }).fill(student.password);
  await page.getByLabel("이메일").fill(student.email);
  await page.getByLabel("닉네임").fill(student.nickname);
  await page.getByRole("button", { name: "가입하기" }).click();
  await expect(page.getByLabel("아이디")).toHaveAccessibleDescription(/이미 사용 중인 아이디입니다/);
  await expect(page.getByLabel("닉네임")).toHaveValue(student.nickname);
});

test("tabs that open together all stay logged in", async ({ student }) => {
  const { context, page } = student;
  const pages = [page, await context.newPage(), await context.newPage(), await context.newPage()];
  await Promise.all(pages.map((tab) => tab.goto("/boards")));
  for (const tab of pages) {
    await expect(tab.getByRole("heading", { name: "게시판", level: 1 })).toBeVisible();
  }
  await Promise.all(pages.map((tab) => tab.reload()));
  for (const tab of pages) {
    await expect(tab).toHaveURL("/boards");
  }
});

test("logging in or out in one tab does so in the others", async ({ student, guard }) => {
  const { context, page } = student;
  const other = await context.newPage();
  await Promise.all([page.goto("/"), other.goto("/boards")]);
  await expect(other.getByRole("heading", { name: "게시판", level: 1 })).toBeVisible();
  await page.goto("/me");
  await page.getByRole("button", { name: "로그아웃", exact: true }).click();
  await expect(page).toHaveURL(/\/login/);
  await expect(other).toHaveURL(/\/login\?next=%2Fboards/);
  await logIn(page, { login_id: student.loginId, password: student.password });
  await expect(other).toHaveURL("/boards");
  expect(guard.found).toEqual([]);
});

test("the session and the files of the screen are asked for before the app has loaded, each once", async ({ student: { page, api, nickname } }) => {
  const board = await api.post("/boards", { body: { category: "일반", name: `시작 ${nickname}` } });
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => (release = () => resolve(undefined)));
  await page.route("**/src/app.js", async (route) => {
    await held;
    await route.continue();
  });
  /** @type {string[]} */
  const requests = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await page.goto(`/boards/${board.id}`, { waitUntil: "commit" });
  const early = ["/api/auth/refresh", "/assets/dev/src/screens/posts/board.js", "/assets/dev/src/ui/paged_list.js", "/assets/dev/styles/screens/posts.css"];
  await expect.poll(() => requests).toEqual(expect.arrayContaining(early));
  release();
  await expect(page.getByRole("heading", { name: board.name, level: 1 })).toBeVisible();
  expect(requests.filter((path) => early.includes(path)).sort()).toEqual([...early].sort());
});

test("an early request for the session that fails is sent again", async ({ student: { page }, school, guard }) => {
  guard.expect("net::ERR_FAILED POST /api/auth/refresh");
  await page.route("**/api/auth/refresh", (route) => route.abort("failed"), { times: 1 });
  await page.goto("/");
  await expect(page.getByRole("heading", { name: school.name, level: 1 })).toBeVisible();
});

test("a login leads to home instead of a screen for guests or another site", async ({ student: { page }, school }) => {
  for (const next of ["/signup", "/%09/evil.example"]) {
    await page.goto(`/login?next=${next}`);
    await expect(page.getByRole("heading", { name: school.name, level: 1 })).toBeVisible();
    await expect(page).toHaveURL("/");
  }
});

test("the start says that the texts did not load", async ({ page, guard }) => {
  guard.expect("net::ERR_FAILED", "error: ", "Failed to fetch");
  await page.addInitScript(() => localStorage.setItem("campus.preferences", JSON.stringify({ language: "en" })));
  await page.route("**/i18n/en/index.js", (route) => route.abort());
  await page.goto("/");
  await expect(page.getByText("Could not load. Please reload the page.")).toBeVisible();
});

test("after a session that ended elsewhere, only drafts stay, and only for the same user", async ({ student: { page, context } }) => {
  await page.goto("/");
  await page.waitForFunction(() => localStorage.getItem("campus.last-user"));
  const keys = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("campus.user.")).sort());
  await page.evaluate(() => {
    const { id } = JSON.parse(localStorage.getItem("campus.last-user") ?? "");
    for (const key of [`${id}.timetables`, `${id}.draft.board`, "other.draft.board"]) localStorage.setItem(`campus.user.${key}`, "{}");
  });
  await context.clearCookies();
  await page.goto("/login");
  await expect(page.getByRole("heading", { name: "로그인", level: 1 })).toBeVisible();
  await expect.poll(async () => (await keys()).map((key) => key.replace(/^campus\.user\.[^.]+\./, ""))).toEqual(["draft.board", "draft.board"]);
  await logIn(page, LOGIN);
  await expect(page).toHaveURL("/");
  expect((await keys()).filter((key) => key.includes(".draft."))).toEqual([]);
});
