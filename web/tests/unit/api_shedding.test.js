// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../../api/client.js";
import { problem, sessionOf } from "./api_server.js";

const POST = { title: "제목", content: "내용", is_anonymous: true };

/**
 * A client without a server, whose pauses take no time. It gets these answers in turn: status, code and `Retry-After`.
 * @param {import("node:test").TestContext} t
 * @param {[number, string, number?][]} answers
 */
function hastyClient(t, answers) {
  /** @type {number[]} */
  const pauses = [];
  /** @type {RequestInit[]} */
  const sent = [];
  const { setTimeout } = globalThis;
  t.mock.method(globalThis, "setTimeout", (/** @type {() => void} */ work, /** @type {number} */ ms) => {
    // The limit of the client for an answer.
    if (ms === 30_000) return setTimeout(work, ms);
    pauses.push(ms / 1000);
    return setTimeout(work, 0);
  });
  /** @param {unknown} _ @param {RequestInit} [init] */
  const fetch = async (_, init = {}) => {
    const [status, code, retryAfter] = answers[sent.push(init) - 1] ?? assert.fail("a request too many");
    const { body } = status < 400 ? sessionOf(code) : problem(status, code);
    const headers = { "Content-Type": "application/json", ...(retryAfter && { "Retry-After": String(retryAfter) }) };
    return new Response(JSON.stringify(body), { status, headers });
  };
  return { api: createClient({ fetch, baseUrl: "http://campus.example", refreshToken: "refresh-0" }), pauses, sent };
}

/** @param {Promise<unknown>} promise @returns {Promise<any>} */
const failure = (promise) => promise.then(() => assert.fail("it succeeded"), (error) => error);

test("what the service sheds is sent again with the same key, after the pause that it asks for", async (t) => {
  const { api, pauses, sent } = hastyClient(t, [[503, "busy", 2], [503, "busy", 4], [503, "busy", 1], [201, "1"]]);
  await api.post("/boards/{id}/posts", { path: { id: "b" }, body: POST });
  assert.deepEqual(pauses, [2, 4, 1]);
  assert.equal(new Set(sent.map(({ headers }) => new Headers(headers).get("Idempotency-Key"))).size, 1);
  assert.deepEqual(sent.map(({ body }) => JSON.parse(String(body))), [POST, POST, POST, POST]);
});

test("what the service sheds is sent four times at most", async (t) => {
  const { api, sent } = hastyClient(t, Array(4).fill([503, "busy", 1]));
  assert.equal((await failure(api.post("/posts/{id}/like", { path: { id: "p" } }))).code, "busy");
  assert.equal(sent.length, 4);
});

test("what an unavailable service may have done is not sent again", async (t) => {
  const { api, sent } = hastyClient(t, [[503, "unavailable", 1]]);
  assert.equal((await failure(api.post("/posts/{id}/like", { path: { id: "p" } }))).code, "unavailable");
  assert.equal(sent.length, 1);
});

test("a refresh that the service sheds is sent again", async (t) => {
  const { api, pauses } = hastyClient(t, [[503, "busy", 3], [200, "1"]]);
  assert.equal((await api.session.restore())?.id, "u-1");
  assert.deepEqual(pauses, [3]);
});

test("what may be sent again only after a long pause is not sent again", async (t) => {
  const { api, pauses, sent } = hastyClient(t, [[503, "busy", 11]]);
  assert.equal((await failure(api.post("/posts/{id}/like", { path: { id: "p" } }))).retryAfter, 11);
  assert.deepEqual([pauses, sent.length], [[], 1]);
});

test("a request that is cancelled during a pause is not sent again", async (t) => {
  const stop = new AbortController();
  const { setTimeout } = globalThis;
  t.mock.method(globalThis, "setTimeout", (/** @type {() => void} */ work, /** @type {number} */ ms) => {
    if (ms === 10_000) queueMicrotask(() => stop.abort());
    return setTimeout(work, ms);
  });
  let sent = 0;
  const fetch = async () => {
    sent += 1;
    return new Response(JSON.stringify(problem(503, "busy").body), { status: 503, headers: { "Retry-After": "10" } });
  };
  const error = await failure(createClient({ fetch }).post("/posts/{id}/like", { path: { id: "p" }, signal: stop.signal }));
  assert.deepEqual([error.name, sent], ["AbortError", 1]);
});
