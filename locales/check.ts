/** What is wrong with the texts of a language, seen beside the one that all keys come from. */
import { createHash } from "node:crypto";
import type { TextTree } from "./texts.ts";

/** Texts by their whole key, such as `consent.ask`. */
export type Texts = ReadonlyMap<string, string>;

export interface Fault {
  key: string;
  /** `missing` and `hole` keep a text from being said at all. */
  kind: "missing" | "extra" | "hole" | "plural" | "form" | "length";
  /** What follows the key in a sentence. */
  says: string;
}

/** Messenger's limit for a quick reply. A hole is not counted: handles go to the team, on Telegram, where 64 fit. */
const longestButton = 20;
/** Messenger's limits for an entry of its menu, and for its greeting. */
const longestMenuEntry = 30;
const longestGreeting = 160;
/** Messenger's limit for a message is 2,000; what fills the holes needs room too. */
const longestText = 1600;

const plural = /_(zero|one|two|few|many|other)$/;

export function textsOf(tree: TextTree, before = ""): Texts {
  const found = new Map<string, string>();
  for (const [name, inner] of Object.entries(tree)) {
    const key = `${before}${name}`;
    if (typeof inner === "string") found.set(key, inner);
    else for (const [below, text] of textsOf(inner, `${key}.`)) found.set(below, text);
  }
  return found;
}

/** The key that code names, without the plural form. */
export function baseOf(key: string): string {
  return key.replace(plural, "");
}

export function holesOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{([^}]*)\}\}/g)].map(([, name = ""]) => name))].sort();
}

/** Everything that is wrong with a language, in the order of its own keys; what is missing comes last. */
export function faultsOf(language: string, texts: Texts, source: Texts): Fault[] {
  const wanted = new Map<string, Set<string>>();
  for (const [key, text] of source) {
    const base = baseOf(key);
    wanted.set(base, new Set([...(wanted.get(base) ?? []), ...holesOf(text)]));
  }
  const had = new Set([...texts.keys()].map(baseOf));
  const missing = [...wanted.keys()].filter((base) => !had.has(base));
  return [
    ...[...texts].flatMap(([key, text]) => [
      ...holeFaults(key, text, wanted.get(baseOf(key))),
      ...formFaults(key, text),
      ...lengthFaults(key, text),
    ]),
    ...missing.map((key): Fault => ({ key, kind: "missing", says: "is missing" })),
    ...pluralFaults(language, texts),
  ];
}

/** Whether a text can't be said because of this. */
export function keepsSilent({ kind }: Fault): boolean {
  return kind === "missing" || kind === "hole";
}

/** @param wanted the holes that the source has; undefined when it does not have the key */
function holeFaults(key: string, text: string, wanted: ReadonlySet<string> | undefined): Fault[] {
  if (!wanted) return [{ key, kind: "extra", says: "is none of the keys" }];
  const counts = plural.test(key);
  const own = holesOf(text).filter((hole) => hole !== "count" || !counts);
  const theirs = [...wanted].filter((hole) => hole !== "count" || !counts).sort();
  if (own.join() === theirs.join()) return [];
  const says = `has the holes ${own.join() || "none"}, not ${theirs.join() || "none"}`;
  return [{ key, kind: "hole", says }];
}

function formFaults(key: string, text: string): Fault[] {
  const faults: string[] = [];
  if (text.trim() === "") faults.push("is empty");
  if (text !== text.trim()) faults.push("begins or ends with a blank");
  if (/ {2}|\t/.test(text)) faults.push("has two blanks in a row");
  if (text !== text.normalize("NFC")) faults.push("is not in normal form");
  if (/[{}]|\$t\(/.test(text.replace(/\{\{\w+\}\}/g, "")))
    faults.push("has a hole that is not written {{name}}");
  return faults.map((says) => ({ key, kind: "form", says }));
}

function lengthFaults(key: string, text: string): Fault[] {
  const { most, what } = limitOf(key);
  const length = [...text.replace(/\{\{[^}]*\}\}/g, "")].length;
  return length > most
    ? [{ key, kind: "length", says: `is too long for ${what}: ${length} of ${most}` }]
    : [];
}

function limitOf(key: string): { most: number; what: string } {
  if (/^(button|topic)\./.test(key)) return { most: longestButton, what: "a button" };
  if (/^menu\.(help|end|change|privacy)$/.test(key)) return { most: longestMenuEntry, what: "a menu" };
  if (key === "menu.greeting") return { most: longestGreeting, what: "the greeting" };
  return { most: longestText, what: "one message" };
}

function pluralFaults(language: string, texts: Texts): Fault[] {
  const forms = new Map<string, Set<string>>();
  for (const key of texts.keys()) {
    const form = plural.exec(key)?.[1];
    if (form) forms.set(baseOf(key), new Set([...(forms.get(baseOf(key)) ?? []), form]));
  }
  const wanted: string[] = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  return [...forms].flatMap(([key, found]) => {
    const missing = wanted.filter((form) => !found.has(form));
    const needless = [...found].filter((form) => !wanted.includes(form));
    const faults: string[] = [];
    if (missing.length > 0) faults.push(`lacks the plural form ${missing.join()}`);
    if (needless.length > 0) faults.push(`has no use for the form ${needless.join()}`);
    if (texts.has(key)) faults.push("is there with plural forms and without");
    return faults.map((says): Fault => ({ key, kind: "plural", says }));
  });
}

/** What a frightened person reads: nobody changes it without its being read again. */
const crisisTexts = /^(?:crisis|helplines|consent)\.|^error\.generic$/;

/** The version of the crisis texts of a language: another one when a word of them changes. */
export function crisisVersion(texts: Texts): string {
  const lines = [...texts].filter(([key]) => crisisTexts.test(key)).map(([key, text]) => `${key}\n${text}`);
  return createHash("sha256").update(lines.sort().join("\n\n")).digest("hex").slice(0, 8);
}
