import type { Entity } from "../text.ts";
import { byteOffset, type MarkedText, MarkupError } from "./marked-text.ts";

const marks: ReadonlyMap<string, { type: string; end: string }> = new Map([
  ["_", { type: "italic", end: "_" }],
  ["*", { type: "bold", end: "*" }],
  ["`", { type: "code", end: "`" }],
  ["[", { type: "text_link", end: "]" }],
]);

/** `parse_mode: "Markdown"`, the old one, in which marks do not nest. Throws a `MarkupError` in Telegram's words. */
export function parseMarkdown(source: string): MarkedText {
  const entities: Entity[] = [];
  let text = "";
  let index = 0;
  while (index < source.length) {
    const character = source[index] ?? "";
    const next = source[index + 1] ?? "";
    const mark = marks.get(character);
    if (character === "\\" && marks.has(next)) {
      text += next;
      index += 2;
    } else if (mark === undefined) {
      text += character;
      index += 1;
    } else {
      const fenced = source.startsWith("```", index);
      const end = fenced ? "```" : mark.end;
      const fence = fenced ? /^```(?:[^\s`]+(?=\s))?\n?/.exec(source.slice(index)) : null;
      const begin = index + (fence?.[0].length ?? 1);
      const close = source.indexOf(end, begin);
      if (close < 0) {
        const at = byteOffset(source, index);
        throw new MarkupError(`Can't find end of the entity starting at byte offset ${at}`);
      }
      const marked = source.slice(begin, close);
      const entity: Entity = {
        type: fenced ? "pre" : mark.type,
        offset: text.length,
        length: marked.length,
      };
      index = close + end.length;
      if (mark.type === "text_link") {
        const target = /^\(([^)]*)\)?/.exec(source.slice(index));
        entity.url = target?.[1] ?? marked;
        index += target?.[0].length ?? 0;
      }
      text += marked;
      if (marked !== "") entities.push(entity);
    }
  }
  return { text, entities };
}
