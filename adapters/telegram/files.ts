/** Files on Telegram. The address of a file holds the bot's token: it never leaves this file. */
import { type Api, GrammyError, InputFile } from "grammy";
import type { OpenedFile, OutboundFile } from "../channel.ts";
import type { FileRef, MediaKind, MediaLimits } from "../content.ts";
import { filePatience, guarded, lengthOf } from "../files.ts";
import { networkCode } from "../network.ts";
import { shorten } from "../split.ts";
import type { BotKind } from "./address.ts";

const megabyte = 1024 * 1024;
const longestCaption = 1024;
const withCaption = <Kind extends MediaKind>(as: Kind, megabytes = 50) => ({
  as,
  most: megabytes * megabyte,
  caption: longestCaption,
});

export const mediaLimits: MediaLimits = {
  fetch: 20 * megabyte,
  shows: {
    photo: withCaption("photo", 10),
    video: withCaption("video"),
    round_video: { as: "round_video", most: 50 * megabyte, caption: 0 },
    voice: withCaption("voice"),
    audio: withCaption("audio"),
    document: withCaption("document"),
    sticker: { as: "sticker", most: megabyte / 2, caption: 0 },
    animation: withCaption("animation"),
  },
  plays: ["audio/ogg", "audio/mpeg", "audio/mp4"],
};

/** Where an adapter of Telegram finds a file. */
export interface FileServer {
  api: Api;
  apiRoot: string;
  token: string;
}

/** What `open` needs to know of a file: what Telegram calls it, for one bot alone. */
export function fileRef(bot: BotKind, id: string): FileRef {
  return { channel: `telegram:${bot}`, id };
}

export async function openFile({ api, apiRoot, token }: FileServer, id: string): Promise<OpenedFile> {
  const ended = new AbortController();
  const tooLong = setTimeout(() => ended.abort(), filePatience);
  const close = (): void => {
    clearTimeout(tooLong);
    ended.abort();
  };
  const failed = (failure: "gone" | "too_large" | "away", detail: string): OpenedFile => {
    close();
    return { opened: false, failure, detail: `telegram: ${detail}` };
  };
  try {
    const { file_path: path, file_size: size } = await api.getFile(id);
    if (typeof path !== "string") return failed("gone", "a file without a path");
    if (typeof size === "number" && size > mediaLimits.fetch) return failed("too_large", "a file too big");
    const response = await fetch(`${apiRoot}/file/bot${token}/${encodeURI(path)}`, {
      redirect: "error",
      signal: ended.signal,
    });
    if (!response.ok || response.body === null) {
      const gone = response.status === 404 || response.status === 400;
      return failed(gone ? "gone" : "away", `a file answered ${response.status}`);
    }
    const bytes = guarded(response.body, mediaLimits.fetch);
    return { opened: true, size: lengthOf(response.headers.get("content-length")), bytes, close };
  } catch (error) {
    return failed(...meaningOf(error));
  }
}

/** What the Bot API says of a file that it does not give. */
function meaningOf(error: unknown): ["gone" | "too_large" | "away", string] {
  if (!(error instanceof GrammyError))
    return ["away", `no file, ${networkCode(error) ?? "no answer in time"}`];
  const { error_code: code, description } = error;
  if (code === 400 && /too big/i.test(description)) return ["too_large", "a file too big"];
  return code === 400 ? ["gone", "no such file"] : ["away", `no file, ${code}`];
}

type Options = Parameters<Api["sendDocument"]>[2];

/** Uploads a file; never by an id of the other bot, and never forwarded. */
export function sendFile(
  api: Api,
  chat: number,
  { kind, name, bytes, duration }: OutboundFile,
  text: string,
  options: Pick<NonNullable<Options>, "protect_content" | "reply_parameters" | "reply_markup">,
): Promise<unknown> {
  const file = new InputFile(bytes, name);
  const seconds = duration === undefined ? {} : { duration };
  const words = text === "" ? {} : { caption: shorten(text, longestCaption) };
  switch (kind) {
    case "photo":
      return api.sendPhoto(chat, file, { ...options, ...words });
    case "video":
      return api.sendVideo(chat, file, { ...options, ...words, ...seconds, supports_streaming: true });
    case "round_video":
      return api.sendVideoNote(chat, file, { ...options, ...seconds });
    case "voice":
      return api.sendVoice(chat, file, { ...options, ...words, ...seconds });
    case "audio":
      return api.sendAudio(chat, file, { ...options, ...words, ...seconds });
    case "document":
      return api.sendDocument(chat, file, {
        ...options,
        ...words,
        disable_content_type_detection: true,
      });
    case "sticker":
      return api.sendSticker(chat, file, options);
    case "animation":
      return api.sendAnimation(chat, file, { ...options, ...words, ...seconds });
    default:
      return kind satisfies never;
  }
}
