// @ts-check
/**
 * The address decides what is shown. `current` holds the matched route, its parameters and the query; `navigate` and plain
 * links change it. Each history entry has a key in `history.state`, under which its scroll position and data are kept.
 */
import { signal } from "@preact/signals";
import { randomId } from "./lib/random.js";
import { notFound, routes } from "./routes.js";

/** @typedef {import("./routes.js").Route} Route */
/**
 * @typedef {object} Match
 * @property {Route} route
 * @property {Record<string, string>} params
 * @property {URLSearchParams} query
 * @property {string} path
 * @property {string} fragment Without the `#`.
 * @property {string} key Of the history entry.
 * @property {"start" | "push" | "replace" | "pop"} by How the entry was reached.
 */

const compiled = routes.map((route) => ({
  route,
  names: [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name),
  pattern: new RegExp(`^${route.path.replace(/:\w+/g, "([^/]+)")}/?$`),
}));

/** @param {string} path @returns {{ route: Route, params: Record<string, string> }} */
export function match(path) {
  for (const { route, names, pattern } of compiled) {
    const found = pattern.exec(path);
    if (found) return { route, params: Object.fromEntries(names.map((name, i) => [name, decode(found[i + 1])])) };
  }
  return { route: notFound, params: {} };
}

/**
 * The full address of a path of this app, or null if it leads to another site or to a screen for guests.
 *
 * @param {string} path
 * @param {string} origin That of the app.
 */
export function addressForUsers(path, origin) {
  const address = URL.canParse(path, origin) ? new URL(path, origin) : null;
  const isOwn = path.startsWith("/") && address?.origin === origin;
  return address && isOwn && !match(address.pathname).route.guest ? address.href : null;
}

/** The address that `next` in the query names, else home. @param {URLSearchParams} query Anybody can write it. */
export function nextAddress(query) {
  const next = query.get("next");
  return (next && addressForUsers(next, location.origin)) ?? "/";
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @type {import("@preact/signals").Signal<Match>} */
export const current = signal(/** @type {any} */ (null));

/** @type {Map<string, number>} */
const scrolls = new Map(load());
let depth = 0;

function load() {
  try {
    return JSON.parse(sessionStorage.getItem("campus.scrolls") ?? "[]");
  } catch {
    return [];
  }
}

/** @param {Match["by"]} by */
function read(by) {
  const { pathname, search, hash } = location;
  if (!history.state?.key) history.replaceState({ key: randomId(), depth }, "");
  depth = history.state.depth ?? 0;
  const found = match(pathname);
  if (found.route.secret && hash) history.replaceState(history.state, "", pathname + search);
  current.value = {
    ...found,
    query: new URLSearchParams(search),
    path: pathname,
    fragment: hash.slice(1),
    key: history.state.key,
    by,
  };
}

/**
 * Goes to a path of the app (`/posts/1?x=y`).
 *
 * @param {string} to
 * @param {{ replace?: boolean }} [options] `replace`: the back button skips the current entry.
 */
export function navigate(to, { replace = false } = {}) {
  rememberScroll();
  if (replace) history.replaceState({ key: randomId(), depth }, "", to);
  else history.pushState({ key: randomId(), depth: depth + 1 }, "", to);
  read(replace ? "replace" : "push");
}

/**
 * Changes the query of the current address, without a new history entry: filters, the chosen tab.
 *
 * @param {Record<string, string | null | undefined>} changes
 */
export function setQuery(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value == null || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  history.replaceState(history.state, "", location.pathname + (text ? `?${text}` : ""));
  current.value = { ...current.value, query };
}

/** Goes back within the app; without an entry to go back to, to `fallback`. @param {string} fallback */
export function goBack(fallback) {
  if (depth > 0) history.back();
  else navigate(fallback, { replace: true });
}

function rememberScroll() {
  if (!history.state?.key) return;
  scrolls.set(current.value?.key ?? history.state.key, window.scrollY);
  try {
    sessionStorage.setItem("campus.scrolls", JSON.stringify([...scrolls].slice(-50)));
  } catch {
    // Positions last until the page is closed.
  }
}

/** Called when the screen of the current entry is rendered: scrolls to its last position, or to the top. */
export function restoreScroll() {
  const { by, key } = current.value;
  const top = by === "pop" || by === "start" ? (scrolls.get(key) ?? 0) : 0;
  const until = performance.now() + 1500;
  let stopped = false;
  const stop = () => (stopped = true);
  addEventListener("wheel", stop, { once: true, passive: true });
  addEventListener("touchstart", stop, { once: true, passive: true });
  const step = () => {
    if (stopped || current.value.key !== key) return;
    window.scrollTo(0, top);
    if (Math.abs(window.scrollY - top) > 1 && performance.now() < until) requestAnimationFrame(step);
  };
  step();
}

/** Starts to follow the address. */
export function startRouter() {
  history.scrollRestoration = "manual";
  addEventListener("popstate", () => {
    rememberScroll();
    read("pop");
  });
  addEventListener("pagehide", rememberScroll);
  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.origin !== location.origin || link.pathname.startsWith("/api/")) return;
    event.preventDefault();
    if (link.href !== location.href) navigate(link.pathname + link.search + link.hash);
    else window.scrollTo({ top: 0 });
  });
  read("start");
}
