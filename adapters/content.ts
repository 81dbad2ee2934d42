/** What a message can hold, on any channel. Types only; no address ever stands here. */

/** The kinds of things a person can send. `other` is whatever a platform invents next. */
export const contentKinds = [
  "text",
  "photo",
  "video",
  "round_video",
  "voice",
  "audio",
  "document",
  "sticker",
  "animation",
  "location",
  "contact",
  "poll",
  "shared_post",
  "story_reply",
  "other",
] as const;

export type ContentKind = (typeof contentKinds)[number];

/** A person's words as they came. */
export interface TextContent {
  kind: "text";
  text: string;
}

/** Something that is not text. Until media are relayed its sender is told so at once. */
export interface UncarriedContent {
  kind: Exclude<ContentKind, "text">;
  /** The words that came with it, if any. */
  caption?: string;
}

export type Content = TextContent | UncarriedContent;

/** What a button says when it is pressed: `<flow>:<action>[:<id>[:<version>]]`, at most 64 bytes. */
export type ButtonPayload = string;

export interface Button {
  /** Already in the reader's language; at most `ChannelLimits.buttonLabel` characters. */
  label: string;
  payload: ButtonPayload;
}
