/** Wrong facts kill: the numbers that matter most stand here a second time. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { readHelplines } from "../../programmes/helplines.ts";

const countries = readHelplines();
const of = (country: string) => countries.get(country)?.helplines ?? [];
const phonesOf = (country: string, kind: string) =>
  of(country)
    .filter((helpline) => helpline.kind === kind)
    .map(({ phone }) => phone);

describe("emergency numbers", () => {
  test.each([
    ["no", ["113", "112", "110"]],
    ["rs", ["194", "192", "193"]],
    ["hu", ["112"]],
    ["cy", ["112"]],
    ["it", ["112"]],
    ["ie", ["112"]],
    ["fr", ["112", "15"]],
    ["es", ["112"]],
    ["pt", ["112"]],
    ["fallback", []],
  ])("of %s", (country, numbers) => {
    expect(phonesOf(country, "emergency")).toEqual(numbers);
  });

  test("of Serbia never say 112", () => {
    expect(JSON.stringify(of("rs"))).not.toContain("112");
  });
});

describe("lines for a person in despair", () => {
  test.each([
    ["no", ["116 123", "22 40 00 40"]],
    ["rs", ["0800 309 309", "0800 300 303"]],
    ["hu", ["116-123"]],
    ["ie", ["116 123"]],
    ["fr", ["3114"]],
    ["es", ["024"]],
    ["pt", ["1411"]],
    ["cy", []],
  ])("of %s", (country, numbers) => {
    const shown = of(country).filter(({ kind, verifiedOn }) => kind === "crisis" && verifiedOn !== null);
    expect(shown.flatMap(({ phone }) => (phone ? [phone] : []))).toEqual(numbers);
  });

  test("do not count SiO among them: it is no acute service", () => {
    expect(of("no").find(({ id }) => id === "no.sio")?.kind).toBe("referral");
  });
});

describe("a file with a fault is refused, with its name and what is wrong", () => {
  const directory = mkdtempSync(join(tmpdir(), "peerline-helplines-"));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const number = {
    id: "xx.1",
    kind: "emergency",
    services: ["ambulance"],
    phone: "113",
    hours: "always",
    languages: ["en"],
    source: "a source",
    confidence: "H",
    verifiedOn: null,
    verifiedBy: null,
  };

  test.each([
    ["another country's file", { country: "yy" }, "the file is named after its country, xx"],
    ["no number at all", { helplines: [{ ...number, phone: undefined }] }, "needs a phone"],
    ["letters in a number", { helplines: [{ ...number, phone: "113 or so" }] }, "written in digits"],
    ["a date without a name", { helplines: [{ ...number, verifiedOn: "2026-01-01" }] }, "both given"],
    ["the same id twice", { helplines: [number, number] }, "an id stands twice"],
    ["an unknown word", { helplines: [{ ...number, telephone: "1" }] }, "telephone"],
    ["an emergency number with hours", { helplines: [{ ...number, hours: null }] }, "always answered"],
  ])("%s", (_, change, says) => {
    const file = { country: "xx", zone: "Europe/Oslo", leftOut: [], helplines: [number], ...change };
    writeFileSync(join(mkdirAgain(directory), "xx.json"), JSON.stringify(file));
    expect(() => readHelplines(directory)).toThrow(says);
    expect(() => readHelplines(directory)).toThrow("xx.json");
  });
});

function mkdirAgain(directory: string): string {
  mkdirSync(directory, { recursive: true });
  return directory;
}
