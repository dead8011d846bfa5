// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, NetworkError, Problem } from "../../api/client.js";
import { problem, sessionOf, startServer } from "./api_server.js";

const LOGIN = { login_id: "narae", password: "gaon-maru-2026!" };

/** @param {Promise<unknown>} promise @returns {Promise<any>} */
const failure = (promise) => promise.then(() => assert.fail("it succeeded"), (error) => error);

/** The changes of the session, as `change: user id`. @param {import("campus-api").Client} api */
function changesOf(api) {
  /** @type {string[]} */
  const changes = [];
  api.session.onChange((user, change) => changes.push(`${change}: ${user?.id ?? "nobody"}`));
  return changes;
}

/** A lock manager as in browsers, which several clients share. */
function fakeLocks() {
  let last = Promise.resolve();
  let waiting = 0;
  const locks = {
    most: 0,
    /** @template T @param {string} _name @param {object} _options @param {() => Promise<T>} work @returns {Promise<T>} */
    request(_name, _options, work) {
      waiting += 1;
      locks.most = Math.max(locks.most, waiting);
      const result = last.then(work);
      last = result.then(() => {}, () => {}).then(() => void (waiting -= 1));
      return result;
    },
  };
  return locks;
}

/** A server that gives each refresh the next tokens, as the browser's cookie would. @param {import("node:test").TestContext} t */
async function cookieServer(t, { conflictOnOverlap = false } = {}) {
  let running = 0;
  return startServer(t, {
    "POST /auth/refresh": async (_, count) => {
      running += 1;
      const isAlone = running === 1;
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return isAlone || !conflictOnOverlap ? sessionOf(String(count)) : problem(409, "refresh_conflict");
    },
    "POST /auth/logout": () => ({ status: 204 }),
    "GET /boards": () => ({ body: { items: [], next_cursor: null } }),
  });
}

test("restoring continues the session of the cookie", async (t) => {
  const server = await cookieServer(t);
  const api = createClient({ baseUrl: server.url, cookies: true });
  const changes = changesOf(api);
  const [user] = await Promise.all([api.session.restore(), api.get("/boards")]);
  assert.equal(user?.id, "u-1");
  assert.deepEqual(server.received.map(({ path, body }) => [path, body]), [["/auth/refresh", {}], ["/boards", undefined]]);
  assert.equal(server.to("/boards")[0]?.headers.authorization, "Bearer access-0");
  assert.equal(api.session.refreshToken, null);
  assert.deepEqual(changes, ["restored: u-1"]);
});

test("restoring without a session resolves to null", async (t) => {
  const server = await startServer(t, {
    "POST /auth/refresh": () => problem(401, "refresh_token_invalid"),
    "GET /boards": () => problem(401, "token_missing"),
  });
  const api = createClient({ baseUrl: server.url, cookies: true });
  assert.equal(await api.session.restore(), null);
  assert.equal((await failure(api.get("/boards"))).code, "token_missing");
  assert.equal(server.to("/auth/refresh").length, 1);
});

test("restoring without a network fails, and a later request restores", async (t) => {
  const server = await startServer(t, {
    "POST /auth/refresh": (_, count) => (count === 0 ? { drop: true } : sessionOf("1")),
    "GET /boards": ({ headers }) => (headers.authorization ? { body: { items: [], next_cursor: null } } : problem(401, "token_missing")),
  });
  const api = createClient({ baseUrl: server.url, cookies: true });
  assert.ok((await failure(api.session.restore())) instanceof NetworkError);
  await api.get("/boards");
  assert.equal(api.session.signedIn, true);
});

test("a session continues from a kept refresh token", async (t) => {
  const server = await startServer(t, { "POST /auth/refresh": () => sessionOf("2") });
  const api = createClient({ baseUrl: server.url, refreshToken: "refresh-1" });
  await api.session.restore();
  assert.deepEqual(server.received[0]?.body, { refresh_token: "refresh-1" });
  assert.equal(api.session.refreshToken, "refresh-2");
});

test("a refresh that conflicts is sent again", async (t) => {
  const server = await startServer(t, {
    "POST /auth/refresh": (_, count) => (count < 2 ? problem(409, "refresh_conflict") : sessionOf("2")),
  });
  const api = createClient({ baseUrl: server.url, cookies: true });
  assert.equal((await api.session.restore())?.id, "u-1");
  assert.equal(server.received.length, 3);
});

