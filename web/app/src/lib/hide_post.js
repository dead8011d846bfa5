// @ts-check
import { api } from "../api.js";
import { t } from "../i18n/index.js";
import { toast, toastFailure } from "../ui/toast.js";
import { changeEverywhere, removeEverywhere } from "./cache.js";
import { useSubmit } from "./submit.js";

/** Hides a post from the user's lists, or shows it again. @param {string} id @param {() => void} [onShown] */
export function useHidePost(id, onShown) {
  const path = { id };
  const submit = useSubmit((/** @type {boolean} */ on) => (on ? api.put("/posts/{id}/hide", { path }) : api.delete("/posts/{id}/hide", { path })), {
    onSuccess(_, on) {
      changeEverywhere(id, { hidden: on });
      if (on) removeEverywhere(id);
      else onShown?.();
      toast(t(on ? "moderation.hid" : "moderation.unhid"));
    },
    onFailure: toastFailure,
  });
  return { hide: () => submit.run(true), show: () => submit.run(false), busy: submit.busy };
}
