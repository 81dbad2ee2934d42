import { expect, test } from "vitest";
import { alertsOf } from "../../commands/alerts.ts";

test("says for each rule how often it was right, and leaves out what nobody has judged", () => {
  const at = 0;
  const lines = alertsOf([
    { by: "supporter", rules: [], at, outcome: "safe" },
    { by: "detection", rules: ["en.intent", "en.means"], at, outcome: "passed_on" },
    { by: "detection", rules: ["en.intent"], at, outcome: "nothing" },
    { by: "detection", rules: ["en.burden"], at, outcome: null },
  ]).split("\n");
  const cells = lines.slice(1).map((line) => line.trim().split(/ {2,}/));
  expect(cells).toEqual([
    ["detection", "1", "1", "1", "50 %"],
    ["en.burden", "0", "0", "1", "–"],
    ["en.intent", "1", "1", "0", "50 %"],
    ["en.means", "1", "0", "0", "100 %"],
    ["supporter", "1", "0", "0", "100 %"],
  ]);
});