test("a session that was revoked ends at the next refresh", async (t) => {
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1"),
    "POST /auth/refresh": () => problem(401, "refresh_token_invalid"),
    "GET /boards": () => problem(401, "token_expired"),
  });
  const api = createClient({ baseUrl: server.url });
  const changes = changesOf(api);
  await api.session.logIn(LOGIN);
  const errors = await Promise.all([failure(api.get("/boards")), failure(api.get("/boards"))]);
  assert.deepEqual(errors.map(({ code }) => code), ["refresh_token_invalid", "refresh_token_invalid"]);
  assert.deepEqual(changes, ["logged_in: u-1", "ended: nobody"]);
  assert.equal(api.session.signedIn, false);
  await failure(api.get("/boards"));
  assert.equal(server.to("/auth/refresh").length, 1);
});

test("a refusal that is not from the service keeps the session", async (t) => {
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1"),
    "POST /auth/refresh": (_, count) => (count === 0 ? { status: 403, body: { message: "Forbidden" } } : sessionOf("2")),
    "GET /boards": ({ headers }) =>
      headers.authorization === "Bearer access-2" ? { body: { items: [], next_cursor: null } } : problem(401, "token_expired"),
  });
  const api = createClient({ baseUrl: server.url });
  await api.session.logIn(LOGIN);
  assert.equal((await failure(api.get("/boards"))).status, 403);
  assert.equal(api.session.signedIn, true);
  await api.get("/boards");
});

test("a refresh without a network keeps the session", async (t) => {
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1"),
    "POST /auth/refresh": (_, count) => (count === 0 ? { drop: true } : sessionOf("2")),
    "GET /boards": ({ headers }) =>
      headers.authorization === "Bearer access-2" ? { body: { items: [], next_cursor: null } } : problem(401, "token_expired"),
  });
  const api = createClient({ baseUrl: server.url });
  await api.session.logIn(LOGIN);
  assert.ok((await failure(api.get("/boards"))) instanceof NetworkError);
  assert.equal(api.session.signedIn, true);
  await api.get("/boards");
});

test("an expired token is refreshed once: a second refusal is an error", async (t) => {
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1"),
    "POST /auth/refresh": () => sessionOf("2"),
    "GET /boards": () => problem(401, "token_expired"),
  });
  const api = createClient({ baseUrl: server.url });
  await api.session.logIn(LOGIN);
  assert.equal((await failure(api.get("/boards"))).code, "token_expired");
  assert.equal(server.to("/boards").length, 2);
});

test("wrong credentials are a problem and no session", async (t) => {
  const server = await startServer(t, { "POST /auth/login": () => problem(401, "invalid_credentials") });
  const api = createClient({ baseUrl: server.url, cookies: true });
  const error = await failure(api.session.logIn(LOGIN));
  assert.ok(error instanceof Problem);
  assert.equal(error.code, "invalid_credentials");
  assert.equal(server.received.length, 1);
});

test("the device token of a login goes into the next login", async (t) => {
  const server = await startServer(t, { "POST /auth/login": (_, count) => sessionOf(String(count), { device_token: "device-1" }) });
  const api = createClient({ baseUrl: server.url });
  await api.session.logIn(LOGIN);
  await api.session.logIn(LOGIN);
  assert.deepEqual(server.received.map(({ body }) => body.device_token), [undefined, "device-1"]);
});

test("logging out sends the refresh token and ends the session", async (t) => {
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1"),
    "POST /auth/logout": () => ({ status: 204 }),
  });
  const api = createClient({ baseUrl: server.url });
  await api.session.logIn(LOGIN);
  await api.session.logOut({ everywhere: true });
  assert.deepEqual(server.to("/auth/logout")[0]?.body, { everywhere: true, refresh_token: "refresh-1" });
  assert.deepEqual([api.session.signedIn, api.session.refreshToken], [false, null]);
});

test("logging out of a revoked session succeeds, and without a network it fails", async (t) => {
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1"),
    "POST /auth/logout": (_, count) => (count === 0 ? { drop: true } : problem(401, "refresh_token_invalid")),
  });
  const api = createClient({ baseUrl: server.url });
  await api.session.logIn(LOGIN);
  assert.ok((await failure(api.session.logOut())) instanceof NetworkError);
  assert.equal(api.session.signedIn, true);
  await api.session.logOut();
  assert.equal(api.session.signedIn, false);
});

test("answers about the account update the session's user", async (t) => {
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1"),
    "PATCH /auth/me": () => ({ body: { id: "u-1", nickname: "마루" } }),
  });
  const api = createClient({ baseUrl: server.url });
  const changes = changesOf(api);
  await api.session.logIn(LOGIN);
  await api.patch("/auth/me", { body: { nickname: "마루" } });
  assert.equal(api.session.user?.nickname, "마루");
  assert.deepEqual(changes, ["logged_in: u-1", "updated: u-1"]);
});

