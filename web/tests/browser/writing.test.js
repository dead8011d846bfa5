// @ts-check
import { createClient } from "../../api/client.js";
import { appUrl } from "./support/accounts.js";
import { expect, test } from "./support/fixtures.js";
import { buttonOf, fieldOf, fillIn, forms, interceptOnce, pathOf, prepare, problem, recordRequests, textFor } from "./support/forms.js";

/** Short enough for every field. */
const TEXT = "시험 끝나면 밥 먹어요";

/** @typedef {import("./support/forms.js").WritingForm} WritingForm */
/** @typedef {import("./support/forms.js").Ids} Ids */

/** @param {import("@playwright/test").Page} page @param {WritingForm} form @param {Ids} ids */
async function expectText(page, form, ids) {
  for (const field of form.fields) {
    await expect(fieldOf(page, field)).toHaveValue(textFor(form, ids, TEXT));
  }
}

/** The service gets the request, and its answer is lost. @param {import("@playwright/test").Route} route */
async function loseAnswer(route) {
  await route.fetch();
  await route.abort("failed");
}

/** @param {import("@playwright/test").Request[]} requests */
const keys = (requests) => Promise.all(requests.map((request) => request.headerValue("idempotency-key")));

for (const form of forms) {
  test.describe(form.name, () => {
    test("a token that expires while the user writes is renewed", async ({ student, another, guard }) => {
      guard.expect(/^401 POST/);
      const { page, api } = student;
      const ids = await prepare(api, await another(), form);
      const requests = recordRequests(page, form);
      await interceptOnce(page, form, (route) => route.fulfill(problem(401, "token_expired")));
      await fillIn(page, form, ids, TEXT);
      const sent = page.waitForResponse((response) => response.request().method() === "POST" && response.status() === 201);
      await buttonOf(page, form).click();
      await sent;
      expect(await form.sent(api, ids)).toHaveLength(1);
      const [first, second] = await keys(requests);
      expect(requests).toHaveLength(2);
      expect(first).toBe(second);
    });

    test("without a network the form says so, and the retry sends once", async ({ student, another, guard }) => {
      guard.expect(/^net::ERR_FAILED POST/);
      const { page, api } = student;
      const ids = await prepare(api, await another(), form);
      const requests = recordRequests(page, form);
      await interceptOnce(page, form, loseAnswer);
      await fillIn(page, form, ids, TEXT);
      await buttonOf(page, form).click();
      await expect(page.getByRole("alert")).toContainText("보내지 못했어요");
      await expectText(page, form, ids);
      await page.getByRole("button", { name: "다시 시도" }).click();
      await expect(page.getByRole("alert").filter({ hasText: "보내지 못했어요" })).toHaveCount(0);
      await expect.poll(() => requests).toHaveLength(2);
      const [first, second] = await keys(requests);
      expect(first).toBe(second);
      await expect.poll(() => form.sent(api, ids)).toHaveLength(1);
    });

    test("a double tap on a slow network sends once", async ({ student, another }) => {
      const { page, api } = student;
      const ids = await prepare(api, await another(), form);
      const requests = recordRequests(page, form);
      /** @type {() => void} */
      let release = () => {};
      const held = new Promise((resolve) => (release = () => resolve(undefined)));
      await interceptOnce(page, form, async (route) => {
        await held;
        await route.continue();
      });
      await fillIn(page, form, ids, TEXT);
      await buttonOf(page, form).dblclick();
      await expect(page.locator("button[aria-busy=true]")).toBeVisible();
      await fieldOf(page, form.fields[0] ?? "").press("Control+Enter");
      release();
      await expect.poll(() => form.sent(api, ids)).toHaveLength(1);
      expect(requests).toHaveLength(1);
    });

    if (!form.hasNoDraft) {
      test("what was written survives the end of the session", async ({ student, another, guard }) => {
        guard.expect(/^401 POST/);
        const { page, api, loginId, password } = student;
        const ids = await prepare(api, await another(), form);
        await fillIn(page, form, ids, TEXT);
        const elsewhere = createClient({ baseUrl: `${appUrl()}/api` });
        await elsewhere.session.logIn({ login_id: loginId, password });
        await elsewhere.session.logOut({ everywhere: true });
        // The access token stays valid until it expires.
        await interceptOnce(page, form, (route) => route.fulfill(problem(401, "token_expired")));
        await buttonOf(page, form).click();
        await expect(page).toHaveURL(`/login?next=${encodeURIComponent(pathOf(form, ids))}`);
        await page.getByLabel("아이디").fill(loginId);
        await page.getByLabel("비밀번호", { exact: true }).fill(password);
        await page.getByRole("button", { name: "로그인" }).click();
        await expect(page).toHaveURL(pathOf(form, ids));
        await form.open?.(page);
        await expectText(page, form, ids);
        await buttonOf(page, form).click();
        await expect.poll(() => form.sent(api, ids)).toHaveLength(1);
      });

      // The page itself refuses an entry that clashes with the one that was saved.
      const sendsAgain = form.name === "entry" || form.isOnce ? test.skip : test;
      sendsAgain("a draft whose answer was lost is sent once, also after a reload", async ({ student, another, guard }) => {
        guard.expect(/^net::ERR_FAILED POST/);
        const { page, api } = student;
        const ids = await prepare(api, await another(), form);
        const requests = recordRequests(page, form);
        await interceptOnce(page, form, loseAnswer);
        await fillIn(page, form, ids, TEXT);
        await buttonOf(page, form).click();
        await expect(page.getByRole("alert")).toContainText("보내지 못했어요");
        await page.reload();
        await form.open?.(page);
        await expectText(page, form, ids);
        const sent = page.waitForResponse((response) => response.request().method() === "POST" && response.status() === 201);
        await buttonOf(page, form).click();
        expect((await sent).headers()["idempotency-replayed"]).toBe("true");
        const [first, second] = await keys(requests);
        expect(first).toBe(second);
        expect(await form.sent(api, ids)).toHaveLength(1);
      });

      test("a draft survives a reload, and is gone when it was sent", async ({ student, another }) => {
        const { page, api } = student;
        const ids = await prepare(api, await another(), form);
        await fillIn(page, form, ids, TEXT);
        await page.reload();
        await form.open?.(page);
        await expectText(page, form, ids);
        await form.choose?.(page);
        await buttonOf(page, form).click();
        await expect.poll(() => form.sent(api, ids)).toHaveLength(1);
        if (form.isOnce) return;
        await page.goto(pathOf(form, ids));
        await form.open?.(page);
        for (const field of form.fields) {
          await expect(fieldOf(page, field)).toHaveValue("");
        }
      });
    }
  });
}
