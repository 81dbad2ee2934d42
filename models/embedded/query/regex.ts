import { CommandError } from "../errors.ts";

const END_OF_SUBJECT = "(?=\\n?(?![\\s\\S]))";
const SPACE = "\\t\\n\\v\\f\\r ";
const flagsOf = /^\(\?([imsx]+)\)/;

/**
 * A regular expression of MongoDB (PCRE syntax, options `imsxu`) as JavaScript's. What the two spell alike but
 * mean differently is rewritten: `.`, `$`, `\s`, `\A`, `\Z`, `\z`, `(?P<name>`, leading inline options and
 * extended mode. What JavaScript cannot express is refused, never matched differently.
 */
export function compileRegex(pattern: string, options: string): RegExp {
  if (pattern.includes("\0") || options.includes("\0")) {
    throw new CommandError("BadValue", "Regular expression cannot contain an embedded null byte");
  }
  for (const option of options) {
    if (!"imsxu".includes(option)) throw new CommandError(51108, `invalid flag in regex options: ${option}`);
  }
  const inline = flagsOf.exec(pattern);
  const all = options + (inline?.[1] ?? "");
  const source = translate(inline ? pattern.slice(inline[0].length) : pattern, {
    dotAll: all.includes("s"),
    multiline: all.includes("m"),
    extended: all.includes("x"),
  });
  const flags = (all.includes("i") ? "i" : "") + (all.includes("m") ? "m" : "");
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    return compileLenient(source, flags);
  }
}

/** Without the `u` flag JavaScript accepts needless escapes (`\-`), as PCRE does, but reads other things anew. */
function compileLenient(source: string, flags: string): RegExp {
  try {
    if (/\\[pPkRXKGQEhHNC]|\(\?[>|#(&+\-\dR]|[+*?}]\+|\[\[:/.test(source)) throw new SyntaxError("PCRE only");
    return new RegExp(source, flags);
  } catch {
    throw new CommandError(51091, "Regular expression is invalid or uses syntax that is not supported");
  }
}

interface Mode {
  dotAll: boolean;
  multiline: boolean;
  extended: boolean;
}

function translate(pattern: string, mode: Mode): string {
  let result = "";
  let at = 0;
  while (at < pattern.length) {
    const char = pattern.charAt(at);
    if (char === "\\") {
      result += translateEscape(pattern.charAt(at + 1), false);
      at += 2;
    } else if (char === "[") {
      const [text, next] = translateClass(pattern, at);
      result += text;
      at = next;
    } else if (mode.extended && /\s/.test(char)) {
      at += 1;
    } else if (mode.extended && char === "#") {
      const end = pattern.indexOf("\n", at);
      at = end < 0 ? pattern.length : end + 1;
    } else if (pattern.startsWith("(?P<", at)) {
      result += "(?<";
      at += 4;
    } else {
      result += translateChar(char, mode);
      at += 1;
    }
  }
  return result;
}

function translateChar(char: string, mode: Mode): string {
  if (char === ".") return mode.dotAll ? "[\\s\\S]" : "[^\\n]";
  if (char === "$") return mode.multiline ? "(?=\\n|(?![\\s\\S]))" : END_OF_SUBJECT;
  if (char === "^") return mode.multiline ? "(?<=\\n|(?<![\\s\\S]))" : "(?<![\\s\\S])";
  return char;
}

function translateEscape(letter: string, inClass: boolean): string {
  if (letter === "") throw new CommandError(51091, "Regular expression is invalid: \\ at end of pattern");
  if (letter === "s") return inClass ? SPACE : `[${SPACE}]`;
  if (letter === "S" && !inClass) return `[^${SPACE}]`;
  if (inClass) return `\\${letter}`;
  if (letter === "A") return "(?<![\\s\\S])";
  if (letter === "Z") return END_OF_SUBJECT;
  if (letter === "z") return "(?![\\s\\S])";
  return `\\${letter}`;
}

/** A character class, from its "[" on: its text and where the pattern goes on. */
function translateClass(pattern: string, start: number): [string, number] {
  let at = start + 1;
  let result = "[";
  if (pattern.charAt(at) === "^") {
    result += "^";
    at += 1;
  }
  if (pattern.charAt(at) === "]") {
    result += "\\]";
    at += 1;
  }
  for (; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === "]") return [`${result}]`, at + 1];
    if (char === "\\") {
      result += translateEscape(pattern.charAt(at + 1), true);
      at += 1;
    } else if (pattern.startsWith("[:", at)) {
      const end = pattern.indexOf(":]", at);
      result += posixClass(pattern.slice(at + 2, end));
      at = end + 1;
    } else {
      result += char === "[" ? "\\[" : char;
    }
  }
  throw new CommandError(51091, "Regular expression is invalid: missing terminating ] for character class");
}

const posixClasses: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  digit: "0-9",
  lower: "a-z",
  upper: "A-Z",
  space: SPACE,
  blank: " \\t",
  xdigit: "0-9A-Fa-f",
  word: "\\w",
  punct: "!-\\/:-@\\[-`{-~",
};

function posixClass(name: string): string {
  const members = posixClasses[name];
  if (members === undefined) {
    throw new CommandError(51091, "Regular expression is invalid: unknown POSIX class name");
  }
  return members;
}
