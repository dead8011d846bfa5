// @ts-check
import { useId } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { Icon } from "../../ui/icon.js";

const STARS = [1, 2, 3, 4, 5];

/**
 * A rating as stars, filled as far as it goes.
 *
 * @param {{ rating: number, label?: boolean }} props `label`: says the rating to screen readers.
 */
export function Stars({ rating, label = false }) {
  const stars = (/** @type {boolean} */ filled) => STARS.map((star) => html`<${Icon} key=${star} name="star" size=${18} filled=${filled} />`);
  return html`<span class="stars">
    ${label && html`<span class="visually-hidden">${t("lectures.rating_of", { rating })}</span>`}
    <span class="star">${stars(false)}</span>
    <span class="star star-on" style=${{ width: `${(100 * rating) / STARS.length}%` }}>${stars(true)}</span>
  </span>`;
}

/**
 * A rating to choose, as radio buttons.
 *
 * @param {{ form: import("../../lib/form.js").FormState, name: string }} props
 */
export function StarField({ form, name }) {
  const id = useId();
  const value = Number(form.values[name]);
  const error = form.errors[name];
  return html`<fieldset class="field" aria-describedby="${id}-note">
    <legend class="field-label">${t("lectures.stars")}</legend>
    <div class="star-field">
      ${STARS.map(
        (star) => html`<label key=${star} class=${star <= value ? "star star-on" : "star"}>
          <input ...${{ type: "radio", class: "cover", name, value: star, checked: star === value, "aria-invalid": error ? "true" : undefined }}
            onChange=${() => form.set({ [name]: star })} />
          <${Icon} name="star" size=${32} filled=${star <= value} />
          <span class="visually-hidden">${t(/** @type {any} */ (`lectures.star_${star}`))}</span>
        </label>`,
      )}
      <span class="muted small" aria-hidden="true">${value > 0 && t(/** @type {any} */ (`lectures.star_${value}`))}</span>
    </div>
    <p id="${id}-note" class="field-error" aria-live="polite">${error && html`<${Icon} name="alert" size=${16} />${error}`}</p>
  </fieldset>`;
}
