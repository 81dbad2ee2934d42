/**
 * What people type instead of tapping: whole messages that are a command or the answer to an open question. Nobody
 * types slashes on Messenger, so every command is also a plain word.
 */
import type { Content } from "../adapters/content.ts";
import type { AgeBucket } from "./state.ts";

export type MenteeCommand =
  | "help"
  | "close"
  | "change"
  | "stop"
  | "delete"
  | "mydata"
  | "privacy"
  | "consent"
  | "english"
  | "norwegian";

const commands: Record<MenteeCommand, readonly string[]> = {
  help: [
    "help",
    "hjelp",
    "/help",
    "/hjelp",
    "help me",
    "hjelp meg",
    "i need help now",
    "jeg trenger hjelp nå",
  ],
  close: ["/end", "/avslutt", "end the talk", "avslutt samtalen", "end chat", "avslutt"],
  stop: ["/stop", "/stopp", "stop", "stopp", "unsubscribe"],
  delete: ["/delete", "/slett", "delete", "slett", "delete my data", "slett alt", "delete everything"],
  mydata: ["/mydata", "/minedata", "my data", "mine data"],
  privacy: ["/privacy", "/personvern", "privacy", "personvern"],
  consent: ["/consent", "/samtykke", "consent", "samtykke"],
  change: ["/change", "/bytt", "someone else", "en annen person"],
  english: ["/english", "english", "in english", "engelsk"],
  norwegian: ["/norsk", "norsk", "på norsk", "norwegian", "bokmål"],
};

const yes = new Set(["yes", "y", "yeah", "yep", "sure", "ok", "okay", "yes please", "ja", "j", "jo", "jada", "ja takk", "greit", "det er greit", "ja det er greit", "yes that is fine", "thats fine", "that is fine"]); // biome-ignore format: a list
const no = new Set(["no", "n", "nope", "not now", "no thanks", "nei", "ikke nå", "nei takk", "niks"]);
const more = new Set(["more", "read more", "les mer", "mer"]);

/** The command that a whole message is, or null. */
export function commandIn(content: Content): MenteeCommand | null {
  const text = plain(content);
  for (const [command, words] of Object.entries(commands)) {
    if (words.includes(text)) return command as MenteeCommand;
  }
  return null;
}

/** What a typed answer to "is that all right?" means, or null when it is something else. */
export function consentIn(content: Content): "yes" | "no" | "more" | null {
  const text = plain(content);
  if (yes.has(text)) return "yes";
  if (no.has(text)) return "no";
  return more.has(text) ? "more" : null;
}

/** The bucket of a typed age: a number alone, or one with a few words around it. */
export function ageIn(content: Content): AgeBucket | null {
  const text = plain(content);
  if (/^(under|below) 15$/.test(text)) return "under15";
  if (/^(over|above|18 or over|18 eller over|18\+)/.test(text)) return "18plus";
  if (/^15( ?(-|–|to|til) ?)17$/.test(text)) return "15to17";
  const match =
    /^(?:(?:i am|im|jeg er|jeg er på|am|er) )?(\d{1,2})(?: ?(?:years?(?: old)?|år(?: gammel)?))?$/.exec(text);
  if (!match) return null;
  const age = Number(match[1]);
  if (age < 15) return "under15";
  return age < 18 ? "15to17" : "18plus";
}

/** A name that somebody types when asked what to be called: up to three words of letters. Anything else are words. */
export function nameIn(content: Content): string | null {
  if (content.kind !== "text") return null;
  const text = content.text.normalize("NFC").trim();
  return text.length <= 30 && /^\p{L}[\p{L}'’-]*( \p{L}[\p{L}'’.-]*){0,2}$/u.test(text) ? text : null;
}

/** Lower case, one space between words, no marks around them; a leading slash stays. */
function plain(content: Content): string {
  if (content.kind !== "text") return "";
  if (content.text.length > 80) return "";
  return content.text
    .normalize("NFC")
    .toLowerCase()
    .replace(/[’'`"“”.,!?;:()]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
