// @ts-check
import { effect, signal } from "@preact/signals";
import { load, store } from "./lib/storage.js";

/** @typedef {"ko" | "en"} Language */
/** @typedef {"system" | "light" | "dark"} Theme */

const stored = load("preferences") ?? {};

/** @type {import("@preact/signals").Signal<Theme>} */
export const theme = signal(["light", "dark"].includes(stored.theme) ? stored.theme : "system");

/** @type {import("@preact/signals").Signal<Language>} */
export const language = signal(stored.language === "en" ? "en" : "ko");

/** Applies the preferences to the document and stores them, now and on every change. */
export function applyPreferences() {
  effect(() => {
    const root = document.documentElement;
    root.lang = language.value;
    if (theme.value === "system") delete root.dataset.theme;
    else root.dataset.theme = theme.value;
    for (const scheme of ["light", "dark"]) {
      const bar = document.querySelector(`meta[name="theme-color"][data-scheme="${scheme}"]`);
      bar?.setAttribute("media", theme.value === "system" ? `(prefers-color-scheme: ${scheme})` : theme.value === scheme ? "all" : "not all");
    }
    store("preferences", { theme: theme.value, language: language.value });
  });
}
