// @ts-check
import { createClient } from "../../../api/client.js";

/**
 * @typedef {object} Account
 * @property {string} loginId
 * @property {string} nickname
 * @property {string} password
 * @property {import("campus-api").Client} api Sends requests as this user, outside of the browser.
 */

export const PASSWORD = "eight otters juggle";

/** The address of the web client. */
export const appUrl = () => process.env.CAMPUS_APP ?? "";

/** The demo school. */
export async function findSchool() {
  const { items } = await createClient({ baseUrl: `${appUrl()}/api` }).get("/schools", { query: { query: "가온" } });
  if (!items[0]) {
    throw new Error("The service has no demo data.");
  }
  return items[0];
}

/** A name that no other test uses. */
export function uniqueName() {
  return `t${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
}

/** What the service needs to know of a new student. @param {string} schoolId */
export function newStudent(schoolId) {
  const name = uniqueName();
  const nickname = `별${name.slice(-8)}`;
  return { school_id: schoolId, login_id: name, password: PASSWORD, email: `${name}@gaon.example`, nickname, admission_year: 2026 };
}

/**
 * Signs up a student, whom all pages of the context are logged in as.
 * @param {import("@playwright/test").BrowserContext} context
 * @param {string} schoolId
 * @returns {Promise<Account>}
 */
export async function signUp(context, schoolId) {
  const student = newStudent(schoolId);
  const response = await context.request.post(`${appUrl()}/api/auth/signup`, { data: student });
  if (!response.ok()) {
    throw new Error(`sign-up: ${response.status()} ${await response.text()}`);
  }
  const { access_token: token } = await response.json();
  const api = createClient({
    baseUrl: `${appUrl()}/api`,
    fetch(url, init) {
      const headers = new Headers(init?.headers);
      headers.set("Authorization", `Bearer ${token}`);
      return fetch(url, { ...init, headers });
    },
  });
  return { loginId: student.login_id, nickname: student.nickname, password: PASSWORD, api };
}
