/** Reads the tables in `phrases/`: columns expect, kind (or `any`) and text. */
import { readFileSync } from "node:fs";
import { type Expectation, parseExpectation } from "../../../commands/crisis-examples.ts";

export interface Phrase {
  expect: Expectation;
  kind: string;
  text: string;
}

export function phrasesOf(file: string): Phrase[] {
  const [, ...rows] = readFileSync(file, "utf8").trim().split("\n");
  return rows.map((row, nth) => {
    const [expected = "", kind, text] = row.split("\t");
    const expect = parseExpectation(expected);
    if (!expect || !kind || !text) throw new Error(`${file}: row ${nth + 2} is not a phrase`);
    return { expect, kind, text };
  });
}
