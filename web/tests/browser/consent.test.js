// @ts-check
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { newStudent } from "./support/accounts.js";
import { expect, expectAccessible, screenshot } from "./support/fixtures.js";
import { withOwnService } from "./support/own_service.js";

const test = withOwnService();

const SAMPLES = fileURLToPath(new URL("../../../docs/samples/policies", import.meta.url));

/** @typedef {import("./support/own_service.js").Service} Service */

/** Imports the sample policies, with this version of the terms. @param {Service} service @param {string} version */
async function importPolicies(service, version) {
  const folder = await mkdtemp(path.join(tmpdir(), "campus-policies-"));
  await cp(SAMPLES, folder, { recursive: true });
  for (const name of ["terms.ko.md", "terms.en.md"]) {
    const file = path.join(folder, name);
    await writeFile(file, (await readFile(file, "utf8")).replace(/^version: .*/, `version: ${version}`));
  }
  await service.change("policies", "import", folder);
  await rm(folder, { recursive: true });
}

/** @param {import("@playwright/test").Page} page @param {string} name */
async function createBoard(page, name) {
  await page.getByLabel("이름").fill(name);
  await page.getByLabel("분류").fill("일반");
  await page.getByRole("button", { name: "만들기" }).click();
}

/** The requests that create a board from now on. @param {import("@playwright/test").Page} page */
function recordBoards(page) {
  /** @type {import("@playwright/test").Request[]} */
  const requests = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/api/boards")) {
      requests.push(request);
    }
  });
  return requests;
}

// The policies are those of the tests before.
test.describe.configure({ mode: "serial" });

test("without policies, nothing is asked", async ({ page }) => {
  await page.goto("/signup");
  await expect(page.getByRole("button", { name: "가입하기" })).toBeVisible();
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await page.getByRole("link", { name: "이용약관" }).click();
  await expect(page.getByText("아직 등록된 문서가 없어요")).toBeVisible();
});

test("a write that needs consent asks for it, and is then sent again with the same key", async ({ student, service, guard }) => {
  guard.expect(/^403 POST \/api\/boards$/);
  const { page, loginId } = student;
  await page.goto("/boards/new", { waitUntil: "networkidle" });
  await importPolicies(service, "first");
  const requests = recordBoards(page);
  await createBoard(page, `동의 ${loginId}`);
  const dialog = page.getByRole("dialog", { name: "약관 동의가 필요해요" });
  const terms = dialog.getByRole("checkbox", { name: "이용약관에 동의해요" });
  await dialog.getByRole("button", { name: "동의하고 계속하기" }).click();
  await expect(terms).toHaveAccessibleDescription("계속하려면 필요해요.");
  await expectAccessible(page, "the question for consent");
  await screenshot(page, "consent");
  await terms.check();
  await dialog.getByRole("checkbox", { name: "개인정보 처리방침에 동의해요" }).check();
  await dialog.getByRole("button", { name: "동의하고 계속하기" }).click();
  await expect(page.getByRole("heading", { name: `동의 ${loginId}`, level: 1 })).toBeVisible();
  const keys = await Promise.all(requests.map((request) => request.headerValue("idempotency-key")));
  expect([keys.length, new Set(keys).size]).toEqual([2, 1]);

  // Only what has changed is asked for. Without consent, what was written stays.
  await page.goto("/boards/new", { waitUntil: "networkidle" });
  await importPolicies(service, "second");
  await createBoard(page, `둘째 ${loginId}`);
  await expect(dialog.getByText("아래 문서가 바뀌었어요.")).toBeVisible();
  await expect(dialog.getByRole("checkbox")).toHaveCount(1);
  await dialog.getByRole("button", { name: "닫기" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("이름")).toHaveValue(`둘째 ${loginId}`);
  await page.getByRole("button", { name: "만들기" }).click();
  await terms.check();
  await dialog.getByRole("button", { name: "동의하고 계속하기" }).click();
  await expect(page.getByRole("heading", { name: `둘째 ${loginId}`, level: 1 })).toBeVisible();
});

test("sign-up asks for consent and age, and shows the texts", async ({ page, school }) => {
  const student = newStudent(school.id);
  await page.goto("/signup");
  await page.getByRole("combobox", { name: "학교" }).fill("가온");
  await page.getByRole("option", { name: school.name }).click();
  await page.getByLabel("아이디").fill(student.login_id);
  await page.getByLabel("비밀번호", { exact: true }).fill(student.password);
  await page.getByLabel("이메일").fill(student.email);
  await page.getByLabel("닉네임").fill(student.nickname);
  await page.getByRole("button", { name: "가입하기" }).click();
  await expect(page.getByRole("checkbox", { name: "이용약관에 동의해요" })).toBeFocused();
  await expect(page.getByRole("checkbox", { name: "만 14세 이상이에요" })).toHaveAccessibleDescription("계속하려면 필요해요.");
  await expectAccessible(page, "missing consents");
  await screenshot(page, "sign-up-consents");
  await page.getByRole("button", { name: "이용약관 보기" }).click();
  await expect(page.getByRole("dialog", { name: "이용약관" }).getByRole("heading", { level: 3 })).toBeVisible();
  await expectAccessible(page, "the terms");
  await screenshot(page, "sign-up-terms");
  await page.keyboard.press("Escape");
  for (const box of await page.getByRole("checkbox").all()) {
    await box.check();
  }
  await page.getByRole("button", { name: "가입하기" }).click();
  await expect(page).toHaveURL("/verify?next=%2F");
});

test("everybody can read the policies", async ({ page }) => {
  await page.goto("/login");
  await page.getByRole("link", { name: "개인정보 처리방침" }).click();
  await expect(page).toHaveURL("/policies/privacy");
  await expect(page.getByRole("listitem").first()).toContainText("수집하는 것.");
  await expectAccessible(page, "the privacy policy");
  await page.getByRole("link", { name: "이용약관" }).click();
  await expect(page.getByRole("heading", { name: "이용약관", level: 1 })).toBeVisible();
});
