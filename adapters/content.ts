/** What a message can hold, on any channel. No address ever stands here. */
import type { ChannelName } from "./channel.ts";

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

/** The kinds that are files: copied from one channel to the other, never forwarded. */
export const mediaKinds = [
  "photo",
  "video",
  "round_video",
  "voice",
  "audio",
  "document",
  "sticker",
  "animation",
] as const satisfies readonly ContentKind[];

export type MediaKind = (typeof mediaKinds)[number];

/** Where a file is, as the adapter of its channel knows it, or this service itself, which makes some; means nothing to anybody else. */
export interface FileRef {
  readonly channel: ChannelName | "service";
  readonly id: string;
}

/** A file that somebody sent. Its bytes stay where they are until they are passed on. */
export interface MediaContent {
  kind: MediaKind;
  /** Null when the channel does not say where it is. */
  file: FileRef | null;
  /** Bytes, as far as the channel tells. */
  size?: number;
  /** Seconds. */
  duration?: number;
  /** The ending of a document's name; of the name itself nothing is kept. */
  extension?: string;
  /** What a sticker means, in one sign. */
  emoji?: string;
  caption?: string;
}

/** What can be said in words instead of being shown. `details` are those words; the caption are the sender's own. */
export interface ToldContent {
  kind: Exclude<ContentKind, "text" | MediaKind>;
  /** A position, a poll, the link of a post; never somebody's name. */
  details?: string;
  caption?: string;
}

export type Content = TextContent | MediaContent | ToldContent;

/** How a channel shows files of one kind. */
export interface Shown {
  /** The kind that it shows them as; another one than they are where it has no such thing. */
  as: MediaKind;
  /** Bytes of the largest. */
  most: number;
  /** Characters that can stand with it; 0 where it stands alone. */
  caption: number;
}

/** What a channel does with files: data, from which docs/relay.md is made. */
export interface MediaLimits {
  /** Bytes of the largest file that can be fetched from it. */
  fetch: number;
  shows: Readonly<Record<MediaKind, Shown>>;
  /** The MIME types of sounds that it plays. */
  plays: readonly string[];
}

/** What a button says when it is pressed: `<flow>:<action>[:<id>[:<version>]]`, at most 64 bytes. */
export type ButtonPayload = string;

export interface Button {
  /** Already in the reader's language; at most `ChannelLimits.buttonLabel` characters. */
  label: string;
  payload: ButtonPayload;
}
