import type { HelplineWords } from "./phrase.ts";
export function createHelplineWords(): HelplineWords {
  return (what) =>
    what === "emergency"
      ? "113"
      : what === "doctor"
        ? "116 117"
        : what === "line"
          ? "Mental Helse 116 123"
          : "113\n116 117\nMental Helse 116 123";
}
