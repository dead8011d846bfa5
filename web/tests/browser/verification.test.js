// @ts-check
import { routes } from "../../app/src/routes.js";
import { newStudent, verify } from "./support/accounts.js";
import { expect, expectAccessible, expectNoLayoutShift, screenshot, test } from "./support/fixtures.js";
import { problem } from "./support/forms.js";
import { codeIn, mailsTo, mailTo } from "./support/mails.js";
import { settled } from "./support/scene_test.js";

/** @typedef {import("@playwright/test").Page} Page */

/** @param {Page} page */
const codeField = (page) => page.getByLabel("인증 코드");

/** A code that is wrong. @param {string} code */
const wrong = (code) => (code === "111111" ? "222222" : "111111");

/** Opens the screen with the code field. Returns the code. @param {import("./support/fixtures.js").Student} student */
async function askForCode({ page, email }) {
  const number = (await mailsTo(email)).length + 1;
  await page.getByRole("button", { name: "코드 받기" }).click();
  await expect(codeField(page)).toBeFocused();
  return codeIn(await mailTo(email, number));
}

test("a student signs up, enters the code of the mail, and posts", async ({ page, school }) => {
  const student = newStudent(school.id);
  await page.goto("/signup?next=%2Fboards%2Fnew");
  await page.getByRole("combobox", { name: "학교" }).fill("가온");
  await page.getByRole("option", { name: school.name }).click();
  await page.getByLabel("아이디").fill(student.login_id);
  await page.getByLabel("비밀번호", { exact: true }).fill(student.password);
  await page.getByLabel("이메일").fill(student.email);
  await page.getByLabel("닉네임").fill(student.nickname);
  await page.getByRole("button", { name: "가입하기" }).click();
  await expect(page.getByText(student.email)).toBeVisible();
  await expect(codeField(page)).toBeFocused();
  await expect(codeField(page)).toHaveAttribute("autocomplete", "one-time-code");
  await expect(codeField(page)).toHaveAttribute("inputmode", "numeric");
  await expectAccessible(page, "the code field");
  await page.keyboard.type(codeIn(await mailTo(student.email)));
  await expect(page).toHaveURL("/boards/new");
  await page.getByLabel("이름").fill(`새내기 ${student.login_id}`);
  await page.getByLabel("분류").fill("일반");
  await page.getByRole("button", { name: "만들기" }).click();
  await expect(page.getByRole("heading", { name: `새내기 ${student.login_id}`, level: 1 })).toBeVisible();
});

test("a pasted code is sent at once, with its spaces left out", async ({ newcomer, context }) => {
  const { page } = newcomer;
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/verify");
  const code = await askForCode(newcomer);
  await page.evaluate((text) => navigator.clipboard.writeText(text), ` ${code.slice(0, 3)} ${code.slice(3)}\n`);
  await page.keyboard.press("Control+V");
  await expect(page.getByRole("status").filter({ hasText: "학교 인증을 마쳤어요." })).toBeVisible();
  await expect(page).toHaveURL("/");
});

test("a wrong code is refused beside the field, and the next one replaces it", async ({ newcomer, guard }) => {
  guard.expect("403 POST /api/auth/verification/confirm");
  const { page } = newcomer;
  await page.goto("/verify?next=%2Fboards");
  const code = await askForCode(newcomer);
  await page.keyboard.type("12");
  await page.getByRole("button", { name: "확인" }).click();
  await expect(codeField(page)).toHaveAccessibleDescription("6자리를 모두 입력해 주세요.");
  await codeField(page).fill(wrong(code));
  await expect(codeField(page)).toHaveAttribute("aria-invalid", "true");
  await expect(codeField(page)).toBeFocused();
  await expectAccessible(page, "a wrong code");
  await screenshot(page, "verify-wrong");
  await page.keyboard.type(code);
  await expect(page).toHaveURL("/boards");
  await expect(page.getByRole("heading", { name: "게시판", level: 1 })).toBeVisible();
});

test("the screen waits with another mail, and survives a reload", async ({ newcomer, guard }) => {
  guard.expect("403 POST /api/auth/verification/confirm");
  const { page, email } = newcomer;
  await page.clock.install();
  await page.goto("/verify");
  const first = await askForCode(newcomer);
  const again = page.getByRole("button", { name: /^코드 다시 받기/ });
  await expect(again).toBeDisabled();
  await expect(again).toHaveText(/\d:\d\d/);
  await page.reload();
  await expect(codeField(page)).toBeVisible();
  await expect(again).toBeDisabled();
  await page.clock.fastForward("01:05");
  await again.click();
  await expect(page.getByRole("status").filter({ hasText: "새 코드를 보냈어요" })).toBeVisible();
  const second = codeIn(await mailTo(email, 2));
  if (first !== second) {
    await codeField(page).fill(first);
    await expect(codeField(page)).toHaveAttribute("aria-invalid", "true");
  }
  await page.clock.fastForward("11:00");
  await expect(page.getByText("코드가 만료됐어요.")).toBeVisible();
  await expectAccessible(page, "an expired code");
  await screenshot(page, "verify-expired");
});

