/** What a message holds, as the conversation looks at it. */
import type { Content, MediaContent } from "../adapters/content.ts";

export function isMedia(content: Content): content is MediaContent {
  return "file" in content;
}

/** Every word in a message, written or found in what was sent: danger is looked for in all of them. */
export function wordsIn(content: Content): string {
  if (content.kind === "text") return content.text;
  const details = isMedia(content) ? undefined : content.details;
  return [details, content.caption].filter((words) => words !== undefined).join("\n");
}

/** What remains when only the sender's own words go on. */
export function onlyWordsOf(content: Content): Content {
  if (content.kind === "text") return content;
  const caption = content.caption === undefined ? {} : { caption: content.caption };
  return isMedia(content)
    ? { kind: content.kind, file: null, ...caption }
    : { kind: content.kind, ...caption };
}
