import type { Entity } from "../text.ts";
import { byteOffset, type MarkedText, MarkupError, sorted } from "./marked-text.ts";

const typeOfTag: ReadonlyMap<string, string> = new Map([
  ["a", "text_link"],
  ["b", "bold"],
  ["strong", "bold"],
  ["i", "italic"],
  ["em", "italic"],
  ["u", "underline"],
  ["ins", "underline"],
  ["s", "strikethrough"],
  ["strike", "strikethrough"],
  ["del", "strikethrough"],
  ["span", "spoiler"],
  ["tg-spoiler", "spoiler"],
  ["tg-emoji", "custom_emoji"],
  ["pre", "pre"],
  ["code", "code"],
  ["blockquote", "blockquote"],
]);

const characterOf: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
]);

interface OpenTag {
  name: string;
  attributes: ReadonlyMap<string, string>;
  offset: number;
}

/** `parse_mode: "HTML"`. Throws a `MarkupError` in Telegram's words. */
export function parseHtml(source: string): MarkedText {
  const open: OpenTag[] = [];
  const entities: Entity[] = [];
  let text = "";
  let index = 0;
  while (index < source.length) {
    const at = byteOffset(source, index);
    if (source[index] === "&") {
      const reference = readReference(source, index);
      text += reference.character;
      index = reference.end;
    } else if (source[index] !== "<") {
      text += source[index];
      index += 1;
    } else if (source[index + 1] === "/") {
      const tag = open.pop();
      if (tag === undefined) throw new MarkupError(`Unexpected end tag at byte offset ${at}`);
      index = readEndTag(source, index, tag.name, at);
      if (text.length > tag.offset) entities.push(entityOf(tag, text));
    } else {
      const tag = readStartTag(source, index, at);
      open.push({ name: tag.name, attributes: tag.attributes, offset: text.length });
      index = tag.end;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    throw new MarkupError(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  }
  return { text, entities: sorted(entities) };
}

function readReference(source: string, index: number): { character: string; end: number } {
  const match = /^&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));?/i.exec(source.slice(index, index + 12));
  const [whole, hexadecimal, decimal, name] = match ?? [];
  const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
  const named = name === undefined ? undefined : characterOf.get(name);
  const character = named ?? (code > 0 && code < 0x10ffff ? String.fromCodePoint(code) : undefined);
  if (whole === undefined || character === undefined) return { character: "&", end: index + 1 };
  return { character, end: index + whole.length };
}

function readEndTag(source: string, index: number, expected: string, at: number): number {
  const name = /^[^\s>]*/.exec(source.slice(index + 2))?.[0] ?? "";
  const rest = /^\s*/.exec(source.slice(index + 2 + name.length))?.[0] ?? "";
  const end = index + 2 + name.length + rest.length;
  if (source[end] !== ">") throw new MarkupError(`Unclosed end tag at byte offset ${at}`);
  const found = name.toLowerCase();
  if (found !== "" && found !== expected) {
    throw new MarkupError(
      `Unmatched end tag at byte offset ${at}, expected "</${expected}>", found "</${found}>"`,
    );
  }
  return end + 1;
}

function readStartTag(source: string, index: number, at: number) {
  const written = /^[^\s>]*/.exec(source.slice(index + 1))?.[0] ?? "";
  let end = index + 1 + written.length;
  if (end >= source.length) throw new MarkupError(`Unclosed start tag at byte offset ${at}`);
  const name = written.toLowerCase();
  if (!typeOfTag.has(name)) throw new MarkupError(`Unsupported start tag "${name}" at byte offset ${at}`);
  const attributes = new Map<string, string>();
  while (source[end] !== ">") {
    end += /^\s*/.exec(source.slice(end))?.[0].length ?? 0;
    if (source[end] === ">") break;
    const attribute = readAttribute(source, end, name, at);
    attributes.set(attribute.name, attribute.value);
    end = attribute.end;
  }
  if (name === "span" && attributes.get("class") !== "tg-spoiler") {
    throw new MarkupError(`Tag "span" must have class "tg-spoiler" at byte offset ${at}`);
  }
  return { name, attributes, end: end + 1 };
}

function readAttribute(source: string, index: number, tag: string, at: number) {
  const name = /^[^\s=>/"']*/.exec(source.slice(index))?.[0] ?? "";
  if (name === "") throw new MarkupError(`Empty attribute name in the tag "${tag}" at byte offset ${at}`);
  const unclosed = new MarkupError(`Unclosed start tag "${tag}" at byte offset ${at}`);
  const gap = /^\s*/.exec(source.slice(index + name.length))?.[0].length ?? 0;
  const equals = index + name.length + gap;
  if (equals >= source.length) throw unclosed;
  if (source[equals] !== "=") return { name, value: "", end: equals };
  const begin = equals + 1 + (/^\s*/.exec(source.slice(equals + 1))?.[0].length ?? 0);
  if (begin >= source.length) throw unclosed;
  const quote = source[begin];
  if (quote !== '"' && quote !== "'") {
    const token = /^[A-Za-z0-9.-]*/.exec(source.slice(begin))?.[0] ?? "";
    const end = begin + token.length;
    if (!/[\s>]/.test(source[end] ?? "")) {
      throw new MarkupError(`Unexpected end of name token at byte offset ${byteOffset(source, begin)}`);
    }
    return { name, value: token.toLowerCase(), end };
  }
  const close = source.indexOf(quote, begin + 1);
  if (close < 0 || close + 1 >= source.length) {
    throw new MarkupError(`Unclosed start tag at byte offset ${at}`);
  }
  const value = source
    .slice(begin + 1, close)
    .replace(/&[#\w]+;?/g, (written) => readReference(written, 0).character);
  return { name, value, end: close + 1 };
}

function entityOf(tag: OpenTag, text: string): Entity {
  const entity: Entity = {
    type: typeOfTag.get(tag.name) ?? tag.name,
    offset: tag.offset,
    length: text.length - tag.offset,
  };
  if (tag.name === "a") entity.url = tag.attributes.get("href") || text.slice(tag.offset);
  return entity;
}
