// @ts-check
import { api } from "../api.js";
import { t } from "../i18n/index.js";
import { toast, toastFailure } from "../ui/toast.js";
import { changeEverywhere } from "./cache.js";
import { useSubmit } from "./submit.js";

/** Turns the user's notifications about a post off, or on again. @param {string} id */
export function useMutePost(id) {
  const path = { id };
  const submit = useSubmit((/** @type {boolean} */ on) => (on ? api.put("/posts/{id}/mute", { path }) : api.delete("/posts/{id}/mute", { path })), {
    onSuccess(_, on) {
      changeEverywhere(id, { muted: on });
      toast(t(on ? "moderation.muted" : "moderation.unmuted"));
    },
    onFailure: toastFailure,
  });
  return submit.run;
}
