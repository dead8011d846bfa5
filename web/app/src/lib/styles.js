// @ts-check
/** @type {Map<string, Promise<void>>} */
const loads = new Map();

/**
 * Loads a stylesheet of `styles/screens/` once, so that the screen does not show without it.
 *
 * @param {string} [name]
 * @returns {Promise<void>}
 */
export function loadStyles(name) {
  if (!name) return Promise.resolve();
  const loading = loads.get(name) ?? append(name);
  loads.set(name, loading);
  return loading;
}

/** @param {string} name @returns {Promise<void>} */
function append(name) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = `styles/screens/${name}.css`;
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      loads.delete(name);
      reject(new Error(`The stylesheet ${name} did not load.`));
    };
    document.head.append(link);
  });
}
