// @ts-check

/** @typedef {import("@playwright/test").BrowserContext} BrowserContext */
/** @typedef {string | RegExp} Expected */

/**
 * Finds what must never happen on a page: a violation of the Content-Security-Policy, an error in the console or a script, a
 * refused or failed request, and a request to another origin.
 */
export class Guard {
  /** @type {string[]} */
  #found = [];
  /** @type {Expected[]} */
  #expected = ["401 POST /api/auth/refresh"];
  /** @type {Set<string>} */
  #origins;

  /** @param {string[]} origins The origins that pages may use. */
  constructor(origins) {
    this.#origins = new Set(origins);
  }

  /**
   * Expects refused or failed requests: a part of `404 GET /api/posts/x` or `net::ERR_FAILED GET /api/posts`.
   * @param {...Expected} requests
   */
  expect(...requests) {
    this.#expected.push(...requests);
  }

  /** What has happened so far. */
  get found() {
    return this.#found.filter((event) => !this.#expected.some((part) => (typeof part === "string" ? event.includes(part) : part.test(event))));
  }

  /** Watches all pages of the context. @param {BrowserContext} context */
  async watch(context) {
    await context.exposeBinding("campusViolation", (_, text) => this.#found.push(`CSP: ${text}`));
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile, lineNumber, sample }) => {
        const text = `${effectiveDirective} ${blockedURI} ${sample} at ${sourceFile}:${lineNumber}`;
        /** @type {any} */ (globalThis).campusViolation(text);
      });
    });
    context.on("console", (message) => {
      // Refused and failed requests are recorded with their method and status.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        this.#found.push(`console: ${message.text()} (${message.location().url})`);
      }
    });
    context.on("weberror", (error) => this.#found.push(`error: ${error.error().stack}`));
    context.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith("http") && !this.#origins.has(origin)) {
        this.#found.push(`third party: ${request.url()}`);
      }
    });
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText;
      // A page that the user leaves cancels its requests.
      if (reason !== "net::ERR_ABORTED") {
        this.#found.push(`${reason} ${nameOf(request)}`);
      }
    });
    context.on("response", (response) => {
      if (response.status() >= 400) {
        this.#found.push(`${response.status()} ${nameOf(response.request())}`);
      }
    });
  }
}

/** @param {import("@playwright/test").Request} request */
function nameOf(request) {
  const { pathname, search } = new URL(request.url());
  return `${request.method()} ${pathname}${search}`;
}
