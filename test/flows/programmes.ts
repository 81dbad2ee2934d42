/** Programmes as tests use them. */
import { readFileSync } from "node:fs";
import { type Programme, programmeSchema } from "../../programmes/programme.ts";

export const oslo = preset("oslo");
export const cepora = preset("cepora");

function preset(name: string): Programme {
  const file = new URL(`../../programmes/${name}.json`, import.meta.url);
  return programmeSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}
