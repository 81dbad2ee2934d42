import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answer } from "../../commands/crisis.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "crisis-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function table(...rows: string[]): string {
  const file = join(folder, "table.tsv");
  writeFileSync(file, rows.join("\n"));
  return file;
}

describe('npm run crisis -- "a message"', () => {
  test("says the level, the rule, its pattern and what the model weighed", () => {
    const text = answer(["I", "want", "to", "kill", "myself"]);
    expect(text).toMatch(/^S3 self .*en\.intent\.kill-oneself/);
    expect(text).toContain("by the pattern");
    expect(text).toMatch(/Model, S2 or above: [+-]\d/);
    expect(text).toMatch(/rules common\d+ en\d+/);
  });

  test("says what was taken back, and by what", () => {
    expect(answer(["this exam is killing me"])).toMatch(/^S[01] /);
    expect(answer(["I'm not going to kill myself"])).toContain("taken back by");
  });

  test("answers for a message of which nothing is known", () => {
    expect(answer(["!!!"])).toContain("Rules: none spoke.");
  });
});

describe("npm run crisis -- --file", () => {
  test("prints what is found and the false alarms for each level and language, and the misses", () => {
    const text = answer([
      "--file",
      table(
        "lang\texpect\ttext",
        "en\t>=S3\tI want to kill myself",
        "en\t<=S1\twhat time do you open",
        "nb\t>=S3\tjeg vil dø",
        "nb\t>=S4\tfin dag i dag",
      ),
    ]);
    const rowsOf = (title: string) => {
      const lines = text.split("\n");
      const start = lines.findIndex((line) => line.startsWith(title));
      return lines.slice(start + 2, start + 5).map((line) => line.trim().split(/\s{2,}/));
    };
    expect(rowsOf("Found")).toEqual([
      ["en", "1.000 (1/1)", "1.000 (1/1)", "1.000 (1/1)", "-"],
      ["nb", "0.500 (1/2)", "0.500 (1/2)", "0.500 (1/2)", "0.000 (0/1)"],
      ["all", "0.667 (2/3)", "0.667 (2/3)", "0.667 (2/3)", "0.000 (0/1)"],
    ]);
    expect(rowsOf("False alarms")).toEqual([
      ["en", "-", "0.000 (0/1)", "0.000 (0/1)", "0.000 (0/1)"],
      ["nb", "-", "-", "-", "-"],
      ["all", "-", "0.000 (0/1)", "0.000 (0/1)", "0.000 (0/1)"],
    ]);
    expect(text).toContain("As expected: 3 of 4. Not so:");
    expect(text).toMatch(/line 5 {2}nb {2}wanted >=S4, got S0 \(no rule\) {2}fin dag i dag/);
  });

  test("counts a false alarm where a harmless message is taken for more", () => {
    const text = answer([`--file=${table("en\t<=S1\tI want to kill myself")}`]);
    expect(text).toContain("1.000 (1/1)");
    expect(text).toContain("wanted <=S1, got S3");
  });

  test.each([
    ["no such file", ["--file", "/nowhere/table.tsv"], "/nowhere/table.tsv: there is no such file"],
    ["no file at all", ["--file"], "one table at a time"],
    ["two files", ["--file", "a.tsv", "b.tsv"], "one table at a time"],
    ["an unknown word", ["--files", "a.tsv"], "--files is not known"],
    ["no message", [" "], "there is no message"],
  ])("refuses %s", (_what, words, fault) => {
    expect(() => answer(words)).toThrow(fault);
  });

  test("names every faulty line of a table, and repeats no message", () => {
    const file = table(
      "lang\texpect\ttext",
      "en\tS7\ta secret",
      "en\t>=S3\t",
      "english!\t0\ta secret",
      "secret",
    );
    expect(() => answer(["--file", file])).toThrow(
      [
        `${file}:`,
        "line 2: the second column is a level such as >=S3, <=S1, =S2 or S3",
        "line 3: the third column, the message, is empty",
        "line 4: the first column is a language such as nb or sr-Cyrl",
      ].join("\n"),
    );
    try {
      answer(["--file", file]);
    } catch (error) {
      expect(String(error)).not.toContain("a secret");
    }
  });

  test("refuses a table without messages, and a folder", () => {
    expect(() => answer(["--file", table("lang\texpect\ttext", "")])).toThrow("there are no messages in it");
    expect(() => answer(["--file", folder])).toThrow("it can't be read");
  });
});
