/** Tables of messages with the level each should get, as `crisis` checks them and `crisis:train` learns from them. */
import { readFileSync } from "node:fs";
import type { Level } from "../flows/crisis/finding.ts";

/** The levels that are right: `>=S3`, `<=S1`, `=S2`, `S2` or `2`. */
export interface Expectation {
  sign: ">=" | "<=" | "=";
  level: Level;
}

export interface Example {
  /** Line in the file, from 1. */
  line: number;
  language: string;
  expect: Expectation;
  text: string;
}

const levels: readonly Level[] = [0, 1, 2, 3, 4];

/** Null when it is none. */
export function parseExpectation(written: string): Expectation | null {
  const [, sign, digit] = /^(>=|<=|=|)\s*S?([0-4])$/i.exec(written.trim()) ?? [];
  const level = levels.find((each) => String(each) === digit);
  if (level === undefined) return null;
  return { sign: sign === ">=" || sign === "<=" ? sign : "=", level };
}

export function meets(level: Level, { sign, level: wanted }: Expectation): boolean {
  if (sign === ">=") return level >= wanted;
  return sign === "<=" ? level <= wanted : level === wanted;
}

/**
 * Reads a table with the columns `lang`, `expect` (or `level`) and `text`, separated by tabs. A first line that names
 * them is skipped; empty lines are nothing.
 * @throws with the file's name and every faulty line; it repeats no message
 */
export function readExamples(file: string): Example[] {
  const faults: string[] = [];
  const examples = contentOf(file)
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .flatMap((row, nth): Example[] => {
      const line = nth + 1;
      const [language = "", expected = "", ...rest] = row.split("\t");
      if (row.trim() === "" || (line === 1 && /^(expect|level)$/i.test(expected.trim()))) return [];
      const text = rest.join("\t").trim();
      const expect = parseExpectation(expected);
      if (!/^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(language.trim()))
        faults.push(`line ${line}: the first column is a language such as nb or sr-Cyrl`);
      else if (!expect)
        faults.push(`line ${line}: the second column is a level such as >=S3, <=S1, =S2 or S3`);
      else if (text === "") faults.push(`line ${line}: the third column, the message, is empty`);
      else return [{ line, language: language.trim(), expect, text }];
      return [];
    });
  if (faults.length > 0) throw new Error(`${file}:\n${faults.join("\n")}`);
  if (examples.length === 0) throw new Error(`${file}: there are no messages in it`);
  return examples;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const isThere = !(error instanceof Error && "code" in error && error.code === "ENOENT");
    throw new Error(`${file}: ${isThere ? "it can't be read" : "there is no such file"}`);
  }
}
