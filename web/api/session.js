// @ts-check

import { Problem } from "./errors.js";

/** @typedef {import("./types.d.ts").User} User */
/** @typedef {import("./types.d.ts").SessionChange} SessionChange */

/** The name of the lock and of the channel that all tabs share. */
const SHARED_NAME = "campus-session";
/** How long a tab waits for the others, in milliseconds. The service refuses what still overlaps with a conflict. */
const LOCK_WAIT = 10_000;
const CONFLICTS = ["refresh_conflict", "conflict"];
/** The codes of the service that end a session. A refusal of a gateway or a firewall has none of them. */
const ENDS = ["refresh_token_invalid", "refresh_token_reused", "account_suspended"];
const MAX_ATTEMPTS = 5;

/** The user who is logged in, with tokens that stay in memory. */
export class Session {
  /** @type {User | null} */
  user = null;
  /** @type {string | null} The last device token, which tells the service that a login comes from a known device. */
  deviceToken = null;
  /** @type {string | null} Null if the browser keeps it in a cookie. */
  refreshToken;
  /** Whether the service may give new tokens. */
  canRefresh;
  #transport;
  #cookies;
  #exclusively;
  /** @type {BroadcastChannel | undefined} */
  #tabs;
  /** @type {string | null} */
  #accessToken = null;
  #expiresAt = 0;
  /** @type {Promise<void> | null} */
  #refreshing = null;
  /** @type {Set<(user: User | null, change: SessionChange) => void>} */
  #listeners = new Set();

  /**
   * @param {import("./transport.js").Transport} transport
   * @param {import("./types.d.ts").ClientOptions} options
   */
  constructor(transport, { cookies = "document" in globalThis, refreshToken = null, locks = globalThis.navigator?.locks }) {
    this.#transport = transport;
    this.#cookies = cookies;
    this.refreshToken = refreshToken;
    this.canRefresh = cookies || refreshToken !== null;
    this.#exclusively = cookies && locks ? acrossTabs(locks) : withinTab();
    if (cookies && "BroadcastChannel" in globalThis) {
      this.#tabs = new BroadcastChannel(SHARED_NAME);
      this.#tabs.onmessage = ({ data }) => this.#otherTabChanged(data);
      // Node waits for an open channel.
      /** @type {any} */ (this.#tabs).unref?.();
    }
  }

  get signedIn() {
    return this.user !== null;
  }

  /**
   * The access token. Gets a new one if there is none that is valid, or if it is `staleToken`.
   * @param {string | null} [staleToken]
   */
  async token(staleToken = null) {
    if (staleToken !== null && staleToken === (this.#accessToken ?? "")) {
      await this.#refresh();
    } else if (this.signedIn && Date.now() >= this.#expiresAt) {
      await this.#refresh();
    } else if (this.#refreshing && !this.signedIn) {
      await this.#refreshing.catch(() => {});
    }
    return this.#accessToken;
  }

  async restore() {
    try {
      await this.#refresh();
    } catch (error) {
      if (!isEnd(error)) {
        throw error;
      }
    }
    return this.user;
  }

  /** @param {import("./types.d.ts").LogIn} body */
  async logIn(body) {
    const deviceToken = this.#cookies || this.deviceToken === null ? {} : { device_token: this.deviceToken };
    return this.#begin("/auth/login", { ...deviceToken, ...body });
  }

  /** @param {import("./types.d.ts").SignUp} body */
  async signUp(body) {
    return this.#begin("/auth/signup", body);
  }

  /** @param {{ everywhere?: boolean }} [options] */
  async logOut(options = {}) {
    await this.#exclusively(() => this.#send("/auth/logout", { ...options, ...this.#proof() })).catch((error) => {
      if (!isEnd(error)) {
        throw error;
      }
    });
    this.#end("logged_out");
  }

  /** @param {(user: User | null, change: SessionChange) => void} listener */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Takes over the account from an answer. Other tabs get it, and new tokens, from the service. @param {User} user */
  update(user) {
    if (this.user?.id === user.id && !isEqual(this.user, user)) {
      this.user = user;
      this.#notify("updated");
      this.#tabs?.postMessage({ change: "updated", userId: user.id });
    }
  }

