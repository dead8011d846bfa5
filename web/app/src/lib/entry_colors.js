// @ts-check
/**
 * The colours of a timetable entry. An entry has one colour, chosen by the student or the service; the page derives
 * from it a surface, a text colour and an edge for each theme, with a contrast of at least 4.5 between text and surface.
 */

/** @typedef {{ surface: string, ink: string, edge: string }} EntryColors */
/** @typedef {[number, number, number]} Rgb */

/** The colours to choose from: those that the service gives to new entries. */
export const PALETTE = ["#f6c5c0", "#fbdcb4", "#f7eeb0", "#d6ebb8", "#b9e3c6", "#b5e2e4", "#bcd7f5", "#cbc7f2", "#e6c6ee", "#ded3c5"];

/** Grey, for entries that are not the subject. */
export const NEUTRAL = "#dfe3e1";

const CONTRAST = 4.5;

/**
 * The colours of an entry in both themes.
 * @param {string} color Such as `#aed6f1`.
 * @returns {{ light: EntryColors, dark: EntryColors }}
 */
export function entryColors(color) {
  const { hue, saturation, lightness } = hslOf(rgbOf(color));
  const tint = Math.min(saturation, 0.75);
  const lightSurface = hsl(hue, saturation, lightness);
  const darkSurface = hsl(hue, Math.min(tint, 0.38), 0.25);
  return {
    light: { surface: lightSurface, ink: inkOn(lightSurface, hue, tint), edge: hsl(hue, Math.min(tint, 0.55), Math.max(0.3, lightness - 0.32)) },
    dark: { surface: darkSurface, ink: inkOn(darkSurface, hue, tint), edge: hsl(hue, Math.min(tint, 0.6), 0.66) },
  };
}

/**
 * A tinted text colour for a surface: dark on a light one, light on a dark one, as tinted as the contrast allows.
 * @param {string} surface
 * @param {number} hue
 * @param {number} saturation
 */
function inkOn(surface, hue, saturation) {
  const dark = contrast(surface, "#000000") >= contrast(surface, "#ffffff");
  const tint = Math.min(saturation, 0.45);
  for (const lightness of dark ? [0.2, 0.14, 0.08] : [0.92, 0.96]) {
    const ink = hsl(hue, tint, lightness);
    if (contrast(surface, ink) >= CONTRAST) return ink;
  }
  return dark ? "#000000" : "#ffffff";
}

/**
 * The contrast ratio of two colours, from 1 to 21, as WCAG 2 defines it.
 * @param {string} a
 * @param {string} b
 */
export function contrast(a, b) {
  const [darker, lighter] = [luminance(rgbOf(a)), luminance(rgbOf(b))].sort((x, y) => x - y);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

/** @param {Rgb} rgb */
function luminance(rgb) {
  const [red, green, blue] = /** @type {Rgb} */ (rgb.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * @param {string} color
 * @returns {Rgb} Each from 0 to 1.
 */
function rgbOf(color) {
  const value = Number.parseInt(color.slice(1), 16);
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

/** @param {Rgb} rgb */
function hslOf([red, green, blue]) {
  const max = Math.max(red, green, blue);
  const min = Math.min(red, green, blue);
  const lightness = (max + min) / 2;
  const range = max - min;
  if (range === 0) return { hue: 0, saturation: 0, lightness };
  const saturation = range / (1 - Math.abs(2 * lightness - 1));
  const sector = max === red ? ((green - blue) / range + 6) % 6 : max === green ? (blue - red) / range + 2 : (red - green) / range + 4;
  return { hue: sector * 60, saturation, lightness };
}

/**
 * @param {number} hue From 0 to 360.
 * @param {number} saturation From 0 to 1.
 * @param {number} lightness From 0 to 1.
 */
function hsl(hue, saturation, lightness) {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  /** @param {number} n */
  const part = (n) => {
    const k = (n + hue / 30) % 12;
    const value = lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(value * 255).toString(16).padStart(2, "0");
  };
  return `#${part(0)}${part(8)}${part(4)}`;
}
