// @ts-check
import { useRef, useState } from "preact/hooks";
import { useSubmit } from "./submit.js";
import { toastFailure } from "../ui/toast.js";

/**
 * A choice that is shown at once and saved then. Of several choices in a row, the last one counts. After a failure, the
 * saved one is shown again.
 *
 * @template {string} V
 * @template R
 * @param {V} saved
 * @param {(value: V) => Promise<R>} send
 * @param {(result: R) => void} onSaved
 * @param {(failure: unknown) => void} [onFailure] Tells of the failure.
 */
export function useSavedChoice(saved, send, onSaved, onFailure = toastFailure) {
  const [value, setValue] = useState(saved);
  const wanted = useRef(saved);
  const submit = useSubmit(send, {
    onFailure(failure) {
      setValue((wanted.current = saved));
      onFailure(failure);
    },
  });

  /** @param {V} next */
  async function choose(next) {
    setValue((wanted.current = next));
    const result = await submit.run(next);
    if (result === undefined) return;
    onSaved(result);
    if (wanted.current !== next) await choose(wanted.current);
  }
  return { value, choose };
}
