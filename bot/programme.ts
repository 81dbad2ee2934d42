/** The programme that is served, from its file, and whether everything that it has to say can be said. */
import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { faultsOf, keepsSilent, textsOf } from "../locales/check.ts";
import type { TextTree } from "../locales/texts.ts";
import { type Language, type Programme, programmeSchema } from "../programmes/programme.ts";

/** How many faults are named in one sentence. */
const mostNamed = 10;

const presets = new URL("../programmes/", import.meta.url);

/**
 * A preset by its name, or a file; null when it can't be used, and then the problems say why.
 * @param texts the texts of a language
 */
export function readProgramme(
  name: string,
  texts: (language: Language) => TextTree,
  problems: string[],
): Programme | null {
  const preset = /^[a-z0-9-]+$/.test(name);
  const file = preset ? new URL(`${name}.json`, presets) : isAbsolute(name) ? name : resolve(name);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    problems.push(`PROGRAMME is "${name}", and there is no such preset or readable file`);
    return null;
  }
  const programme = parsed(name, text, problems);
  if (programme)
    problems.push(...programme.languages.flatMap((language) => silences(programme, language, texts)));
  return programme;
}

function parsed(name: string, text: string, problems: string[]): Programme | null {
  try {
    const result = programmeSchema.safeParse(JSON.parse(text));
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues)
      problems.push(`PROGRAMME ${name}: ${path.join(".")}: ${message}`);
  } catch {
    problems.push(`PROGRAMME ${name} is not readable as JSON`);
  }
  return null;
}

/** A text that can't be said would be found out by somebody in need: no programme starts without all of them. */
function silences({ id }: Programme, language: Language, texts: (language: Language) => TextTree): string[] {
  const begins = `PROGRAMME ${id} speaks ${language}, and locales/${language}.json`;
  const ends = `take ${language} out of the programme; npm run locales lists everything.`;
  try {
    const faults = faultsOf(language, textsOf(texts(language)), textsOf(texts("en"))).filter(keepsSilent);
    if (faults.length === 0) return [];
    const named = faults.slice(0, mostNamed).map(({ key, says }) => `${key} ${says}`);
    const more = faults.length > mostNamed ? `; and ${faults.length - mostNamed} more` : "";
    return [`${begins} is not complete: ${named.join("; ")}${more}. Write these texts, or ${ends}`];
  } catch {
    return [`${begins} is not readable as JSON. Put it right, or ${ends}`];
  }
}
