/**
 * Makes texts fit what a platform takes, without ever cutting what a reader sees as one character. Lengths are in
 * UTF-16 units, as in `ChannelLimits`.
 */
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const sentences = new Intl.Segmenter(undefined, { granularity: "sentence" });

const blank = /^\s*$/u;

/**
 * Cuts a text into parts of at most `limit` units, where a reader would: between paragraphs, else lines, sentences,
 * words, and only then inside a word. Nothing is lost or added: the parts, joined, are the text. The last part has
 * something to read, because platforms refuse blank messages. A text that fits, even an empty one, is one part.
 */
export function split(text: string, limit: number): string[] {
  if (!(limit >= 1)) throw new RangeError("a part must have room for at least one unit");
  const parts: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const part = rest.slice(0, placeOfCut(rest, limit));
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return [...parts, rest];
}

/** Makes a button's label fit: what is too long ends in an ellipsis, never inside a character. */
export function shorten(label: string, limit: number): string {
  if (label.length <= limit) return label;
  return `${label.slice(0, graphemeStart(label, limit - 1)).trimEnd()}…`;
}

/** What no UTF-8 can carry, halves of a surrogate pair, becomes the sign for an unreadable character. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\u{fffd}");
}

/** How much of a text that is too long goes into its first part. */
function placeOfCut(text: string, limit: number): number {
  const most = Math.min(limit, lastVisible(text) || limit);
  const view = text.slice(0, limit + 1);
  // A part that is less than half full is too high a price for a tidy end; not so for a whole word, or a link.
  const least = Math.floor(most / 2);
  const places = [
    () => lastEnd(/\n[^\S\n]*\n\s*/gu, view, least, most),
    () => lastEnd(/\n\s*/gu, view, least, most),
    () => sentenceStart(view, least, most),
    () => lastEnd(/\s+/gu, view, 0, most),
  ];
  for (const place of places) {
    const found = place();
    if (found > 0) return found;
  }
  return graphemeStart(text, most) || codePointStart(text, limit);
}

/** Where the last character stands that is not blank; 0 when there is none behind the first. */
function lastVisible(text: string): number {
  return Math.max(0, text.trimEnd().length - 1);
}

/** The end of the last match that ends after `least` and at most at `most`, between two characters; else 0. */
function lastEnd(pattern: RegExp, text: string, least: number, most: number): number {
  let found = 0;
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    if (end > most) break;
    if (end > least && !blank.test(text.slice(0, end)) && graphemeStart(text, end) === end) found = end;
  }
  return found;
}

function sentenceStart(text: string, least: number, most: number): number {
  const start = sentences.segment(text).containing(most)?.index ?? 0;
  return start > least && graphemeStart(text, start) === start ? start : 0;
}

/** The start of the character that the unit at `place` belongs to. */
function graphemeStart(text: string, place: number): number {
  return graphemes.segment(text).containing(place)?.index ?? 0;
}

/** Only for a single "character" longer than a whole part, as stacked accents can be: at least no half of a pair. */
function codePointStart(text: string, place: number): number {
  const inside = /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(place - 1, place + 1));
  return inside && place > 1 ? place - 1 : place;
}