test("an address of another domain is refused, and the address can be changed", async ({ newcomer, guard }) => {
  guard.expect("422 POST /api/auth/verification");
  const { page, email } = newcomer;
  await page.goto("/verify");
  const field = page.getByLabel("학교 이메일");
  await expect(field).toHaveValue(email);
  await expect(field).toHaveAccessibleDescription(/@gaon\.example/);
  await field.fill("somebody@elsewhere.example");
  await page.getByRole("button", { name: "코드 받기" }).click();
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveValue("somebody@elsewhere.example");
  const other = `other-${email}`;
  await field.fill(other);
  await page.getByRole("button", { name: "코드 받기" }).click();
  await expect(page.getByText(other)).toBeVisible();
  // The mail with the first code has arrived, so the next mail has the code that replaces it.
  await mailTo(other, 1);
  await page.getByRole("button", { name: "주소 바꾸기" }).click();
  await expect(field).toBeVisible();
  await field.fill(other);
  const code = await askForCode({ ...newcomer, email: other });
  await page.keyboard.type(code);
  await expect(page).toHaveURL("/");
  await page.goto("/me");
  await expect(page.getByText("학교 인증됨")).toBeVisible();
  await expect(page.getByText(other)).toBeVisible();
});

test("a verified student changes the address, and keeps the old one until then", async ({ student: { page, email } }) => {
  await page.goto("/me");
  await page.getByRole("link", { name: "이메일 바꾸기" }).click();
  await expect(page.getByText(`${email} 주소를 계속 써요.`)).toBeVisible();
  const other = `new-${email}`;
  await page.getByLabel("학교 이메일").fill(other);
  await page.getByRole("button", { name: "코드 받기" }).click();
  await expect(codeField(page)).toBeFocused();
  const code = codeIn(await mailTo(other));
  await page.goto("/me");
  await expect(page.getByText(email)).toBeVisible();
  await page.goto("/verify");
  await codeField(page).fill(code);
  await expect(page).toHaveURL("/me");
  await expect(page.getByText(other)).toBeVisible();
});

test("a code whose answer was lost still verifies", async ({ newcomer, guard }) => {
  guard.expect("net::ERR_FAILED POST /api/auth/verification/confirm");
  const { page } = newcomer;
  await page.goto("/verify");
  const code = await askForCode(newcomer);
  await page.route("**/api/auth/verification/confirm", async (route) => {
    await route.fetch();
    await route.abort("failed");
  }, { times: 1 });
  await page.keyboard.type(code);
  await expect(page.getByRole("alert")).toContainText("보내지 못했어요");
  await page.getByRole("button", { name: "다시 시도" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.getByText("학교 인증이 필요해요")).toHaveCount(0);
});

test("unverified students see an explanation instead of refusals", async ({ newcomer: { page } }) => {
  await page.goto("/");
  await expect(page.getByText("학교 인증이 필요해요")).toBeVisible();
  for (const { path } of routes.filter(({ open, guest, unverified }) => !open && !guest && !unverified)) {
    const target = path.replace(/:\w+/g, "x");
    await page.goto(target);
    await expect(page.getByText("학교 인증이 필요해요")).toBeVisible();
    await expect(page).toHaveURL(target);
    await expect(page.getByRole("link", { name: "인증하기" })).toHaveAttribute("href", `/verify?next=${encodeURIComponent(target)}`);
  }
  await expectNoLayoutShift(page);
  await page.getByRole("link", { name: "인증하기" }).click();
  await expect(page.getByRole("heading", { name: "학교 인증", level: 1 })).toBeFocused();
});

test("unverified students use private timetables and the catalogue", async ({ newcomer: { page, api } }) => {
  const { items } = await api.get("/lectures", { query: { semester: "2026-2", limit: 1 } });
  const timetable = await api.post("/timetables", { body: { semester: "2026-2", name: "새내기" } });
  await page.goto(`/lectures/${items[0]?.id}`);
  await expect(page.getByText("학교 인증이 필요해요")).toBeVisible();
  await expectAccessible(page, "a lecture without its reviews");
  await screenshot(page, "lecture-unverified");
  const added = page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/entries"));
  await page.getByRole("button", { name: /^새내기: / }).click();
  expect((await added).status()).toBe(201);
  await page.goto(`/timetable?semester=2026-2&id=${timetable.id}`);
  await expect(page.getByText(items[0]?.title ?? "").first()).toBeVisible();
  await expect(page.getByText("학교 인증을 마치면")).toBeVisible();
});

test("a student who was verified elsewhere goes on after a reload", async ({ newcomer: { page, api, email } }) => {
  await page.goto("/verify");
  await expect(page.getByLabel("학교 이메일")).toBeVisible();
  await verify(api, email);
  await page.reload();
  await expect(page.getByRole("heading", { name: "이메일 바꾸기", level: 1 })).toBeVisible();
  await page.goto("/boards");
  await expect(page.getByRole("heading", { name: "게시판", level: 1 })).toBeVisible();
  await settled(page);
});

test("a refused token is replaced when the account is verified", async ({ student: { page }, guard }) => {
  guard.expect("403 GET /api/friends");
  await page.goto("/");
  await settled(page);
  const requests = page.waitForResponse(/\/api\/auth\/refresh/);
  await page.route(/\/api\/friends(\?|$)/, (route) => route.fulfill(problem(403, "school_unverified")), { times: 1 });
  await page.getByRole("link", { name: "시간표", exact: true }).first().click();
  await page.getByRole("button", { name: "메뉴 열기" }).click();
  await page.getByRole("menuitem", { name: "친구" }).click();
  await requests;
  await expect(page.getByText("아직 친구가 없어요")).toBeVisible();
});
