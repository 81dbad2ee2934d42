/** Programmes as tests use them. */
import { readFileSync } from "node:fs";
import { type Programme, programmeSchema } from "../../programmes/programme.ts";

/** Oslo, open to mentees from the start. */
export const oslo: Programme = { ...preset("oslo"), goLive: "at_once" };
export const cepora: Programme = { ...preset("cepora"), goLive: "at_once" };
export const hey: Programme = { ...preset("hey"), goLive: "at_once" };

function preset(name: string): Programme {
  const file = new URL(`../../programmes/${name}.json`, import.meta.url);
  return programmeSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}
