// @ts-check
import { useRef, useState } from "preact/hooks";
import { Problem } from "campus-api";
import { randomId } from "./random.js";

/** @typedef {{ key: string, values: string }} Attempt An idempotency key, and the values that were sent with it, as JSON. */

/**
 * Sends a write once at a time. The same values sent again after a failure carry the same idempotency key, so that a
 * retry never does a thing twice; changed values or a success start with a new key.
 *
 *     const like = useSubmit((_, key) => api.post("/posts/{id}/like", { path: { id }, idempotencyKey: key }), { onFailure: toastFailure });
 *     html`<${Button} busy=${like.busy} onClick=${() => like.run(null)}>…</>`
 *
 * Forms use `useForm`, which builds on this.
 *
 * @template V, R
 * @param {(values: V, idempotencyKey: string) => Promise<R>} send
 * @param {object} [options]
 * @param {(result: R, values: V) => void} [options.onSuccess]
 * @param {(failure: unknown, retry: () => void) => void} [options.onFailure] Usually `toastFailure`. `retry` sends the values again.
 * @param {{ load: () => Attempt | null, store: (attempt: Attempt | null) => void }} [options.kept] Keeps the last attempt over a
 *   reload, because its answer may have been lost.
 */
export function useSubmit(send, { onSuccess, onFailure, kept } = {}) {
  const [state, setState] = useState({ busy: false, failure: /** @type {unknown} */ (null) });
  const busy = useRef(false);
  const attempt = useRef(/** @type {Attempt | null} */ (null));

  /** @param {V} values @returns {Promise<R | undefined>} The result, or undefined after a failure. */
  async function run(values) {
    if (busy.current) return undefined;
    busy.current = true;
    setState({ busy: true, failure: null });
    const text = JSON.stringify(values ?? null);
    const last = attempt.current ?? kept?.load();
    const { key } = (attempt.current = last?.values === text ? last : { key: randomId(), values: text });
    kept?.store(attempt.current);
    /** @type {R} */
    let result;
    try {
      result = await send(values, key);
    } catch (failure) {
      busy.current = false;
      setState({ busy: false, failure });
      onFailure?.(failure, () => void run(values));
      return undefined;
    }
    busy.current = false;
    attempt.current = null;
    kept?.store(null);
    setState({ busy: false, failure: null });
    // Outside of the try: what fails after the write is no failed write.
    onSuccess?.(result, values);
    return result;
  }

  const { failure } = state;
  return {
    run,
    busy: state.busy,
    /** What the last attempt threw: a `Problem`, a `NetworkError`, or null. */
    failure,
    /** The service's answer, if it was a problem. */
    problem: failure instanceof Problem ? failure : null,
    clear: () => setState({ busy: busy.current, failure: null }),
  };
}
