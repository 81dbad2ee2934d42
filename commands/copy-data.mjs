// Puts what the compiler leaves behind beside the compiled code: texts, programmes, rule data, the simulator's page.
import { cpSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";

const carried = new Set([".json", ".html", ".css", ".svg", ".txt"]);
const pageScripts = join("simulator", "page");

/** @param {string} folder */
function copy(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) copy(path);
    else if (carried.has(extname(path)) || path.startsWith(pageScripts)) cpSync(path, join("dist", path));
  }
}

for (const folder of ["flows", "locales", "models", "programmes", "simulator"]) copy(folder);
