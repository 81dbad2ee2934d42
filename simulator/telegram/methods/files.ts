import type { Parameters } from "../../parameters.ts";
import type { SampleFile } from "../../samples.ts";
import { type AttachmentKind, attachmentFields } from "../attachments.ts";
import type { SimulatedBot } from "../bot.ts";
import { readKeyboard } from "../keyboard.ts";
import { telegramRefusal } from "../refusals.ts";
import { readCaption, readReply, refuseThread, write } from "./messages.ts";
import { chatOf, type Method, type Methods } from "./method.ts";

const largestFile = 50 * 1024 * 1024;
const largestPhoto = 10 * 1024 * 1024;
const pictures = /^(\xff\xd8\xff|\x89PNG|GIF8|RIFF....WEBP)/s;

/** Fetching files, and sending those that are uploaded, or that this bot knows already. */
export const fileMethods = {
  getFile: (bot, parameters) => bot.telegram.files.address(bot, parameters.text("file_id")),
  sendPhoto: sending("photo"),
  sendVideo: sending("video"),
  sendVideoNote: sending("video_note"),
  sendVoice: sending("voice"),
  sendAudio: sending("audio"),
  sendDocument: sending("document"),
  sendSticker: sending("sticker"),
  sendAnimation: sending("animation"),
} as const satisfies Methods;

function sending(kind: AttachmentKind): Method {
  return (bot, parameters) => {
    const words = readCaption(parameters);
    const keyboard = readKeyboard(parameters.nested("reply_markup"));
    const chat = chatOf(bot, parameters, "write");
    refuseThread(parameters);
    const file = fileIn(bot, parameters, kind);
    if (kind === "photo") checkPhoto(file.bytes);
    const known = bot.telegram.files.add(bot, file);
    return write(bot, chat, {
      ...words,
      keyboard,
      replyTo: readReply(chat, parameters),
      protected: parameters.boolean("protect_content"),
      fields: attachmentFields(kind, known.id, file),
      attachment: kind,
      file,
    });
  };
}

/** A file that came with the request, as `attach://<name>`, or one that the bot names by its id. */
function fileIn(bot: SimulatedBot, parameters: Parameters, kind: string): SampleFile {
  const given = parameters.text(kind);
  const uploaded = given.startsWith("attach://")
    ? parameters.files.get(given.slice("attach://".length))
    : parameters.files.get(kind);
  if (uploaded !== undefined) {
    if (uploaded.bytes.length === 0) throw telegramRefusal.fileEmpty();
    if (uploaded.bytes.length > largestFile) throw telegramRefusal.entityTooLarge();
    return { ...uploaded, type: typeOf(uploaded) };
  }
  if (given === "") throw telegramRefusal.noFile(kind);
  return bot.telegram.files.find(bot, given);
}

/** Bots say of no file what it is; Telegram looks at its beginning. */
function typeOf({ bytes, type }: SampleFile): string {
  const head = bytes.toString("latin1", 0, 12);
  return beginnings.find(([beginning]) => beginning.test(head))?.[1] ?? type;
}

const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^\x89PNG/, "image/png"],
  [/^GIF8/, "image/gif"],
  [/^RIFF....WEBP/s, "image/webp"],
  [/^OggS/, "audio/ogg"],
  [/^....ftypM4A /s, "audio/mp4"],
  [/^....ftyp/s, "video/mp4"],
];

function checkPhoto(bytes: Buffer): void {
  if (bytes.length > largestPhoto) throw telegramRefusal.photoTooBig(bytes.length, largestPhoto);
  if (!pictures.test(bytes.toString("latin1", 0, 16))) throw telegramRefusal.notAPicture();
}
