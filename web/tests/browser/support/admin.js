// @ts-check
import { createClient } from "../../../api/client.js";
import { appUrl } from "./accounts.js";
import { expect } from "@playwright/test";

/** The admin of the demo school. */
const ADMIN = { login_id: "maru", password: "gaon-maru-2026!" };

/** Logs the pages of a context in as the admin. @param {import("@playwright/test").BrowserContext} context */
export async function logInAsAdmin(context) {
  const response = await context.request.post(`${appUrl()}/api/auth/login`, { data: ADMIN });
  expect(response.ok()).toBe(true);
}

/** Sends requests as the admin. @returns {Promise<import("campus-api").Client>} */
export async function adminClient() {
  const api = createClient({ baseUrl: `${appUrl()}/api` });
  await api.session.logIn(ADMIN);
  return api;
}

/** The open case about a post. @param {string} title A title that no other post has. */
export async function findCase(title) {
  const api = await adminClient();
  /** @type {string | undefined} */
  let cursor;
  do {
    const { items, next_cursor } = await api.get("/moderation/cases", { query: { limit: 50, cursor } });
    const found = items.find(({ content }) => content?.title === title);
    if (found) return found;
    cursor = next_cursor ?? undefined;
  } while (cursor);
  return undefined;
}