test("a confirmed code brings an access token that says so", async (t) => {
  const verified = { id: "u-1", nickname: "나래", verification: { state: "verified" } };
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1"),
    "POST /auth/verification/confirm": () => ({ body: verified }),
    "POST /auth/refresh": () => sessionOf("2", { user: verified }),
    "GET /boards": () => ({ body: { items: [], next_cursor: null } }),
  });
  const api = createClient({ baseUrl: server.url });
  const changes = changesOf(api);
  await api.session.logIn(LOGIN);
  await api.post("/auth/verification/confirm", { body: { code: "123456" } });
  assert.equal(api.session.user?.verification.state, "verified");
  assert.deepEqual(changes, ["logged_in: u-1", "updated: u-1"]);
  await api.get("/boards");
  assert.equal(server.to("/boards")[0]?.headers.authorization, "Bearer access-2");
});

test("a change of the account in one tab reaches the others", async (t) => {
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1"),
    "POST /auth/refresh": (_, count) => (count === 0 ? sessionOf("2") : sessionOf("3", { user: { id: "u-1", nickname: "마루" } })),
    "PATCH /auth/me": () => ({ body: { id: "u-1", nickname: "마루" } }),
  });
  const here = createClient({ baseUrl: server.url, cookies: true });
  const there = createClient({ baseUrl: server.url, cookies: true });
  await here.session.logIn(LOGIN);
  await there.session.restore();
  const changed = new Promise((resolve) => there.session.onChange((user, change) => change === "updated" && resolve(user?.nickname)));
  await here.patch("/auth/me", { body: { nickname: "마루" } });
  assert.equal(await changed, "마루");
  assert.equal(server.to("/auth/refresh").length, 2);
});

test("two tabs refresh one after the other", async (t) => {
  const server = await cookieServer(t, { conflictOnOverlap: true });
  const locks = fakeLocks();
  const tabs = [1, 2].map(() => createClient({ baseUrl: server.url, cookies: true, locks }));
  await Promise.all(tabs.map((tab) => tab.session.restore()));
  assert.deepEqual(tabs.map((tab) => tab.session.signedIn), [true, true]);
  assert.deepEqual([server.received.length, locks.most], [2, 2]);
});

test("two tabs without locks both continue after a conflict", async (t) => {
  const server = await cookieServer(t, { conflictOnOverlap: true });
  const tabs = [1, 2].map(() => createClient({ baseUrl: server.url, cookies: true }));
  await Promise.all(tabs.map((tab) => tab.session.restore()));
  assert.deepEqual(tabs.map((tab) => tab.session.signedIn), [true, true]);
});

test("a lock that no tab gives back does not stop the others", async (t) => {
  const server = await cookieServer(t);
  const locks = {
    /** @returns {Promise<never>} */
    request: () => Promise.reject(new DOMException("too long", "TimeoutError")),
  };
  const api = createClient({ baseUrl: server.url, cookies: true, locks });
  assert.equal((await api.session.restore())?.id, "u-1");
});

test("logging out in one tab logs out the others, and logging in logs them in", async (t) => {
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1"),
    "POST /auth/refresh": () => sessionOf("2"),
    "POST /auth/logout": () => ({ status: 204 }),
  });
  const here = createClient({ baseUrl: server.url, cookies: true });
  const there = createClient({ baseUrl: server.url, cookies: true });
  /** @param {string} expected @returns {Promise<void>} */
  const changed = (expected) =>
    new Promise((resolve) => {
      const stop = there.session.onChange((_, change) => change === expected && (stop(), resolve()));
    });
  const restored = changed("restored");
  await here.session.logIn(LOGIN);
  await restored;
  assert.equal(there.session.user?.id, "u-1");
  const loggedOut = changed("logged_out");
  await here.session.logOut();
  await loggedOut;
  assert.equal(there.session.user, null);
});

test("a request is not sent again for another user", async (t) => {
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1"),
    "POST /auth/refresh": () => sessionOf("2", { user: { id: "u-2" } }),
    "POST /boards/b/posts": () => problem(401, "token_expired"),
  });
  const api = createClient({ baseUrl: server.url, cookies: true });
  const changes = changesOf(api);
  await api.session.logIn(LOGIN);
  const body = { title: "제목", content: "내용", is_anonymous: true };
  assert.equal((await failure(api.post("/boards/{id}/posts", { path: { id: "b" }, body }))).status, 401);
  assert.equal(server.to("/boards/b/posts").length, 1);
  assert.deepEqual(changes, ["logged_in: u-1", "logged_in: u-2"]);
});
