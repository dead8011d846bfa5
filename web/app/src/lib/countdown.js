// @ts-check
import { useEffect, useState } from "preact/hooks";

/** The whole seconds until a time, never below 0. The component renders again for each. @param {number} time In milliseconds. */
export function useSecondsUntil(time) {
  const [, setNow] = useState(0);
  const left = Math.max(0, Math.ceil((time - Date.now()) / 1000));
  useEffect(() => {
    if (left === 0) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [time, left === 0]);
  return left;
}

/** "1:05" @param {number} seconds */
export const clockOf = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
