// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, NetworkError, Problem } from "../../api/client.js";
import { problem, sessionOf, startServer } from "./api_server.js";

const LOGIN = { login_id: "narae", password: "gaon-maru-2026!" };
const POST = { title: "제목", content: "내용", is_anonymous: true };

/** @param {Promise<unknown>} promise @returns {Promise<any>} */
const failure = (promise) => promise.then(() => assert.fail("it succeeded"), (error) => error);

/** The key of each request. @param {import("./api_server.js").Received[]} requests */
const keys = (requests) => requests.map(({ headers }) => headers["idempotency-key"]);

test("path parameters and the query are encoded", async (t) => {
  const server = await startServer(t, {
    "GET /boards/a%2Fb%20%EA%B0%80%3F/posts?cursor=x%26y": () => ({ body: { items: [], next_cursor: null } }),
    "GET /boards/b/posts": () => ({ body: { items: [], next_cursor: null } }),
  });
  const api = createClient({ baseUrl: `${server.url}/` });
  await api.get("/boards/{id}/posts", { path: { id: "a/b 가?" }, query: { cursor: "x&y" } });
  await api.get("/boards/{id}/posts", { path: { id: "b" }, query: { cursor: null, limit: undefined } });
});

test("a path parameter cannot lead to another resource", async (t) => {
  const server = await startServer(t, {});
  const api = createClient({ baseUrl: server.url });
  for (const id of ["", ".", ".."]) {
    const error = await failure(api.delete("/posts/{id}", { path: { id } }));
    assert.equal(error.code, "not_found");
  }
  assert.equal(server.received.length, 0);
  // @ts-expect-error The id is missing.
  assert.ok((await failure(api.get("/posts/{id}"))) instanceof TypeError);
});

test("the language is sent with each request", async (t) => {
  let language = "ko";
  const server = await startServer(t, { "GET /schools": () => ({ body: { items: [], next_cursor: null } }) });
  const api = createClient({ baseUrl: server.url, language: () => language });
  await api.get("/schools");
  language = "en";
  await api.get("/schools");
  assert.deepEqual(server.received.map(({ headers }) => headers["accept-language"]), ["ko", "en"]);
});

test("an answer without content is undefined, and a calendar is text", async (t) => {
  const server = await startServer(t, {
    "PUT /boards/b/pin": () => ({ status: 204 }),
    "POST /auth/login-id-reminder": () => ({ status: 202 }),
    "GET /timetables/t/calendar.ics": () => ({ body: "BEGIN:VCALENDAR", headers: { "Content-Type": "text/calendar; charset=utf-8" } }),
  });
  const api = createClient({ baseUrl: server.url });
  assert.equal(await api.put("/boards/{id}/pin", { path: { id: "b" } }), undefined);
  assert.equal(await api.post("/auth/login-id-reminder", { body: { email: "narae@gaon.example" } }), undefined);
  assert.equal(await api.get("/timetables/{id}/calendar.ics", { path: { id: "t" } }), "BEGIN:VCALENDAR");
});

test("a problem has its code, detail, fields and request id", async (t) => {
  const errors = [{ field: "title", code: "too_long", detail: "100자 이하여야 합니다." }];
  const server = await startServer(t, { "POST /boards/b/posts": () => problem(422, "validation_failed", { errors, clashes_with: { title: "영화" } }) });
  const api = createClient({ baseUrl: server.url });
  const error = await failure(api.post("/boards/{id}/posts", { path: { id: "b" }, body: POST }));
  assert.ok(error instanceof Problem);
  assert.deepEqual(
    [error.status, error.code, error.detail, error.message, error.errors, error.requestId, error.retryAfter],
    [422, "validation_failed", "validation_failed!", "validation_failed!", errors, "r-1", null],
  );
  assert.equal(error.body.clashes_with?.title, "영화");
});

test("a 429 says when to try again", async (t) => {
  const inAMinute = new Date(Date.now() + 60_000).toUTCString();
  const server = await startServer(t, {
    "GET /boards": (_, count) => ({ ...problem(429, "rate_limited"), headers: { "Retry-After": ["7", inAMinute, "soon"][count] ?? "" } }),
  });
  const api = createClient({ baseUrl: server.url });
  assert.equal((await failure(api.get("/boards"))).retryAfter, 7);
  const seconds = (await failure(api.get("/boards"))).retryAfter;
  assert.ok(seconds > 30 && seconds <= 60, String(seconds));
  assert.equal((await failure(api.get("/boards"))).retryAfter, null);
});

