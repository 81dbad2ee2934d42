/**
 * Which message of one chat stands for which of another: what a reply answers on its reader's phone, and what a change
 * changes there. Asked when a message is sent, because only then it is certain what the reader has.
 */
import type { PlatformId } from "../adapters/channel.ts";
import { isPerson, isThread } from "../flows/party.ts";
import type { Author, ChatId, MessageDocument, Messages } from "../models/messages.ts";
import { chatOf } from "./identity.ts";

/** The message in the reader's chat that this one answers; null when it answers none, or one that is not there. */
export async function answeredBy(messages: Messages, message: MessageDocument): Promise<PlatformId | null> {
  const { subject, author, answers, chat } = message;
  const own = chatOfAuthor(message, author);
  if (answers === undefined || chat === null || own === null) return null;
  const heard = await messages.byPlatformId(own, answers);
  if (heard) {
    const isReaders = heard.subject === subject && chatOfAuthor(message, heard.author) === chat;
    return isReaders ? (heard.source ?? null) : null;
  }
  const said = await messages.sentFrom(message, answers, chat);
  return said?.platformIds[0] ?? null;
}

/** What the reader's phone shows as the words that this message changes; null where they can't be changed there. */
export async function changedBy(messages: Messages, message: MessageDocument): Promise<PlatformId | null> {
  const { amends, chat } = message;
  if (amends === undefined || chat === null) return null;
  const original = await messages.sentFrom(message, amends, chat);
  if (original?.platformIds.length !== 1) return null;
  const content = messages.open(original)?.content;
  return content?.kind === "text" ? (original.platformIds[0] ?? null) : null;
}

/** Where the author of words in this conversation writes. */
function chatOfAuthor({ subject }: MessageDocument, author: Author): ChatId | null {
  if (author === "mentee") return isThread(subject) ? chatOf(subject) : null;
  return author !== "bot" && author !== "page" && isPerson(author) ? chatOf(author) : null;
}
