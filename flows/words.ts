/**
 * What people type instead of tapping: whole messages that are a command or the answer to an open question. Nobody
 * types slashes on Messenger, so what mentees can ask for is also a plain word. The words themselves stand in
 * `words/`, a file for each language.
 */
import type { Content } from "../adapters/content.ts";
import type { Language } from "../programmes/programme.ts";
import { fold, spellings } from "./crisis/fold.ts";
import type { AgeBucket } from "./state.ts";
import { vocabularies } from "./words/vocabularies.ts";
import type {
  ConsentAnswer,
  CoordinatorCommand,
  MenteeCommand,
  SupporterCommand,
  Vocabulary,
} from "./words/vocabulary.ts";

/** The wish to go on in a language. */
export interface Speak {
  language: Language;
}

export function isSpeak(command: string | Speak | null): command is Speak {
  return typeof command === "object" && command !== null;
}

/** A command of the team, and what stands behind it on the line. */
export interface Typed<Command> {
  /** Null when nobody knows it. */
  command: Command | null;
  rest: string;
}

/** Meanings by what is typed, folded. */
type Dictionary<Meaning> = ReadonlyMap<string, Meaning>;

const everyLanguage = Object.entries(vocabularies) as [Language, Vocabulary][];

/** In danger or in haste people write in any language they know, so commands count in all of them. */
const languageWords = dictionary(everyLanguage.map(([language, { called }]) => [{ language }, called]));
const menteeWords = dictionary(everyLanguage.flatMap(([, { mentee }]) => meanings<MenteeCommand>(mentee)));
const supporterWords = dictionary(
  everyLanguage.flatMap(([, { supporter }]) => meanings<SupporterCommand>(supporter)),
);
const coordinatorWords = dictionary(
  everyLanguage.flatMap(([, { coordinator }]) => meanings<CoordinatorCommand>(coordinator)),
);
const ageShapes = dictionary(
  everyLanguage.flatMap(([, { ages }]) => meanings<keyof Vocabulary["ages"]>(ages)),
);
/** A yes must be one in a language of the programme: elsewhere the same letters may mean something else. */
const answerWords = new Map(
  everyLanguage.map(([language, { answers }]) => [language, dictionary(meanings<ConsentAnswer>(answers))]),
);

/** The command that a whole message is, or null. A language counts when the programme speaks it. */
export function commandIn(content: Content, spoken: readonly Language[]): MenteeCommand | Speak | null {
  const text = plain(content);
  return menteeWords.get(text) ?? speakIn(text, spoken);
}

/** A supporter's command; null when the words are none. */
export function supporterCommandIn(
  content: Content,
  spoken: readonly Language[],
): Typed<SupporterCommand | Speak> | null {
  const typed = typedIn(content);
  if (!typed) return null;
  const { name, rest } = typed;
  return { command: supporterWords.get(name) ?? speakIn(name, spoken), rest };
}

/** A coordinator's command in the staff group; null when the words are none. */
export function coordinatorCommandIn(content: Content): Typed<CoordinatorCommand> | null {
  const typed = typedIn(content);
  return typed && { command: coordinatorWords.get(typed.name) ?? null, rest: typed.rest };
}

/** What a typed answer to "is that all right?" means, or null when it is something else. */
export function consentIn(content: Content, spoken: readonly Language[]): ConsentAnswer | null {
  const text = plain(content);
  for (const language of spoken) {
    const answer = answerWords.get(language)?.get(text);
    if (answer) return answer;
  }
  return null;
}

/** The bucket of a typed age: a number alone, or one with a few words around it. */
export function ageIn(content: Content): AgeBucket | null {
  const text = plain(content).replace(/ ?[-–] ?/g, "-");
  const [first = 0, last = first] = (text.match(/\d+/g) ?? []).map(Number);
  switch (ageShapes.get(text.replace(/\d+/g, "#"))) {
    case "exactly":
      if (first > 99) return null;
      return first < 15 ? "under15" : first < 18 ? "15to17" : "18plus";
    case "under":
      return first <= 15 ? "under15" : null;
    case "between":
      return first >= 15 && last <= 17 ? "15to17" : null;
    case "over":
      return first >= 18 ? "18plus" : null;
    default:
      return null;
  }
}

/** A name that somebody types when asked what to be called: up to three words of letters. Anything else are words. */
export function nameIn(content: Content): string | null {
  if (content.kind !== "text") return null;
  const text = content.text.normalize("NFC").trim();
  return text.length <= 30 && /^\p{L}[\p{L}'’-]*( \p{L}[\p{L}'’.-]*){0,2}$/u.test(text) ? text : null;
}

function speakIn(text: string, spoken: readonly Language[]): Speak | null {
  const wanted = languageWords.get(text);
  return wanted && spoken.includes(wanted.language) ? wanted : null;
}

/** What was typed after `/`, folded, with its slash; and the rest of the line. */
function typedIn(content: Content): { name: string; rest: string } | null {
  if (content.kind !== "text") return null;
  const match = /^(\/[\p{L}_]+)(?:@\w+)?(?:\s+([\s\S]*))?$/u.exec(content.text.normalize("NFC").trim());
  return match?.[1] ? { name: fold(match[1]), rest: (match[2] ?? "").trim() } : null;
}

function meanings<Meaning extends string>(
  words: Record<Meaning, readonly string[]>,
): [Meaning, readonly string[]][] {
  return Object.entries(words) as [Meaning, readonly string[]][];
}

function dictionary<Meaning>(
  entries: readonly (readonly [Meaning, readonly string[]])[],
): Dictionary<Meaning> {
  const found = new Map<string, Meaning>();
  for (const [meaning, words] of entries) {
    for (const spelling of words.flatMap(spellings)) found.set(spelling, meaning);
  }
  return found;
}

/** Folded, one space between words, no marks around them; a leading slash stays. */
function plain(content: Content): string {
  if (content.kind !== "text" || content.text.length > 80) return "";
  return fold(content.text)
    .replace(/[`"“”„«».,!?¡¿;·:()]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