test("what a gateway answers is a problem in the user's language", async (t) => {
  let language = "ko";
  const statuses = [429, 413, 503, 504, 500];
  const server = await startServer(t, {
    "GET /boards": (_, count) => ({ status: statuses[count % 5], body: { message: "Too Many Requests" } }),
    "GET /friends": () => ({ status: 502, body: "<html>Bad Gateway</html>" }),
  });
  const api = createClient({ baseUrl: server.url, language: () => language });
  const codes = [];
  for (const status of statuses) {
    const error = await failure(api.get("/boards"));
    assert.equal(error.status, status);
    assert.match(error.detail, /[가-힣]/);
    codes.push(error.code);
  }
  assert.deepEqual(codes, ["rate_limited", "payload_too_large", "unavailable", "unavailable", "internal"]);
  language = "en";
  const error = await failure(api.get("/friends"));
  assert.deepEqual([error.code, error.detail], ["unavailable", "The service is temporarily unavailable. Try again later."]);
});

test("without a usable answer it is a network error", async (t) => {
  const server = await startServer(t, {
    "GET /boards": () => ({ drop: true }),
    "GET /schools": () => ({ body: "<html>Log in to this Wi-Fi</html>" }),
    "GET /friends": () => ({ body: "{", headers: { "Content-Type": "application/json" } }),
  });
  const api = createClient({ baseUrl: server.url });
  assert.ok((await failure(api.get("/boards"))) instanceof NetworkError);
  assert.ok((await failure(api.get("/schools"))) instanceof NetworkError);
  assert.ok((await failure(api.get("/friends"))) instanceof NetworkError);
});

test("a request that takes too long is a network error, and a cancelled one is not", async (t) => {
  /** @type {() => void} */
  let arrived = () => {};
  const server = await startServer(t, { "GET /boards": () => (arrived(), new Promise(() => {})) });
  const hasty = createClient({ baseUrl: server.url, timeout: 1 });
  assert.ok((await failure(hasty.get("/boards"))) instanceof NetworkError);

  const api = createClient({ baseUrl: server.url });
  const stop = new AbortController();
  arrived = () => stop.abort();
  assert.equal((await failure(api.get("/boards", { signal: stop.signal }))).name, "AbortError");
  assert.equal((await failure(api.get("/boards", { signal: stop.signal }))).name, "AbortError");
});

test("each POST has its own idempotency key, or the caller's", async (t) => {
  const server = await startServer(t, {
    "POST /boards/b/posts": () => ({ status: 201, body: { id: "p" } }),
    "PATCH /posts/p": () => ({ body: { id: "p" } }),
  });
  const api = createClient({ baseUrl: server.url });
  const request = { path: { id: "b" }, body: POST };
  await api.post("/boards/{id}/posts", request);
  await api.post("/boards/{id}/posts", request);
  await api.post("/boards/{id}/posts", { ...request, idempotencyKey: "mine" });
  await api.patch("/posts/{id}", { path: { id: "p" }, body: { title: "새 제목" } });
  const [first, second, third, patch] = keys(server.received);
  assert.match(String(first), /^[0-9a-f]{32}$/);
  assert.notEqual(first, second);
  assert.deepEqual([third, patch], ["mine", undefined]);
});

test("a write with an expired token is sent again with the same key", async (t) => {
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1"),
    "POST /auth/refresh": () => sessionOf("2"),
    "POST /boards/b/posts": ({ headers }) =>
      headers.authorization === "Bearer access-2" ? { status: 201, body: { id: "p" } } : problem(401, "token_expired"),
  });
  const api = createClient({ baseUrl: server.url });
  await api.session.logIn(LOGIN);
  assert.deepEqual(await api.post("/boards/{id}/posts", { path: { id: "b" }, body: POST }), { id: "p" });
  const [first, second] = server.to("/boards/b/posts");
  assert.deepEqual(server.to("/auth/refresh").map(({ body }) => body), [{ refresh_token: "refresh-1" }]);
  assert.equal(first?.headers["idempotency-key"], second?.headers["idempotency-key"]);
  assert.deepEqual([first?.body, second?.body], [POST, POST]);
  assert.equal(api.session.refreshToken, "refresh-2");
});

