// @ts-check
import { html } from "../html.js";

/** Drawn on a 24 px grid with a round stroke. A path that ends in "!" is a filled dot. */
const ICONS = {
  home: "M4 11 12 4.5 20 11v8.5h-5.5v-5h-5v5H4z",
  calendar: "M5 6h14v14H5zM5 10.5h14M9 3.5V8M15 3.5V8",
  boards: "M5 5h14v14H5zM8.5 9.5h7M8.5 13h7M8.5 16h4",
  mail: "M4 6.5h16v12H4zM4 7.5l8 6 8-6",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-4 3.8-5.5 7.5-5.5s6.7 1.5 7.5 5.5",
  users: "M9 12a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5c.7-3.5 3-5 6.5-5s5.8 1.5 6.5 5M16 5.3a3.5 3.5 0 0 1 0 6.4M18 14.8c2 .7 3 2.3 3.5 4.7",
  "user-plus": "M10 12a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6zM3 20c.8-3.7 3.4-5.2 7-5.2s6.2 1.5 7 5.2M19 8v6M16 11h6",
  plus: "M12 5v14M5 12h14",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5",
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  more: "M12 5.5h.01!M12 12h.01!M12 18.5h.01!",
  heart: "M12 20C6.5 16 3.5 12.8 3.5 9.2A4.4 4.4 0 0 1 12 7.2a4.4 4.4 0 0 1 8.5 2c0 3.6-3 6.8-8.5 10.8z",
  comment: "M4 5h16v11.5h-8.5L7 20v-3.5H4z",
  reply: "M5 4v7.5a3 3 0 0 0 3 3h11M14.5 10l4.5 4.5-4.5 4.5",
  scrap: "M7 4h10v16.5l-5-4-5 4z",
  star: "M12 4l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z",
  flame: "M12 3.5c.5 3.5 5.5 5.5 5.5 11a5.5 5.5 0 0 1-11 0c0-2.5 1.5-4 2.5-5.5.5 1.5 1.2 2 2 2 .5-2.5-.5-5 1-7.5z",
  trophy: "M8 4h8v6a4 4 0 0 1-8 0zM8 6H4.5c0 3 1.5 4.5 3.8 4.5M16 6h3.5c0 3-1.5 4.5-3.8 4.5M12 14v3.5M8.5 20h7",
  pin: "M9 4h6l-.5 6 3 3.5h-11l3-3.5zM12 13.5V20.5",
  edit: "M4.5 19.5l1-4L16 5l3 3L8.5 18.5zM13.5 7.5l3 3",
  trash: "M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13M10.5 10.5v6M13.5 10.5v6",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM9 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  verified: "M12 3.5l7 2.5v5.5c0 4.3-2.8 7.4-7 9-4.2-1.6-7-4.7-7-9V6zM8.8 12l2.4 2.4 4.2-4.6",
  eye: "M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5S5 16.5 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  "eye-off": "M4 4l16 16M9 6c1-.3 2-.5 3-.5 3.7 0 7 2 9.5 6.5a15 15 0 0 1-2.5 3.3M6 8a15 15 0 0 0-3.5 4c2.5 4.5 5.8 6.5 9.5 6.5 1.5 0 3-.3 4.3-1M10 10a3 3 0 0 0 4 4",
  check: "M5 12.5l4.5 4.5L19 7.5",
  close: "M6 6l12 12M18 6L6 18",
  image: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9.5h.01!",
  send: "M4 12l16-7.5-4.5 15-4-6zM11.5 13.5l4-4.5",
  share: "M12 15V4M8 7.5L12 4l4 3.5M6 11.5v8.5h12v-8.5",
  download: "M12 4v11M8 11.5l4 3.5 4-3.5M5 19.5h14",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
  place: "M12 21c-4-4.5-6.5-7.5-6.5-11a6.5 6.5 0 0 1 13 0c0 3.5-2.5 6.5-6.5 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  bell: "M6 17v-6a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21.2h4",
  "bell-off": "M4 4l16 16M8 6.5a6 6 0 0 1 10 4.5v4M6 11v6l-1.5 1.5h13M10 21.2h4",
  book: "M12 6.5c-2-1.5-4.5-2-8-2v13c3.5 0 6 .5 8 2 2-1.5 4.5-2 8-2v-13c-3.5 0-6 .5-8 2zM12 6.5v13",
  block: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM6 6l12 12",
  flag: "M6 21V4h11l-2 4 2 4H6",
  "log-out": "M10 4.5H5v15h5M15 8l4 4-4 4M19 12H9.5",
  refresh: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 4v4h-4",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  info: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 11v5.5M12 7.8h.01!",
  alert: "M12 4l9 16H3zM12 10v4.5M12 17.3h.01!",
  filter: "M4 6h16M7 12h10M10 18h4",
  offline: "M4 4l16 16M8.5 15.5a5 5 0 0 1 5.5-1M5 12a10 10 0 0 1 4.5-2.6M19 12a10 10 0 0 0-5-2.8M2 8.5A14.5 14.5 0 0 1 6.5 5.8M22 8.5a14.5 14.5 0 0 0-11-4M12 18.8h.01!",
  chart: "M4 4v16h16M7.5 15.5l4-5 3.5 3 4.5-7",
  archive: "M4 5h16v4H4zM5.5 9v10.5h13V9M10 13h4",
};

/** @typedef {keyof typeof ICONS} IconName */

/**
 * A decorative icon. What it means stands in a text or label beside it.
 *
 * @param {{ name: IconName, size?: number, filled?: boolean }} props
 */
export function Icon({ name, size = 24, filled = false }) {
  return html`<svg class="icon" viewBox="0 0 24 24" width=${size} height=${size} aria-hidden="true"
    fill=${filled ? "currentColor" : "none"} stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">
    ${paths(ICONS[name])}
  </svg>`;
}

/** @param {string} drawing */
function paths(drawing) {
  const dots = drawing.split(/(M[^M]*!)/).filter(Boolean);
  return dots.map((d) => (d.endsWith("!") ? html`<path d=${d.slice(0, -1)} stroke-width="2.6" />` : html`<path d=${d} />`));
}
