/** Programmes as tests use them. */
import { readFileSync } from "node:fs";
import { type Programme, programmeSchema } from "../../programmes/programme.ts";

/** Oslo, open to mentees from the start. */
export const oslo: Programme = {
  ...programmeSchema.parse(
    JSON.parse(readFileSync(new URL("../../programmes/oslo.json", import.meta.url), "utf8")),
  ),
  goLive: "at_once",
};
