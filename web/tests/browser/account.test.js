// @ts-check
import { createClient } from "../../api/client.js";
import { appUrl, PASSWORD } from "./support/accounts.js";
import { expect, expectAccessible, screenshot, test } from "./support/fixtures.js";
import { problem } from "./support/forms.js";

const NEW_PASSWORD = "nine badgers whistle";

/** @param {string} loginId @param {string} password */
const logInElsewhere = async (loginId, password) => {
  const api = createClient({ baseUrl: `${appUrl()}/api` });
  await api.session.logIn({ login_id: loginId, password });
  return api;
};

test("sign-up tells of mistakes beside the fields, before anything is sent", async ({ page }) => {
  await page.goto("/signup");
  await page.getByLabel("아이디").fill("한글");
  await page.getByLabel("비밀번호", { exact: true }).fill("short");
  await page.getByLabel("닉네임").fill("띄어 쓰기");
  await page.getByRole("button", { name: "가입하기" }).click();
  await expect(page.getByRole("combobox", { name: "학교" })).toBeFocused();
  await expect(page.getByRole("combobox", { name: "학교" })).toHaveAccessibleDescription("목록에서 학교를 골라 주세요.");
  await expect(page.getByLabel("아이디")).toHaveAccessibleDescription("영문 소문자, 숫자, 밑줄(_)만 쓸 수 있어요.");
  await expect(page.getByLabel("비밀번호", { exact: true })).toHaveAccessibleDescription("10자 이상 입력해 주세요.");
  await expect(page.getByLabel("닉네임")).toHaveAccessibleDescription("공백 없이 2~10자로 정해 주세요.");
  await expectAccessible(page, "a form with mistakes");
  await screenshot(page, "sign-up-mistakes");
  await page.getByLabel("닉네임").fill("띄어쓰기");
  await expect(page.getByLabel("닉네임")).toHaveAccessibleDescription("쓸 수 있는 형식이에요.");
});

test("a school is found and chosen with the keyboard", async ({ page, school }) => {
  await page.goto("/signup");
  await page.getByRole("combobox", { name: "학교" }).fill("가온");
  await expect(page.getByRole("option", { name: school.name })).toBeVisible();
  await expectAccessible(page, "the found schools");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByText(school.name)).toBeVisible();
  await expect(page.getByRole("button", { name: "학교 바꾸기" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: "학교" })).toBeFocused();
});

test("the nickname changes once, then the lock stands beside the field", async ({ student: { page, nickname }, guard }) => {
  guard.expect("409 PATCH /api/auth/me");
  await page.goto("/me");
  await page.getByRole("link", { name: "프로필" }).click();
  await page.getByLabel("닉네임").fill(`${nickname.slice(0, 8)}하나`.slice(-10));
  await page.getByLabel(/^이름/).fill("홍길동");
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page).toHaveURL("/me");
  await expect(page.getByRole("heading", { name: /하나$/, level: 2 })).toBeVisible();

  await page.getByRole("link", { name: "프로필" }).click();
  await expect(page.getByLabel(/^이름/)).toHaveValue("홍길동");
  await page.getByLabel("닉네임").fill("다른이름");
  await page.getByRole("button", { name: "저장" }).click();
  await expect(page.getByLabel("닉네임")).toHaveAccessibleDescription("닉네임은 30일에 한 번만 바꿀 수 있습니다.");
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("the password changes, and other devices are logged out", async ({ student: { page, loginId }, guard }) => {
  guard.expect("403 PUT /api/auth/me/password");
  const elsewhere = await logInElsewhere(loginId, PASSWORD);
  await page.goto("/me/password");
  await page.getByLabel("현재 비밀번호").fill("not the password");
  await page.getByLabel("새 비밀번호").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "비밀번호 바꾸기" }).click();
  await expect(page.getByLabel("현재 비밀번호")).toHaveAccessibleDescription("비밀번호가 올바르지 않습니다.");
  await page.getByLabel("현재 비밀번호").fill(PASSWORD);
  await page.getByRole("button", { name: "비밀번호 바꾸기" }).click();
  await expect(page).toHaveURL("/me");
  await expect(page.getByRole("status").filter({ hasText: "비밀번호를 바꿨어요" })).toBeVisible();
  expect(await elsewhere.session.restore()).toBeNull();
  await logInElsewhere(loginId, NEW_PASSWORD);
  await page.reload();
  await expect(page).toHaveURL("/me");
});

