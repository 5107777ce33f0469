import { parseHTML } from "linkedom";

/** What elements of a drawing are made with; a build puts it and all that it needs into this file of dist/ (build.mjs). */
export const { document } = parseHTML("<!doctype html><html></html>");
