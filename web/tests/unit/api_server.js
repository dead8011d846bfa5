// @ts-check
import { once } from "node:events";
import http from "node:http";

/** @typedef {{ method: string, path: string, headers: http.IncomingHttpHeaders, body: any }} Received */
/** @typedef {{ status?: number, headers?: Record<string, string>, body?: unknown, drop?: boolean }} Answer */
/** @typedef {(request: Received, count: number) => Answer | Promise<Answer>} Handler */

/**
 * Starts a server that answers each `METHOD /path` with its handler, which also gets how often it ran before.
 * @param {import("node:test").TestContext} test
 * @param {Record<string, Handler>} handlers
 */
export async function startServer(test, handlers) {
  /** @type {Received[]} */
  const received = [];
  const server = http.createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) {
      text += chunk;
    }
    const { method = "", url: path = "", headers } = request;
    const call = { method, path, headers, body: text === "" ? undefined : JSON.parse(text) };
    const count = received.filter((earlier) => earlier.method === method && earlier.path === path).length;
    received.push(call);
    const handler = handlers[`${method} ${path}`] ?? (() => problem(404, "not_found"));
    const { status = 200, headers: more = {}, body, drop } = await handler(call, count);
    if (drop) {
      request.socket.destroy();
      return;
    }
    const type = typeof body === "string" ? "text/html" : status < 400 ? "application/json" : "application/problem+json";
    response.writeHead(status, body === undefined ? more : { "Content-Type": type, ...more });
    response.end(typeof body === "string" || body === undefined ? body : JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    /** @param {string} path */
    to: (path) => received.filter((request) => request.path === path),
  };
}

/**
 * @param {number} status
 * @param {string} code
 * @param {object} [more]
 * @returns {Answer}
 */
export function problem(status, code, more = {}) {
  return { status, body: { type: `urn:campus:problem:${code}`, title: code, status, code, detail: `${code}!`, request_id: "r-1", ...more } };
}

/**
 * The answer to a login or refresh: the tokens carry `name`.
 * @param {string} name
 * @param {object} [more]
 * @returns {Answer}
 */
export function sessionOf(name, more = {}) {
  const tokens = { access_token: `access-${name}`, refresh_token: `refresh-${name}`, token_type: "Bearer", expires_in: 600 };
  return { body: { user: { id: "u-1", nickname: "나래" }, ...tokens, ...more } };
}
