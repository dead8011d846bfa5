// @ts-check

import { NetworkError, ownProblem, Problem } from "./errors.js";
import { Session } from "./session.js";
import { Transport } from "./transport.js";

export { NetworkError, Problem };

/** The codes of a 401 after which new tokens can help. */
const STALE_TOKEN = ["token_expired", "token_missing", "token_invalid"];

/** The paths whose answers are the account. */
const ACCOUNT_PATHS = ["/auth/me", "/auth/me/consents", "/auth/verification/confirm"];

/**
 * Creates a client. See types.d.ts for what it takes and returns.
 * @type {typeof import("./types.d.ts").createClient}
 */
export function createClient(options = {}) {
  const transport = new Transport(options);
  const session = new Session(transport, options);
  /** @param {string} method */
  const sender = (method) => {
    /** @param {string} path @param {import("./transport.js").Request} [request] */
    return (path, request = {}) => {
      const idempotencyKey = method === "POST" ? (request.idempotencyKey ?? randomKey()) : undefined;
      const attempt = () => send(transport, session, method, path, { ...request, idempotencyKey });
      return options.onProblem ? untilAnswered(attempt, options.onProblem) : attempt();
    };
  };
  const methods = { get: sender("GET"), post: sender("POST"), put: sender("PUT"), patch: sender("PATCH"), delete: sender("DELETE") };
  return /** @type {any} */ ({ ...methods, session });
}

/**
 * Makes attempts, as long as `onProblem` solves the problems: each code once.
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {(problem: Problem) => Promise<boolean>} onProblem
 */
async function untilAnswered(attempt, onProblem) {
  const solved = new Set();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Problem) || solved.has(error.code) || !(await onProblem(error))) {
        throw error;
      }
      solved.add(error.code);
    }
  }
}

/**
 * Sends a request with the access token. If the token is out of date, gets new tokens and sends the request again, with the
 * same idempotency key.
 * @param {Transport} transport
 * @param {Session} session
 * @param {string} method
 * @param {string} path
 * @param {import("./transport.js").Request} request
 */
async function send(transport, session, method, path, request) {
  const userId = session.user?.id;
  /** @param {string | null} staleToken */
  const attempt = async (staleToken) => {
    const token = await session.token(staleToken);
    // Another tab can log in somebody else, whose session must not send what this user wrote.
    if (userId !== undefined && session.user?.id !== userId) {
      throw ownProblem(401, "token_invalid", transport.language());
    }
    return { token, answer: transport.send(method, path, { ...request, token }) };
  };
  const { token, answer } = await attempt(null);
  const body = await answer.catch(async (error) => {
    const isStale = error instanceof Problem && error.status === 401 && STALE_TOKEN.includes(error.code);
    if (!isStale || !session.canRefresh) {
      throw error;
    }
    return (await attempt(token ?? "")).answer;
  });
  if (path === "/auth/verification/confirm" && session.signedIn) {
    // Access tokens say whether the account is verified.
    await session.restore().catch(() => {});
  }
  if (ACCOUNT_PATHS.includes(path) && body) {
    session.update(body);
  }
  return body;
}

function randomKey() {
  // `crypto.randomUUID` needs a secure context, which a phone has not that opens `campus dev` in the local network.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
