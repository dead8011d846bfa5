// @ts-check

import { NetworkError, ownProblem, Problem, problemOf } from "./errors.js";

/** @typedef {{ path?: object, query?: object, body?: unknown, idempotencyKey?: string, signal?: AbortSignal, onHeaders?: (headers: Headers) => void }} Request */
/** @typedef {Request & { token?: string | null, keepalive?: boolean }} Sent `keepalive`: goes on when the page is left. */

/** How often a request is sent again that the service has shed. */
const MAX_RETRIES = 3;

/** The longest pause before that, in seconds. The service asks for up to 4. */
const MAX_PAUSE = 10;

/** Sends requests, and throws a `Problem` or a `NetworkError` if they do not succeed. */
export class Transport {
  /** @param {import("./types.d.ts").ClientOptions} options */
  constructor({ baseUrl = "/api", language, timeout = 30_000, fetch }) {
    this.baseUrl = baseUrl.replace(/\/+$/, "");
    this.language = language ?? (() => undefined);
    this.timeout = timeout;
    this.fetch = fetch ?? globalThis.fetch;
  }

  /**
   * Sends a request. If the service sheds it, waits as long as the answer says and sends it again: nothing was done then.
   * @param {string} method
   * @param {string} path
   * @param {Sent} request
   * @returns {Promise<any>} the parsed body
   */
  async send(method, path, request) {
    for (let retries = 0; ; retries += 1) {
      try {
        return await this.#attempt(method, path, request);
      } catch (error) {
        const isShed = error instanceof Problem && error.code === "busy";
        const seconds = isShed ? (error.retryAfter ?? 1) : 0;
        if (!isShed || retries === MAX_RETRIES || seconds > MAX_PAUSE) {
          throw error;
        }
        await pause(seconds, request.signal);
      }
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Sent} request
   */
  async #attempt(method, path, { path: names, query, body, idempotencyKey, signal, onHeaders, token, keepalive }) {
    const language = this.language();
    const url = this.baseUrl + this.#filled(path, names) + search(query);
    const headers = new Headers();
    /** @param {string} name @param {string | null | undefined} value */
    const set = (name, value) => value && headers.set(name, value);
    set("Accept-Language", language);
    set("Authorization", token && `Bearer ${token}`);
    set("Idempotency-Key", idempotencyKey);
    set("Content-Type", body === undefined ? null : "application/json");

    signal?.throwIfAborted();
    const stop = new AbortController();
    const cancel = () => stop.abort();
    const timer = setTimeout(cancel, this.timeout);
    signal?.addEventListener("abort", cancel);
    try {
      const { fetch } = this;
      const json = body === undefined ? undefined : JSON.stringify(body);
      const response = await fetch(url, { method, headers, body: json, credentials: "same-origin", signal: stop.signal, keepalive });
      if (!response.ok) {
        throw await problemOf(response, language);
      }
      const content = await bodyOf(response);
      onHeaders?.(response.headers);
      return content;
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof Problem ? error : new NetworkError(error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
    }
  }

  /**
   * The path with its parameters.
   * @param {string} path
   * @param {object | undefined} names
   */
  #filled(path, names) {
    const values = new Map(Object.entries(names ?? {}));
    return path.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values.get(name);
      if (value === undefined) {
        throw new TypeError(`${path} needs a value for ${name}.`);
      }
      // URLs cannot have these as a segment of their path, so they would name another resource.
      if (["", ".", ".."].includes(String(value))) {
        throw ownProblem(404, "not_found", this.language());
      }
      return encodeURIComponent(value);
    });
  }
}

/**
 * Waits some seconds, or until the signal aborts.
 * @param {number} seconds
 * @param {AbortSignal} [signal]
 */
async function pause(seconds, signal) {
  await new Promise((resolve) => {
    const timer = setTimeout(end, seconds * 1000);
    signal?.addEventListener("abort", end);
    function end() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve(undefined);
    }
  });
}

/**
 * The query string of the parameters that have a value.
 * @param {object | undefined} query
 */
function search(query) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null) {
      parameters.append(name, String(value));
    }
  }
  const text = parameters.toString();
  return text && `?${text}`;
}

/**
 * The body of a success: parsed JSON, the text of a calendar or picture, or nothing.
 * @param {Response} response
 */
async function bodyOf(response) {
  const type = response.headers.get("Content-Type") ?? "";
  if (response.status === 204 || (response.status === 202 && type === "")) {
    return undefined;
  }
  if (type.startsWith("application/json")) {
    return response.json();
  }
  if (type.startsWith("text/calendar") || type.startsWith("image/svg+xml")) {
    return response.text();
  }
  // For example, the login page of a public Wi-Fi.
  throw new TypeError(`unexpected content type ${type}`);
}
