// @ts-check
import { createClient } from "campus-api";
import { language } from "./preferences.js";

/** The client of the service that all screens use. */
export const api = createClient({ baseUrl: "/api", language: () => language.value });
