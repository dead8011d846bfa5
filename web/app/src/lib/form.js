// @ts-check
import { useRef, useState } from "preact/hooks";
import { Problem } from "campus-api";
import { loadDraft, storeDraft } from "./draft.js";
import { useSubmit } from "./submit.js";

/**
 * The state of a form: values by field name, field errors, draft and submission. Show it with `<Form form=${form}>`;
 * a field takes `form` and `name`.
 *
 *     const form = useForm({
 *       initial: { title: "", content: "" },
 *       draft: `post:${boardId}`,
 *       send: (values, idempotencyKey) => api.post("/boards/{id}/posts", { path: { id: boardId }, body: values, idempotencyKey }),
 *       onSuccess: (post) => navigate(`/posts/${post.id}`, { replace: true }),
 *     });
 *
 * @template {Record<string, any>} V
 * @template R
 * @param {object} options
 * @param {V} options.initial
 * @param {(values: V, idempotencyKey: string) => Promise<R>} options.send
 * @param {(result: R, values: V) => void} [options.onSuccess]
 * @param {(failure: unknown) => void} [options.onFailure] The form tells of the failure in any case.
 * @param {(values: V) => Record<string, string | undefined>} [options.check] Checks before sending: texts by field.
 * @param {Record<string, string>} [options.fields] The field beside which a problem code belongs: `{ login_id_taken: "login_id" }`.
 * @param {string} [options.draft] Keeps the values under this name until they are sent.
 * @param {(keyof V)[]} [options.unstored] Fields that the draft leaves out.
 */
export function useForm({ initial, send, onSuccess, onFailure, check, fields = {}, draft, unstored = [] }) {
  const [values, setValues] = useState(() => ({ ...initial, ...(draft ? loadDraft(draft) : null) }));
  const [errors, setErrors] = useState(/** @type {Record<string, string | undefined>} */ ({}));
  const element = useRef(/** @type {HTMLFormElement | null} */ (null));
  const current = useRef(values);
  current.current = values;

  const attempt = `${draft}.sent`;
  const submit = useSubmit(send, {
    kept: draft ? { load: () => loadDraft(attempt), store: (sent) => storeDraft(attempt, sent) } : undefined,
    onSuccess(result, sent) {
      if (draft) storeDraft(draft, null);
      onSuccess?.(result, sent);
    },
    onFailure(failure) {
      onFailure?.(failure);
      if (!(failure instanceof Problem)) return;
      // The service's field errors go beside the fields; errors of fields that the form does not show go into its alert.
      const found = Object.fromEntries(failure.errors.map(({ field, detail }) => [field, detail]));
      if (fields[failure.code]) found[fields[failure.code]] = failure.detail;
      setErrors(found);
      focusFirstInvalid();
    },
  });
  const { problem } = submit;

  /** @param {import("campus-api").Problem} problem */
  function isBesideFields(problem) {
    return problem.errors.length > 0 && problem.errors.every(({ field }) => element.current?.elements.namedItem(field));
  }

  function focusFirstInvalid() {
    requestAnimationFrame(() => element.current?.querySelector(/** @type {"input"} */ ("[aria-invalid=true], [role=alert]"))?.focus());
  }

  /** @param {Partial<V>} changes */
  function set(changes) {
    const next = { ...current.current, ...changes };
    current.current = next;
    setValues(next);
    setErrors((before) => ({ ...before, ...Object.fromEntries(Object.keys(changes).map((name) => [name, undefined])) }));
    if (draft) {
      const stored = Object.entries(next).filter(([name]) => !unstored.includes(name));
      const isEmpty = stored.every(([name, value]) => JSON.stringify(value) === JSON.stringify(initial[name]));
      storeDraft(draft, isEmpty ? null : Object.fromEntries(stored));
    }
  }

  return {
    values,
    errors,
    element,
    busy: submit.busy,
    /** What the last attempt threw, unless all of it stands beside fields. */
    failure: problem && (fields[problem.code] || isBesideFields(problem)) ? null : submit.failure,
    problem,
    /** Whether a value differs from the initial ones. */
    changed: Object.keys(initial).some((name) => JSON.stringify(values[name]) !== JSON.stringify(initial[name])),
    set,
    /** Shows texts beside fields; undefined clears. @param {Record<string, string | undefined>} found */
    setErrors: (found) => setErrors((before) => ({ ...before, ...found })),
    /** Back to the initial values, without draft. */
    reset() {
      current.current = initial;
      setValues(initial);
      setErrors({});
      submit.clear();
      if (draft) storeDraft(draft, null);
    },
    submit() {
      const found = check?.(current.current) ?? {};
      if (Object.values(found).some(Boolean)) {
        setErrors((before) => ({ ...before, ...found }));
        focusFirstInvalid();
        return;
      }
      setErrors({});
      submit.run(current.current);
    },
  };
}

/** @typedef {ReturnType<typeof useForm<any, any>>} FormState */
