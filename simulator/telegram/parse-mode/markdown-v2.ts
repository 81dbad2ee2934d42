import type { Entity } from "../text.ts";
import { byteOffset, type MarkedText, MarkupError, sorted } from "./marked-text.ts";

interface Mark {
  /** As Telegram names it in an error. */
  name: string;
  type: string;
  begin: string;
  end: string;
}

/** Longer marks first: `__` is not two `_`. */
const marks: readonly Mark[] = [
  { name: "Pre", type: "pre", begin: "```", end: "```" },
  { name: "Underline", type: "underline", begin: "__", end: "__" },
  { name: "Spoiler", type: "spoiler", begin: "||", end: "||" },
  { name: "CustomEmoji", type: "custom_emoji", begin: "![", end: "]" },
  { name: "Bold", type: "bold", begin: "*", end: "*" },
  { name: "Italic", type: "italic", begin: "_", end: "_" },
  { name: "Strikethrough", type: "strikethrough", begin: "~", end: "~" },
  { name: "Code", type: "code", begin: "`", end: "`" },
  { name: "TextUrl", type: "text_link", begin: "[", end: "]" },
];

const reserved = new Set("_*[]()~`>#+-=|{}.!");

interface OpenMark extends Mark {
  offset: number;
  at: number;
}

/** `parse_mode: "MarkdownV2"`. Throws a `MarkupError` in Telegram's words. */
export function parseMarkdownV2(source: string): MarkedText {
  const open: OpenMark[] = [];
  const entities: Entity[] = [];
  let text = "";
  let quote: number | null = null;
  let index = 0;

  const endQuote = () => {
    if (quote !== null && text.length > quote) {
      entities.push({ type: "blockquote", offset: quote, length: text.length - quote });
    }
    quote = null;
  };

  while (index < source.length) {
    const character = source[index] ?? "";
    const next = source[index + 1] ?? "";
    const current = open.at(-1);
    const lineBegins = text === "" || text.endsWith("\n");
    const verbatim = current?.type === "code" || current?.type === "pre";

    if (character === "\\" && next !== "" && next <= "~") {
      text += next;
      index += 2;
    } else if (current !== undefined && endsHere(source, index, current)) {
      open.pop();
      index += current.end.length;
      const entity: Entity = {
        type: current.type,
        offset: current.offset,
        length: text.length - current.offset,
      };
      if (current.end === "]") index = readTarget(source, index, current, entity, text);
      if (entity.length > 0) entities.push(entity);
    } else if (verbatim ? character !== "`" : !reserved.has(character)) {
      text += character;
      index += 1;
      if (character === "\n" && quote !== null && source[index] !== ">") {
        refuseUnclosed(open);
        endQuote();
      }
    } else if (character === ">" && lineBegins) {
      quote ??= text.length;
      index += 1;
    } else {
      const mark = verbatim ? undefined : marks.find(({ begin }) => source.startsWith(begin, index));
      if (mark === undefined) {
        throw new MarkupError(
          `Character '${character}' is reserved and must be escaped with the preceding '\\'`,
        );
      }
      open.push({ ...mark, offset: text.length, at: byteOffset(source, index) });
      index += mark.begin.length;
      if (mark.type === "pre") index += /^(?:[^\s`]+(?=\s))?\n?/.exec(source.slice(index))?.[0].length ?? 0;
    }
  }
  refuseUnclosed(open);
  endQuote();
  return { text, entities: sorted(entities) };
}

function endsHere(source: string, index: number, mark: OpenMark): boolean {
  if (!source.startsWith(mark.end, index)) return false;
  return mark.type !== "italic" || source[index + 1] !== "_";
}

function refuseUnclosed(open: readonly OpenMark[]): void {
  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    throw new MarkupError(`Can't find end of ${unclosed.name} entity at byte offset ${unclosed.at}`);
  }
}

/** The `(…)` after a link text or a custom emoji. */
function readTarget(source: string, index: number, mark: OpenMark, entity: Entity, text: string): number {
  if (source[index] !== "(") {
    if (mark.type === "custom_emoji") {
      throw new MarkupError("The entity must contain a tg://emoji or tg://time URL");
    }
    entity.url = text.slice(entity.offset);
    return index;
  }
  const match = /^\(((?:\\[\s\S]|[^)\\])*)\)/.exec(source.slice(index));
  if (match === null) {
    throw new MarkupError(`Can't find end of a URL at byte offset ${byteOffset(source, index + 1)}`);
  }
  entity.url = (match[1] ?? "").replace(/\\([\s\S])/g, "$1");
  return index + match[0].length;
}
