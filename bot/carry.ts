/**
 * A file on its way from one channel to another: fetched, looked at, cleaned, turned into what the other one shows,
 * and handed on as it comes. Only pictures are ever whole in memory, one at a time; nothing touches the disk.
 */
import {
  type ChannelAdapter,
  type ChannelName,
  FileBroke,
  type FileFailure,
  type OutboundFile,
} from "../adapters/channel.ts";
import type { MediaContent, MediaKind, MediaLimits } from "../adapters/content.ts";
import type { Text } from "../flows/effect.ts";
import type { WhyFileLost } from "../flows/input.ts";
import { cleanMovie, NotAMovie } from "../media/movie.ts";
import { cleanPicture, largestPicture, type PictureType } from "../media/picture.ts";
import { enoughToSniff, type FileType, sniff } from "../media/sniff.ts";
import { type Bytes, capped, collected, peek, TooManyBytes } from "../media/stream.ts";
import { type ConvertVoice, findVoiceConverter, VoiceNotConverted } from "../media/voice.ts";
import { nameOf } from "./file-name.ts";
import type { MakeFile } from "./made-files.ts";
import { uncarried } from "./render.ts";

/** What a reader gets instead of a file; `why` when its sender has to hear of it. */
export interface Lost {
  result: "lost";
  why: WhyFileLost | null;
  note: Text;
}

export interface Carried {
  result: "carried";
  file: OutboundFile;
  /** A line for the reader, when it is not quite what was sent. */
  note: Text | null;
  /** Why it stopped coming, once it has. */
  broke: () => Broke | null;
  /** Must be called, sent or not. */
  close: () => void;
}

export type Broke = FileFailure["failure"] | "refused" | "unconverted";

export type Carriage = Carried | Lost | { result: "away"; detail: string };

/** A file that is fetched, and what was found out about it. */
interface Arrived {
  content: MediaContent;
  found: FileType;
  size: number | null;
  bytes: Bytes;
  limits: MediaLimits;
}

/** What it becomes: everything of the outbound file but its bytes' watch. */
type Made = Pick<OutboundFile, "kind" | "type" | "size"> & { extension: string; bytes: Bytes; note?: Text };

export class Carrier {
  readonly #adapters: ReadonlyMap<ChannelName, ChannelAdapter>;
  readonly #makeFile: MakeFile;
  readonly #findConverter: () => Promise<ConvertVoice | null>;
  #converter: Promise<ConvertVoice | null> | null = null;

  constructor(
    adapters: ReadonlyMap<ChannelName, ChannelAdapter>,
    makeFile: MakeFile,
    findConverter: () => Promise<ConvertVoice | null> = findVoiceConverter,
  ) {
    this.#adapters = adapters;
    this.#makeFile = makeFile;
    this.#findConverter = findConverter;
  }

  /** @param convert false after a conversion has failed: then the sound goes as a file */
  async prepare(content: MediaContent, limits: MediaLimits, convert = true): Promise<Carriage> {
    if (content.file?.channel === "service") return this.#made(content, content.file.id);
    const source = content.file ? this.#adapters.get(content.file.channel) : undefined;
    if (!content.file || !source) return lost(content, "file_gone");
    const opened = await source.open(content.file);
    if (!opened.opened) {
      if (opened.failure === "away") return { result: "away", detail: opened.detail };
      return lost(content, opened.failure === "gone" ? "file_gone" : "file_too_large");
    }
    const { close, size } = opened;
    let made: Made | Lost | null = null;
    try {
      const { head, bytes } = await peek(opened.bytes, enoughToSniff);
      made = await this.#make({ content, found: sniff(head), size, bytes, limits }, convert);
      if ("result" in made) return made;
      return watched(content, made, limits, close);
    } catch (error) {
      const broke = meaningOf(error);
      if (broke === "away") return { result: "away", detail: "it broke off while it was fetched" };
      return lost(content, whyLost(broke));
    } finally {
      if (made === null || "result" in made) close();
    }
  }

  /** A file of our own: nothing has to be found out about it. */
  async #made(content: MediaContent, id: string): Promise<Carriage> {
    const made = await this.#makeFile(id);
    if (!made) return lost(content, "file_gone");
    const { type, name, bytes } = made;
    const file = { kind: content.kind, type, name, size: bytes.length, bytes: inOne(bytes) };
    return { result: "carried", file, note: null, broke: () => null, close: () => undefined };
  }

  async #make(arrived: Arrived, convert: boolean): Promise<Made | Lost> {
    const { content, found } = arrived;
    switch (content.kind) {
      case "sticker":
        return found.family === "picture" ? picture(arrived) : movingSticker(arrived);
      case "photo":
      case "video":
      case "round_video":
      case "animation":
        if (found.family === "picture") return picture(arrived);
        return content.kind === "photo" ? lost(content, "file_refused") : movie(arrived);
      case "voice":
      case "audio":
        return this.#sound(arrived, convert);
      case "document":
        return found.family === "picture" ? picture(arrived) : document(arrived);
      default:
        return content.kind satisfies never;
    }
  }

  async #sound({ content, found, size, bytes, limits }: Arrived, convert: boolean): Promise<Made | Lost> {
    // A sound in a film's container is still a sound, and can tell as much of its maker.
    const isBoxed = found.type === "audio/mp4" || found.family === "movie";
    if (found.family !== "sound" && !isBoxed) return lost(content, "file_refused");
    const type = isBoxed ? "audio/mp4" : found.type;
    const extension = isBoxed ? "m4a" : found.extension;
    const clean = isBoxed ? cleanMovie(bytes) : bytes;
    const shown = limits.shows[content.kind].as;
    if (limits.plays.includes(type)) return { kind: shown, type, extension, size, bytes: clean };
    this.#converter ??= this.#findConverter();
    const converter = convert ? await this.#converter : null;
    if (converter && limits.plays.includes("audio/aac")) {
      return { kind: shown, type: "audio/aac", extension: "aac", size: null, bytes: converter(clean) };
    }
    const note: Text = { key: "media.note.voiceAsFile" };
    return { kind: "document", type, extension, size, bytes: clean, note };
  }
}

