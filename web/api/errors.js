// @ts-check

/** @typedef {import("./schema.d.ts").components["schemas"]["Problem"]} ProblemBody */

/** @typedef {keyof typeof TEXTS} Code */

/** What the user reads if the answer is not from the service itself, but from a gateway in front of it, or from this client. */
const TEXTS = {
  payload_too_large: { ko: "요청 본문이 너무 큽니다.", en: "The request body is too large." },
  rate_limited: {
    ko: "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.",
    en: "There were too many requests. Try again later.",
  },
  unavailable: {
    ko: "지금은 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.",
    en: "The service is temporarily unavailable. Try again later.",
  },
  token_invalid: {
    ko: "로그인 정보가 올바르지 않습니다. 다시 로그인해 주세요.",
    en: "The access token is not valid. Log in again.",
  },
  not_found: { ko: "찾을 수 없습니다.", en: "The resource was not found." },
  internal: { ko: "서버에 문제가 생겼습니다.", en: "Something went wrong on the server." },
};

/** @type {Record<number, Code>} */
const GATEWAY_CODES = { 413: "payload_too_large", 429: "rate_limited", 502: "unavailable", 503: "unavailable", 504: "unavailable" };

/** An answer that is not a success. */
export class Problem extends Error {
  /**
   * @param {ProblemBody} body
   * @param {number | null} retryAfter
   */
  constructor(body, retryAfter = null) {
    super(body.detail);
    this.name = "Problem";
    this.status = body.status;
    this.code = body.code;
    this.detail = body.detail;
    this.errors = body.errors ?? [];
    /** @type {string | null} */
    this.requestId = body.request_id || null;
    this.retryAfter = retryAfter;
    this.body = body;
  }
}

/** No usable answer: the request may or may not have had its effect. */
export class NetworkError extends Error {
  /** @param {unknown} cause */
  constructor(cause) {
    super("The service cannot be reached.", { cause });
    this.name = "NetworkError";
  }
}

/**
 * @param {Response} response
 * @param {string | undefined} language
 */
export async function problemOf(response, language) {
  const retryAfter = secondsOf(response.headers.get("Retry-After"));
  const body = await response.json().catch(() => null);
  if (typeof body?.code === "string") {
    return new Problem(body, retryAfter);
  }
  const code = GATEWAY_CODES[response.status] ?? "internal";
  const title = typeof body?.message === "string" ? body.message : response.statusText;
  return ownProblem(response.status, code, language, { title, retryAfter, requestId: response.headers.get("X-Request-Id") });
}

/**
 * A problem that the service did not describe.
 * @param {number} status
 * @param {Code} code
 * @param {string | undefined} language
 * @param {{ title?: string, retryAfter?: number | null, requestId?: string | null }} [more]
 */
export function ownProblem(status, code, language, { title = code, retryAfter = null, requestId = null } = {}) {
  const detail = TEXTS[code][language?.startsWith("en") ? "en" : "ko"];
  const request_id = requestId ?? "";
  return new Problem({ type: `urn:campus:problem:${code}`, title, status, code, detail, request_id }, retryAfter);
}

/**
 * The number of seconds in a `Retry-After` header, which has a number or a date.
 * @param {string | null} header
 */
function secondsOf(header) {
  if (header === null || header === "") {
    return null;
  }
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}