  /** @param {string} path @param {object} body */
  async #begin(path, body) {
    await this.#exclusively(async () => this.#accept(await this.#send(path, body), "logged_in"));
    this.#tabs?.postMessage({ change: "logged_in", userId: this.user?.id });
    return this.user;
  }

  /** Gets new tokens. Requests that need them at the same time share one refresh. */
  #refresh() {
    const before = this.user?.id;
    this.#refreshing ??= this.#exclusively(() => this.#send("/auth/refresh", this.#proof()))
      .then((answer) => this.#accept(answer, before === undefined ? "restored" : "logged_in"))
      .catch((error) => {
        if (isEnd(error)) {
          this.#end("ended");
        }
        throw error;
      })
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }

  #proof() {
    return this.#cookies || this.refreshToken === null ? {} : { refresh_token: this.refreshToken };
  }

  /**
   * Sends a request about the session, again if another tab has changed the session at the same time: by then, the browser
   * has the new cookie.
   * @param {string} path
   * @param {object} body
   */
  async #send(path, body) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        // If the user leaves the page meanwhile, the browser still has to store the new cookie.
        return await this.#transport.send("POST", path, { body, keepalive: this.#cookies });
      } catch (error) {
        const isConflict = error instanceof Problem && CONFLICTS.includes(error.code);
        if (!isConflict || attempt === MAX_ATTEMPTS) {
          throw error;
        }
        const pause = 50 * 2 ** attempt * (0.5 + Math.random());
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /** @param {import("./types.d.ts").SessionAnswer} answer @param {SessionChange} change */
  #accept(answer, change) {
    const isSame = this.user?.id === answer.user.id;
    const isChanged = !isEqual(this.user, answer.user);
    this.#accessToken = answer.access_token;
    // A little early, for the way to the service.
    this.#expiresAt = Date.now() + answer.expires_in * 1000 * 0.95;
    this.refreshToken = this.#cookies ? null : answer.refresh_token;
    this.deviceToken = answer.device_token ?? this.deviceToken;
    this.canRefresh = true;
    this.user = answer.user;
    if (isChanged) {
      this.#notify(isSame ? "updated" : change);
    }
  }

  /** @param {"logged_out" | "ended"} change */
  #end(change) {
    const wasSignedIn = this.signedIn;
    this.#forget();
    if (wasSignedIn) {
      this.#notify(change);
      this.#tabs?.postMessage({ change });
    }
  }

  #forget() {
    this.user = null;
    this.refreshToken = null;
    this.#accessToken = null;
    this.canRefresh = false;
  }

  /** @param {SessionChange} change */
  #notify(change) {
    for (const listener of this.#listeners) {
      listener(this.user, change);
    }
  }

  /** @param {{ change: SessionChange, userId?: string }} message */
  #otherTabChanged({ change, userId }) {
    if (change === "logged_in" || change === "updated") {
      if ((this.user?.id === userId) === (change === "updated")) {
        this.canRefresh = true;
        this.#refresh().catch(() => {});
      }
    } else if (this.signedIn) {
      this.#forget();
      this.#notify(change);
    }
  }
}

/** @param {User | null} before @param {User} after */
const isEqual = (before, after) => JSON.stringify(before) === JSON.stringify(after);

/**
 * Whether the error says that the session has ended.
 * @param {unknown} error
 */
function isEnd(error) {
  return error instanceof Problem && ENDS.includes(error.code);
}

/**
 * Runs one piece of work at a time in all tabs.
 * @param {import("./types.d.ts").Locks} locks
 */
function acrossTabs(locks) {
  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  return async (work) => {
    let isStarted = false;
    const run = () => {
      isStarted = true;
      return work();
    };
    try {
      return await locks.request(SHARED_NAME, { signal: AbortSignal.timeout(LOCK_WAIT) }, run);
    } catch (error) {
      // The system has suspended the tab that has the lock.
      if (isStarted) {
        throw error;
      }
      return work();
    }
  };
}

/** Runs one piece of work at a time. */
function withinTab() {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}
