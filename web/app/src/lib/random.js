// @ts-check
/** A random id. `crypto.randomUUID` needs a secure context, which an address in the local network is not. */
export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
