import { telegramRefusal } from "../refusals.ts";
import { parseHtml } from "./html.ts";
import { parseMarkdown } from "./markdown.ts";
import { parseMarkdownV2 } from "./markdown-v2.ts";
import { type MarkedText, MarkupError } from "./marked-text.ts";

const parsers: ReadonlyMap<string, (text: string) => MarkedText> = new Map([
  ["html", parseHtml],
  ["markdown", parseMarkdown],
  ["markdownv2", parseMarkdownV2],
]);

/** Reads a text as `parse_mode` says; without one every character is itself. */
export function parseMarked(text: string, parseMode: string): MarkedText {
  const mode = parseMode.toLowerCase();
  if (text === "" || mode === "" || mode === "none") return { text, entities: [] };
  const parse = parsers.get(mode);
  if (parse === undefined) throw telegramRefusal.badRequest("unsupported parse_mode");
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof MarkupError)) throw error;
    throw telegramRefusal.badRequest(`can't parse entities: ${error.message}`);
  }
}
