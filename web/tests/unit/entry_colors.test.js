// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { contrast, entryColors, PALETTE } from "../../app/src/lib/entry_colors.js";

test("the contrast of black and white is 21", () => {
  assert.equal(Math.round(contrast("#000000", "#ffffff")), 21);
});

test("text on every colour of the palette reads well in both themes", () => {
  for (const color of PALETTE) {
    const { light, dark } = entryColors(color);
    assert.ok(contrast(light.surface, light.ink) >= 4.5, `${color} light`);
    assert.ok(contrast(dark.surface, dark.ink) >= 4.5, `${color} dark`);
  }
});

test("text on any other colour reads well in both themes", () => {
  for (let red = 0; red < 256; red += 51) {
    for (let green = 0; green < 256; green += 51) {
      for (let blue = 0; blue < 256; blue += 51) {
        const color = `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
        const { light, dark } = entryColors(color);
        assert.ok(contrast(light.surface, light.ink) >= 4.5, `${color} light`);
        assert.ok(contrast(dark.surface, dark.ink) >= 4.5, `${color} dark`);
      }
    }
  }
});

test("the light surface is the colour of the entry, so that page and picture agree", () => {
  assert.equal(entryColors("#bcd7f5").light.surface, "#bcd7f5");
});
