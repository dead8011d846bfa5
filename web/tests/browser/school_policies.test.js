// @ts-check
import { expect, expectAccessible, screenshot } from "./support/fixtures.js";
import { withOwnService } from "./support/own_service.js";

const test = withOwnService();

// The second test changes the school of the first.
test.describe.configure({ mode: "serial" });

test("where the operator verifies, students can look again", async ({ newcomer: { page, loginId }, school, service }) => {
  await service.change("schools", "set", school.id, "--policy", "manual");
  await page.goto("/verify?next=%2Fboards");
  await expect(page.getByText("운영자가 확인하고 있어요")).toBeVisible();
  await expectAccessible(page, "the wait for the operator");
  await screenshot(page, "verify-manual");
  await page.getByRole("button", { name: "다시 확인하기" }).click();
  await expect(page.getByRole("status").filter({ hasText: "아직 확인되지 않았어요." })).toBeVisible();
  await service.change("user", "verify", loginId);
  await page.getByRole("button", { name: "다시 확인하기" }).click();
  await expect(page).toHaveURL("/boards");
  await expect(page.getByRole("heading", { name: "게시판", level: 1 })).toBeVisible();
  await page.goto("/verify");
  await expect(page.getByText("학교 인증을 마쳤어요.")).toBeVisible();
});

test("where everybody is verified, nothing is asked", async ({ newcomer: { page }, school, service }) => {
  await service.change("schools", "set", school.id, "--policy", "open");
  await page.goto("/");
  await page.reload();
  await expect(page.getByRole("heading", { name: "고정한 게시판" })).toBeVisible();
  await expect(page.getByText("학교 인증이 필요해요")).toHaveCount(0);
});