test("requests that expire together share one refresh", async (t) => {
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1"),
    "POST /auth/refresh": () => sessionOf("2"),
    "GET /boards": ({ headers }) =>
      headers.authorization === "Bearer access-2" ? { body: { items: [], next_cursor: null } } : problem(401, "token_expired"),
  });
  const api = createClient({ baseUrl: server.url });
  await api.session.logIn(LOGIN);
  await Promise.all([1, 2, 3, 4].map(() => api.get("/boards")));
  assert.equal(server.to("/auth/refresh").length, 1);
  assert.equal(server.to("/boards").length, 8);
});

test("a token that is about to expire is refreshed before the request", async (t) => {
  const server = await startServer(t, {
    "POST /auth/login": () => sessionOf("1", { expires_in: 0 }),
    "POST /auth/refresh": () => sessionOf("2"),
    "GET /boards": () => ({ body: { items: [], next_cursor: null } }),
  });
  const api = createClient({ baseUrl: server.url });
  await api.session.logIn(LOGIN);
  await Promise.all([api.get("/boards"), api.get("/boards")]);
  assert.deepEqual(server.to("/boards").map(({ headers }) => headers.authorization), ["Bearer access-2", "Bearer access-2"]);
  assert.equal(server.to("/auth/refresh").length, 1);
});

test("a request whose problem is solved is sent again with the same key, once for each code", async (t) => {
  const codes = ["school_unverified", "consent_needed"];
  const server = await startServer(t, {
    "POST /boards/b/posts": (_, count) => (codes[count] ? problem(403, codes[count]) : { status: 201, body: { id: "p-1" } }),
    "POST /boards/c/posts": () => problem(403, "consent_needed"),
  });
  /** @type {string[]} */
  const asked = [];
  const api = createClient({ baseUrl: server.url, onProblem: async ({ code }) => asked.push(code) > 0 });
  await api.post("/boards/{id}/posts", { path: { id: "b" }, body: POST });
  assert.deepEqual(asked, codes);
  const sent = keys(server.to("/boards/b/posts"));
  assert.deepEqual([sent.length, new Set(sent).size], [3, 1]);
  assert.equal((await failure(api.post("/boards/{id}/posts", { path: { id: "c" }, body: POST }))).code, "consent_needed");
  assert.equal(server.to("/boards/c/posts").length, 2);
});

test("a problem that is not solved is thrown, and a network error is no problem", async (t) => {
  const server = await startServer(t, { "GET /boards": (_, count) => (count === 0 ? problem(403, "school_unverified") : { drop: true }) });
  let asked = 0;
  const api = createClient({ baseUrl: server.url, onProblem: async () => (asked += 1) > 5 });
  assert.equal((await failure(api.get("/boards"))).code, "school_unverified");
  assert.ok((await failure(api.get("/boards"))) instanceof NetworkError);
  assert.deepEqual([asked, server.received.length], [1, 2]);
});

test("the types know paths, bodies and answers", () => {
  /** @param {import("campus-api").Client} api */
  const check = async (api) => {
    /** @type {string | null} */
    const cursor = (await api.get("/posts/mine")).next_cursor;
    /** @type {import("campus-api").Schema<"Post">} */
    const post = await api.post("/boards/{id}/posts", { path: { id: "b" }, body: POST, idempotencyKey: "k" });
    /** @type {undefined} */
    const nothing = await api.delete("/posts/{id}", { path: { id: post.id } });
    /** @type {string} */
    const calendar = await api.get("/timetables/{id}/calendar.ics", { path: { id: "t" } });
    // @ts-expect-error No such path.
    await api.get("/post");
    // @ts-expect-error The path has no such method.
    await api.post("/posts/mine");
    // @ts-expect-error The body is missing.
    await api.post("/boards/{id}/posts", { path: { id: "b" } });
    // @ts-expect-error The body has a wrong type.
    await api.post("/boards/{id}/posts", { path: { id: "b" }, body: { ...POST, title: 1 } });
    // @ts-expect-error The query has no such parameter.
    await api.get("/posts/mine", { query: { page: 1 } });
    // @ts-expect-error The semester is missing.
    await api.get("/lectures", { query: { query: "영화" } });
    return { cursor, nothing, calendar };
  };
  assert.equal(typeof check, "function");
});
