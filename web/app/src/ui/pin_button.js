// @ts-check
import { api } from "../api.js";
import { html } from "../html.js";
import { t } from "../i18n/index.js";
import { changeEverywhere } from "../lib/cache.js";
import { useSubmit } from "../lib/submit.js";
import { pinnedBoards, refreshPins } from "../live.js";
import { IconButton } from "./button.js";
import { toastFailure } from "./toast.js";

/**
 * Pins a board, or unpins it. The change shows at once, and is taken back if the service refuses it.
 *
 * @param {{ board: import("campus-api").Schema<"Board"> }} props
 */
export function PinButton({ board }) {
  const { id, is_pinned: isPinned } = board;
  const path = { id };
  const pin = useSubmit(
    (/** @type {boolean} */ pinned) => {
      show(pinned);
      return pinned ? api.put("/boards/{id}/pin", { path }) : api.delete("/boards/{id}/pin", { path });
    },
    {
      onSuccess: () => void refreshPins(),
      onFailure(failure, retry) {
        show(isPinned);
        toastFailure(failure, retry);
      },
    },
  );
  /** @param {boolean} pinned */
  function show(pinned) {
    changeEverywhere(id, { is_pinned: pinned });
    const others = (pinnedBoards.value ?? []).filter((other) => other.id !== id);
    pinnedBoards.value = pinned ? [...others, { ...board, is_pinned: true }] : others;
  }
  return html`<${IconButton} icon="pin" filled=${isPinned} pressed=${isPinned} label=${t("boards.pin", { name: board.name })}
    onClick=${() => pin.run(!isPinned)} />`;
}
