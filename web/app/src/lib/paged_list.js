// @ts-check
import { useCallback, useEffect, useMemo, useRef } from "preact/hooks";
import { remembered } from "./cache.js";

/**
 * @template T
 * @typedef {object} Page
 * @property {T[]} items
 * @property {string | null} [next_cursor]
 */

/**
 * @template T
 * @typedef {object} ListState
 * @property {"idle" | "loading" | "refreshing" | "failed"} status
 * @property {T[]} items
 * @property {string | null} cursor The next page's; null at the start and at the end.
 * @property {boolean} complete No page follows.
 * @property {unknown} problem
 * @property {"loading" | "refreshing"} attempt The last load, for a retry.
 */

/**
 * A list that loads page by page and keeps its pages for going back. Show it with `<PagedList>`.
 *
 *     const posts = usePagedList(`posts:${id}`, (cursor, signal) =>
 *       api.get("/boards/{id}/posts", { path: { id }, query: { cursor }, signal }));
 *
 * @template {{ id: string }} T
 * @param {string} key Names the list within the screen, with everything that it depends on.
 * @param {(cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>} load
 */
export function usePagedList(key, load) {
  const state = useMemo(
    () => remembered(`list:${key}`, /** @type {ListState<T>} */ ({ status: "idle", items: [], cursor: null, complete: false, problem: null, attempt: "loading" })),
    [key],
  );
  const latest = useRef(load);
  latest.current = load;
  const running = useRef(/** @type {AbortController | null} */ (null));

  const run = useCallback(
    async (/** @type {"loading" | "refreshing"} */ status) => {
      running.current?.abort();
      const controller = (running.current = new AbortController());
      const before = state.peek();
      state.value = { ...before, status, problem: null, attempt: status };
      try {
        const page = await latest.current(status === "refreshing" ? undefined : (before.cursor ?? undefined), controller.signal);
        if (controller.signal.aborted) return;
        const cursor = page.next_cursor ?? null;
        const items = status === "refreshing" ? page.items : merge(state.peek().items, page.items);
        state.value = { ...state.peek(), status: "idle", items, cursor, complete: cursor === null };
      } catch (problem) {
        if (!controller.signal.aborted) state.value = { ...state.peek(), status: "failed", problem };
      }
    },
    [state],
  );

  async function catchUp() {
    const controller = (running.current = new AbortController());
    const page = await latest.current(undefined, controller.signal).catch(() => null);
    const before = state.peek();
    if (!page || controller.signal.aborted) return;
    const known = before.items.findIndex(({ id }) => id === page.items.at(-1)?.id);
    if (known >= 0 && page.next_cursor) state.value = { ...before, items: merge(page.items, before.items.slice(known + 1)) };
    else state.value = { ...before, items: page.items, cursor: page.next_cursor ?? null, complete: !page.next_cursor };
  }

  useEffect(() => {
    const { items, complete } = state.peek();
    if (items.length === 0 && !complete) run("loading");
    if (items.length > 0) catchUp();
    return () => {
      if (!running.current?.signal.aborted && ["loading", "refreshing"].includes(state.peek().status)) {
        running.current?.abort();
        state.value = { ...state.peek(), status: "idle" };
      }
    };
  }, [state]);

  const change = (/** @type {(items: T[]) => T[]} */ change) => (state.value = { ...state.peek(), items: change(state.peek().items) });
  return {
    ...state.value,
    /** Loads the next page, unless one is loading or none follows. */
    more() {
      const { status, complete } = state.peek();
      if (status === "idle" && !complete) run("loading");
    },
    /** Repeats the load that failed. */
    retry: () => run(state.peek().attempt),
    /** Loads the first page again, and replaces the items once it is there. */
    refresh: () => run("refreshing"),
    /** Follows changes since the list was shown: puts the first page, as it is at the service, in front of the later ones. */
    catchUp,
    /** @param {T} item */
    prepend: (item) => change((items) => merge([item], items)),
    /** @param {T} item */
    append: (item) => change((items) => merge(items, [item])),
    /** @param {string} id @param {Partial<T>} changes */
    update: (id, changes) => change((items) => items.map((item) => (item.id === id ? { ...item, ...changes } : item))),
    /** @param {string} id */
    remove: (id) => change((items) => items.filter((item) => item.id !== id)),
  };
}

/**
 * Loads pages of a list whose pages can be short, until there are `enough` items, no page follows, or `requests` were sent.
 * What came before a failure is kept; the next load starts with the page that failed.
 *
 * @template {{ id: string }} T
 * @param {(cursor: string | undefined) => Promise<Page<T>>} load
 * @param {string | undefined} cursor
 * @param {{ enough: number, requests: number }} limits
 * @returns {Promise<Page<T>>}
 */
export async function fillPage(load, cursor, { enough, requests }) {
  let page = await load(cursor);
  for (let sent = 1; sent < requests && page.next_cursor && page.items.length < enough; sent += 1) {
    const next = await load(page.next_cursor).catch(() => null);
    if (!next) break;
    page = { items: merge(page.items, next.items), next_cursor: next.next_cursor };
  }
  return page;
}

/**
 * @template {{ id: string }} T
 * @typedef {ReturnType<typeof usePagedList<T>>} PagedListState
 */

/**
 * The items of both lists in order, each id once.
 *
 * @template {{ id: string }} T
 * @param {T[]} first
 * @param {T[]} second
 */
export function merge(first, second) {
  const ids = new Set(first.map((item) => item.id));
  return [...first, ...second.filter((item) => !ids.has(item.id))];
}
