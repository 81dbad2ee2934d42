import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answer } from "../../commands/crisis.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "peerline-crisis-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function table(...lines: string[]): string {
  const file = join(folder, "table.tsv");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

describe("npm run crisis", () => {
  test("says which rule fired, at which words, and what the model weighed", () => {
    const said = answer(["i", "want", "to", "die"]);
    expect(said).toMatch(/^S3 self {2}en\.intent\.wish-to-die/);
    expect(said).toContain('"want to die"');
    expect(said).toMatch(/Model, S3 or above: [+-]\d/);
    expect(said).toMatch(/rules .+; model \S+/);
  });

  test("says that nothing was found where nothing is", () => {
    expect(answer(["what time is lunch?"])).toMatch(/^S0 self\n\nRules: none spoke\./);
  });

  test("measures a table: what was found, false alarms, and each miss with its line", () => {
    const file = table(
      "lang\texpect\ttext",
      "en\t>=S3\ti want to die",
      "en\t<=S1\twhat time is lunch?",
      "nb\t>=S3\thva er klokka?",
      "nb\t<=S1\tjeg vil dø",
    );
    const said = answer(["--file", file]);
    const rows = said.split("\n").filter((line) => /^ {2}(en|nb|all) /.test(line));
    expect(rows).toHaveLength(6);
    expect(rows.map((line) => line.trim().split(/ {2,}/)[3])).toEqual([
      "1.000 (1/1)",
      "0.000 (0/1)",
      "0.500 (1/2)",
      "0.000 (0/1)",
      "1.000 (1/1)",
      "0.500 (1/2)",
    ]);
    expect(said).toContain("As expected: 2 of 4. Not so:");
    expect(said).toMatch(/line 4 {2}nb {2}wanted >=S3, got S0/);
    expect(said).toMatch(/line 5 {2}nb {2}wanted <=S1, got S3/);
  });

  test.each<[string, string[], RegExp]>([
    ["a level that does not exist", ["en\t>=S5\ti want to die"], /line 1/],
    ["a line with a column too few", ["en\ti want to die"], /line 1/],
    ["a table without a message", ["lang\texpect\ttext"], /no message|empty|nothing/i],
  ])("refuses %s with a sentence that says where", (_what, lines, says) => {
    expect(() => answer(["--file", table(...lines)])).toThrow(says);
  });

  test("refuses what it does not know, and a file that is not there", () => {
    expect(() => answer(["--fiel", "x"])).toThrow("--fiel is not known");
    expect(() => answer(["--file"])).toThrow("one table at a time");
    expect(() => answer([])).toThrow("there is no message");
    expect(() => answer(["--file", join(folder, "nowhere.tsv")])).toThrow(/nowhere\.tsv/);
  });
});
