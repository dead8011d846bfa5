// @ts-check
import { useId } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { Icon } from "../../ui/icon.js";

const STARS = [1, 2, 3, 4, 5];

/**
 * A rating as stars, filled to the nearest whole one.
 *
 * @param {{ rating: number, label?: boolean }} props `label`: says the rating to screen readers.
 */
export function Stars({ rating, label = false }) {
  return html`<span class="stars">
    ${label && html`<span class="visually-hidden">${t("lectures.rating_of", { rating })}</span>`}
    ${STARS.map((star) => {
      const isOn = star <= Math.round(rating);
      return html`<span key=${star} class=${isOn ? "star star-on" : "star"}><${Icon} name="star" size=${18} filled=${isOn} /></span>`;
    })}
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
