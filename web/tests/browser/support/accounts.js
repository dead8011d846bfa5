// @ts-check
import { createClient } from "../../../api/client.js";
import { codeIn, mailTo } from "./mails.js";

/**
 * @typedef {object} Account
 * @property {string} loginId
 * @property {string} nickname
 * @property {string} email
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

/** Verifies an account by a code. @param {import("campus-api").Client} api @param {string} email */
export async function verify(api, email) {
  await api.post("/auth/verification", { body: { email } });
  await api.post("/auth/verification/confirm", { body: { code: codeIn(await mailTo(email)) } });
}

/**
 * Signs up a student, whom all pages of the context are logged in as, and verifies them.
 * @param {import("@playwright/test").BrowserContext} context
 * @param {string} schoolId
 * @param {{ isVerified?: boolean }} [options]
 * @returns {Promise<Account>}
 */
export async function signUp(context, schoolId, { isVerified = true } = {}) {
  const student = newStudent(schoolId);
  /** @param {string} path @param {object} data */
  const begin = async (path, data) => {
    const response = await context.request.post(`${appUrl()}/api${path}`, { data });
    if (!response.ok()) {
      throw new Error(`${path}: ${response.status()} ${await response.text()}`);
    }
    return (await response.json()).access_token;
  };
  let token = await begin("/auth/signup", student);
  const api = createClient({
    baseUrl: `${appUrl()}/api`,
    fetch(url, init) {
      const headers = new Headers(init?.headers);
      headers.set("Authorization", `Bearer ${token}`);
      return fetch(url, { ...init, headers });
    },
  });
  if (isVerified) {
    await verify(api, student.email);
    token = await begin("/auth/refresh", {});
  }
  return { loginId: student.login_id, nickname: student.nickname, email: student.email, password: PASSWORD, api };
}
