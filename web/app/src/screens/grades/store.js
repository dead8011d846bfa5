// @ts-check
import { api } from "../../api.js";

/** @typedef {import("campus-api").Schema<"SemesterGrades">} SemesterGrades */
/** @typedef {Pick<import("campus-api").Schema<"Grades">, "scale" | "goal_credits"> & { semesters: SemesterGrades[] }} Gradebook */

/**
 * All grades of the user with their courses, which the means of unsaved grades need.
 * @param {AbortSignal} signal
 * @returns {Promise<Gradebook>}
 */
export async function loadGradebook(signal) {
  const { scale, goal_credits, semesters } = await api.get("/grades", { signal });
  const load = (/** @type {{ semester: string }} */ { semester }) => api.get("/grades/{semester}", { path: { semester }, signal });
  return { scale, goal_credits, semesters: await Promise.all(semesters.map(load)) };
}
