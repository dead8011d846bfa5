// @ts-check
import { createClient } from "../../api/client.js";
import { appUrl, PASSWORD, uniqueName } from "./support/accounts.js";
import { expect, expectAccessible, screenshot, test } from "./support/fixtures.js";
import { mailsTo, mailTo, pathIn } from "./support/mails.js";

const NEW_PASSWORD = "nine badgers whistle";

/** @typedef {import("@playwright/test").Page} Page */

/** @param {Page} page @param {string} path @param {string} address @param {string} button */
async function ask(page, path, address, button) {
  await page.goto(path);
  await page.getByLabel("인증한 학교 이메일").fill(address);
  await page.getByRole("button", { name: button }).click();
  const sent = page.locator("main [role=status]");
  await expect(sent).toBeFocused();
  return (await sent.innerText()).replace(address, "ADDRESS");
}

test("a student gets a new password by the link in a mail, once", async ({ student, another, guard }) => {
  guard.expect("403 POST /api/auth/password-reset/confirm", /^401 /);
  const { page } = await another();
  const { email, loginId } = student;
  const before = (await mailsTo(email)).length;
  await ask(page, "/forgot-password", email, "링크 받기");
  await expectAccessible(page, "the sent mail");
  await screenshot(page, "forgot-password-sent");
  const link = pathIn(await mailTo(email, before + 1));

  // The student is logged in here, which the new password ends.
  await student.page.goto(link);
  await expect(student.page).toHaveURL(link.replace(/#.*/, ""));
  await student.page.getByLabel("새 비밀번호").fill("short");
  await student.page.getByRole("button", { name: "비밀번호 바꾸기" }).click();
  await expect(student.page.getByLabel("새 비밀번호")).toHaveAccessibleDescription("10자 이상 입력해 주세요.");
  await expectAccessible(student.page, "the new password");
  await student.page.getByLabel("새 비밀번호").fill(NEW_PASSWORD);
  await student.page.getByRole("button", { name: "비밀번호 바꾸기" }).click();
  await expect(student.page).toHaveURL("/login");
  await expect(student.page.getByText("새 비밀번호로 로그인해 주세요.")).toBeVisible();
  await student.page.getByLabel("아이디").fill(loginId);
  await student.page.getByLabel("비밀번호", { exact: true }).fill(NEW_PASSWORD);
  await student.page.getByRole("button", { name: "로그인" }).click();
  await expect(student.page).toHaveURL("/");
  const api = createClient({ baseUrl: `${appUrl()}/api` });
  await expect(api.session.logIn({ login_id: loginId, password: PASSWORD })).rejects.toMatchObject({ code: "invalid_credentials" });

  await page.goto(link);
  await page.getByLabel("새 비밀번호").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "비밀번호 바꾸기" }).click();
  await expect(page.getByRole("alert")).toContainText("쓸 수 없는 링크예요");
  await expectAccessible(page, "a used link");
  await page.getByRole("link", { name: "새 링크 받기" }).click();
  await expect(page).toHaveURL("/forgot-password");
});

test("a new password whose answer was lost may be set already", async ({ student, another, guard }) => {
  guard.expect("net::ERR_FAILED POST /api/auth/password-reset/confirm", "403 POST /api/auth/password-reset/confirm", /^401 /);
  const { page } = await another();
  // Nobody is logged in.
  await page.context().clearCookies();
  const { email, loginId } = student;
  const before = (await mailsTo(email)).length;
  await ask(page, "/forgot-password", email, "링크 받기");
  await page.goto(pathIn(await mailTo(email, before + 1)));
  await page.route("**/api/auth/password-reset/confirm", async (route) => {
    await route.fetch();
    await route.abort("failed");
  }, { times: 1 });
  await page.getByLabel("새 비밀번호").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "비밀번호 바꾸기" }).click();
  await expect(page.getByRole("alert")).toContainText("보내지 못했어요");
  await page.getByRole("button", { name: "다시 시도" }).click();
  await expect(page.getByRole("alert")).toContainText("비밀번호가 이미 바뀌었을 수 있어요");
  await expectAccessible(page, "a link that may be used");
  await page.getByRole("link", { name: "로그인", exact: true }).click();
  await expect(page).toHaveURL("/login");
  await page.getByLabel("아이디").fill(loginId);
  await page.getByLabel("비밀번호", { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "로그인" }).click();
  await expect(page).toHaveURL("/");
});

test("a link without a token says what to do", async ({ page }) => {
  await page.goto("/reset-password");
  await expect(page.getByRole("alert")).toContainText("쓸 수 없는 링크예요");
});

test("a student is reminded of the login id", async ({ student: { email, loginId }, page, context }) => {
  await context.clearCookies();
  const before = (await mailsTo(email)).length;
  await page.goto("/login");
  await page.getByRole("link", { name: "아이디 찾기" }).click();
  await expect(page).toHaveURL("/forgot-login-id");
  await ask(page, "/forgot-login-id", email, "아이디 받기");
  expect((await mailTo(email, before + 1)).text).toContain(loginId);
});

test("the screens say the same of known and unknown addresses", async ({ student: { page, email } }) => {
  for (const [path, button] of [["/forgot-password", "링크 받기"], ["/forgot-login-id", "아이디 받기"]]) {
    const unknown = await ask(page, path ?? "", `${uniqueName()}@gaon.example`, button ?? "");
    expect(await ask(page, path ?? "", email, button ?? "")).toBe(unknown);
  }
});

test("the mailbox of campus dev opens from the screens that wait for a mail", async ({ student: { page, context, email } }) => {
  await ask(page, "/forgot-password", email, "링크 받기");
  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "개발용 메일함 열기" }).click();
  await expect((await opened).getByText(email).first()).toBeVisible();
});