test("withdrawal says what stays, asks twice, and ends the account", async ({ student: { page, loginId }, guard }) => {
  guard.expect("403 DELETE /api/auth/me");
  guard.expect(/^401 /);
  await page.goto("/me/withdraw");
  await expect(page.getByText("익명으로 쓴 글과 댓글은 그대로 남아요.")).toBeVisible();
  const withdraw = page.locator("form").getByRole("button", { name: "회원 탈퇴" });
  const sure = page.getByRole("alertdialog", { name: "정말 탈퇴할까요?" });
  await page.getByLabel("비밀번호", { exact: true }).fill("not the password");
  await withdraw.click();
  await expectAccessible(page, "the question");
  await sure.getByRole("button", { name: "취소" }).click();
  await expect(sure).toHaveCount(0);
  await withdraw.click();
  await sure.getByRole("button", { name: "회원 탈퇴" }).click();
  await expect(page.getByLabel("비밀번호", { exact: true })).toHaveAccessibleDescription("비밀번호가 올바르지 않습니다.");
  await page.getByLabel("비밀번호", { exact: true }).fill(PASSWORD);
  await withdraw.click();
  await sure.getByRole("button", { name: "회원 탈퇴" }).click();
  await expect(page.getByRole("heading", { name: "로그인", level: 1 })).toBeVisible();
  await expect(logInElsewhere(loginId, PASSWORD)).rejects.toMatchObject({ code: "invalid_credentials" });
});

test("logging out everywhere ends all sessions", async ({ student: { page, loginId } }) => {
  const elsewhere = await logInElsewhere(loginId, PASSWORD);
  await page.goto("/me/settings");
  await page.getByRole("button", { name: /모든 기기에서 로그아웃/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "로그아웃" }).click();
  await expect(page.getByRole("heading", { name: "로그인", level: 1 })).toBeVisible();
  expect(await elsewhere.session.restore()).toBeNull();
});

test("a service that fails at the start does not end the session", async ({ student: { page }, guard }) => {
  guard.expect("503 POST /api/auth/refresh");
  await page.goto("/me");
  await expect(page.getByRole("heading", { name: "내 정보", level: 1 })).toBeVisible();
  await page.route("**/api/auth/refresh", (route) => route.fulfill(problem(503, "unavailable")));
  await page.reload();
  await expect(page.getByRole("alert")).toContainText("unavailable");
  await expectAccessible(page, "the failure");
  await page.unroute("**/api/auth/refresh");
  await page.getByRole("button", { name: "다시 시도" }).click();
  await expect(page.getByRole("heading", { name: "내 정보", level: 1 })).toBeVisible();
});

test("a language whose texts do not load is not chosen, and the next try works", async ({ student: { page }, guard }) => {
  guard.expect("net::ERR_FAILED GET /assets/dev/src/i18n/en/");
  await page.route("**/i18n/en/index.js", (route) => route.abort());
  await page.goto("/me/settings");
  await page.getByRole("radio", { name: "English" }).check({ force: true });
  await expect(page.getByRole("status").filter({ hasText: "언어를 바꾸지 못했어요" })).toBeVisible();
  await expect(page.getByRole("radio", { name: "한국어" })).toBeChecked();
  await expect(page.locator("html")).toHaveAttribute("lang", "ko");
  await page.unroute("**/i18n/en/index.js");
  await page.getByRole("radio", { name: "English" }).check({ force: true });
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
});

test("theme and language are kept by the browser", async ({ student: { page } }) => {
  await page.goto("/me/settings");
  await page.getByRole("radio", { name: "어둡게" }).check({ force: true });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("radio", { name: "English" }).check({ force: true });
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page).toHaveTitle("Settings · Campus");
  await expectAccessible(page, "the English settings");
  await page.reload();
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.goto("/boards/new");
  await page.getByRole("button", { name: "Create" }).click();
  await expect(page.getByLabel("Name")).toHaveAccessibleDescription("Fill in this field.");
});