async function picture({ content, found, bytes, limits }: Arrived): Promise<Made | Lost> {
  const shown =
    limits.shows[content.kind === "video" || content.kind === "round_video" ? "photo" : content.kind];
  const moves = found.type === "image/gif";
  const kind: MediaKind = moves && shown.as !== "document" ? movingPicture(limits) : shown.as;
  const { most } = limits.shows[kind];
  const clean = await cleanPicture(await collected(bytes, largestPicture), wanted(kind, moves), most);
  if (clean === null) return lost(content, "file_refused");
  const { type, extension } = clean.type;
  return { kind, type, extension, size: clean.bytes.length, bytes: inOne(clean.bytes) };
}

/** Where pictures that move are not shown as films, they are pictures. */
function movingPicture(limits: MediaLimits): MediaKind {
  return limits.shows.animation.as === "animation" ? "animation" : "photo";
}

function wanted(kind: MediaKind, moves: boolean): PictureType[] {
  if (moves) return ["image/gif"];
  if (kind === "sticker") return ["image/webp"];
  return ["image/jpeg", "image/png"];
}

async function* inOne(bytes: Buffer): Bytes {
  yield bytes;
}

/** A sticker that moves is drawn by Telegram alone; elsewhere it is what it means. */
function movingSticker({ content, found, size, bytes, limits }: Arrived): Made | Lost {
  const { type, extension } = found;
  const isSticker = type === "application/gzip" || type === "video/webm";
  if (isSticker && limits.shows.sticker.as === "sticker")
    return { kind: "sticker", type, extension, size, bytes };
  return isSticker
    ? { result: "lost", why: null, note: stickerNote(content) }
    : lost(content, "file_refused");
}

function stickerNote({ emoji }: MediaContent): Text {
  return emoji === undefined ? noteOf("sticker") : { key: "media.note.sticker", with: { emoji } };
}

function movie({ content, found, size, bytes, limits }: Arrived): Made | Lost {
  const { type, extension } = found;
  if (type !== "video/mp4" && type !== "video/quicktime") return lost(content, "file_refused");
  return { kind: limits.shows[content.kind].as, type, extension, size, bytes: cleanMovie(bytes) };
}

function document({ content, found, size, bytes, limits }: Arrived): Made {
  const clean = found.type === "video/mp4" || found.type === "video/quicktime" ? cleanMovie(bytes) : bytes;
  const { type, extension } = found;
  return { kind: limits.shows[content.kind].as, type, extension, size, bytes: clean };
}

/** Notes why the bytes stopped, and never lets more through than the reader's channel takes. */
function watched(content: MediaContent, made: Made, limits: MediaLimits, close: () => void): Carriage {
  const { kind, type, extension, size, note } = made;
  const { most } = limits.shows[kind];
  if (size !== null && size > most) {
    close();
    return lost(content, "file_too_large");
  }
  let broke: Broke | null = null;
  async function* bytes(): Bytes {
    try {
      yield* capped(made.bytes, most);
    } catch (error) {
      broke = meaningOf(error);
      throw error;
    }
  }
  const { duration } = content;
  const file: OutboundFile = {
    kind,
    type,
    name: nameOf(kind, { extension }, content.extension),
    size,
    bytes: bytes(),
    ...(duration === undefined ? {} : { duration }),
  };
  return { result: "carried", file, note: note ?? null, broke: () => broke, close };
}

function meaningOf(error: unknown): Broke {
  if (error instanceof FileBroke) return error.failure;
  if (error instanceof TooManyBytes) return "too_large";
  if (error instanceof VoiceNotConverted) return "unconverted";
  if (error instanceof NotAMovie) return "refused";
  throw error;
}

/** What its sender has to hear of a file that stopped coming. */
export function whyLost(broke: Exclude<Broke, "away">): WhyFileLost {
  if (broke === "gone") return "file_gone";
  return broke === "too_large" ? "file_too_large" : "file_refused";
}

/** A file that does not arrive, in the reader's words. */
export function lost({ kind }: MediaContent, why: WhyFileLost): Lost {
  return { result: "lost", why, note: noteOf(kind) };
}

function noteOf(kind: MediaKind): Text {
  return { key: uncarried[kind] ?? "relay.file" };
}
