// @ts-check
import { useId } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { PALETTE } from "../../lib/entry_colors.js";
import { Icon } from "../../ui/icon.js";
import { colorStyle } from "./week_grid.js";

/**
 * The colours of an entry as radio buttons: the palette, and the current colour if it is another one.
 *
 * @param {object} props
 * @param {string} props.value
 * @param {(color: string) => void} props.onChange
 */
export function ColorPicker({ value, onChange }) {
  const name = useId();
  const current = value.toLowerCase();
  const colors = PALETTE.includes(current) ? PALETTE : [current, ...PALETTE];
  return html`<fieldset class="field">
    <legend class="field-label">${t("timetable.color")}</legend>
    <div class="swatches">
      ${colors.map(
        (color) => html`<label key=${color} class="swatch entry-color" style=${colorStyle(color)}>
          <input type="radio" class="cover" name=${name} value=${color} checked=${color === current} onChange=${() => onChange(color)} />
          <span class="visually-hidden">${label(color)}</span>
          ${color === current && html`<${Icon} name="check" size=${18} />`}
        </label>`,
      )}
    </div>
  </fieldset>`;
}

/** @param {string} color */
function label(color) {
  const index = PALETTE.indexOf(color);
  return index < 0 ? t("timetable.color_own") : t("timetable.color_number", { number: index + 1 });
}
