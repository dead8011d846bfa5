// @ts-check
import { useCallback, useEffect, useMemo, useRef } from "preact/hooks";
import { remembered } from "./cache.js";

/**
 * @template T
 * @typedef {{ status: "loading" | "ready" | "failed", data: T | null, problem: unknown }} State
 */

/**
 * Loads one thing for a screen. Going back to a history entry shows its last data and refreshes it quietly.
 *
 *     const post = useResource(`post:${id}`, (signal) => api.get("/posts/{id}", { path: { id }, signal }));
 *     return html`<${Loaded} resource=${post} skeleton=${…}>${(data) => …}</>`;
 *
 * @template T
 * @param {string | null} key Names the data within the screen, with everything that it depends on. A new key loads again;
 *   null loads nothing (what it depends on is not there yet).
 * @param {(signal: AbortSignal) => Promise<T>} load
 */
export function useResource(key, load) {
  const state = useMemo(() => remembered(`resource:${key}`, /** @type {State<T>} */ ({ status: "loading", data: null, problem: null })), [key]);
  const latest = useRef(load);
  latest.current = load;
  const running = useRef(/** @type {AbortController | null} */ (null));

  const reload = useCallback(async () => {
    running.current?.abort();
    const controller = (running.current = new AbortController());
    if (state.peek().status === "failed") state.value = { status: "loading", data: null, problem: null };
    try {
      const data = await latest.current(controller.signal);
      if (!controller.signal.aborted) state.value = { status: "ready", data, problem: null };
    } catch (problem) {
      if (controller.signal.aborted) return;
      const { data } = state.peek();
      state.value = { status: data === null ? "failed" : "ready", data, problem };
    }
  }, [state]);

  useEffect(() => {
    if (key === null) return;
    reload();
    return () => running.current?.abort();
  }, [state]);

  return {
    ...state.value,
    reload,
    /** Changes the loaded data, after a write. @param {(data: T) => T} change */
    change(change) {
      const { data } = state.peek();
      if (data !== null) state.value = { status: "ready", data: change(data), problem: null };
    },
  };
}

/**
 * @template T
 * @typedef {ReturnType<typeof useResource<T>>} Resource
 */
