/** A part of a text that means something, as in the Bot API: offset and length in UTF-16 units. */
export interface Entity {
  type: string;
  offset: number;
  length: number;
  url?: string;
  language?: string;
}

/** The longest text of a message, in Unicode characters. */
export const longestText = 4096;

/** Characters as Telegram counts them: code points, not UTF-16 units. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** False when a text holds half of a surrogate pair, which no UTF-8 can carry. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/**
 * What Telegram makes of a text before it stores it: no carriage returns, control characters as spaces, no blanks at
 * the end and no spaces or empty lines at the beginning.
 */
export function cleanText(text: string): string {
  return (
    text
      .replace(/\p{Surrogate}/gu, "\u{fffd}")
      .replaceAll("\r", "")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove.
      .replace(/[\u0000-\u0009\u000b-\u001f]/g, " ")
      .replace(/[\s\u200b]+$/u, "")
      .replace(/^[ \n]+/, "")
  );
}

const findings: ReadonlyArray<{ type: string; pattern: RegExp }> = [
  { type: "url", pattern: /\bhttps?:\/\/[^\s<>"]*[^\s<>".,:;!?)\]]/giu },
  { type: "email", pattern: /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/gu },
  { type: "bot_command", pattern: /(?<![\p{L}\p{N}_/])\/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w@/])/gu },
  { type: "mention", pattern: /(?<![\p{L}\p{N}_@/.])@\w{4,32}\b/gu },
];

/** Commands, mentions and links in a text, in order; what lies inside another is left out. */
export function findEntities(text: string): Entity[] {
  const found: Entity[] = [];
  for (const { type, pattern } of findings) {
    for (const match of text.matchAll(pattern)) {
      const entity = { type, offset: match.index, length: match[0].length };
      if (!found.some((other) => overlap(other, entity))) found.push(entity);
    }
  }
  return found.sort((one, other) => one.offset - other.offset);
}

export function overlap(one: Entity, other: Entity): boolean {
  return one.offset < other.offset + other.length && other.offset < one.offset + one.length;
}
