/**
 * What waits to be sent, as the sender sees it: chats, in each of them lines (one a subject), in each line messages
 * in order. Only the head of a line is tried; the lines of one chat take turns. A picture of the database in memory:
 * the claim decides, not this.
 */
import type { SubjectId } from "../flows/party.ts";
import { type ChatId, compareInLine, type MessageDocument } from "../models/messages.ts";

export class Lines {
  readonly #chats = new Map<ChatId, Map<SubjectId, MessageDocument[]>>();

  /** Puts messages into their lines; one that is there already is replaced. */
  add(messages: readonly MessageDocument[]): ChatId[] {
    const chats = new Set<ChatId>();
    for (const message of messages) {
      if (message.chat === null) continue;
      chats.add(message.chat);
      const lines = this.#chats.get(message.chat) ?? new Map<SubjectId, MessageDocument[]>();
      this.#chats.set(message.chat, lines);
      const line = lines.get(message.subject) ?? [];
      lines.set(message.subject, line);
      const at = line.findIndex(({ _id }) => _id === message._id);
      if (at >= 0) line.splice(at, 1);
      const before = line.findIndex((other) => compareInLine(message, other) < 0);
      line.splice(before < 0 ? line.length : before, 0, message);
    }
    return [...chats];
  }

  /** The heads of a chat's lines, those first that may go now: urgent ones, then the line that waited longest. */
  heads(chat: ChatId): MessageDocument[] {
    const lines = this.#chats.get(chat);
    if (!lines) return [];
    const heads = [...lines.values()].flatMap(([head]) => (head ? [head] : []));
    return heads.sort((a, b) => a.priority - b.priority);
  }

  /** Takes a message out; its line goes to the end of the chat's turns. */
  remove({ chat, subject, _id }: MessageDocument): void {
    if (chat === null) return;
    const lines = this.#chats.get(chat);
    const line = lines?.get(subject);
    if (!lines || !line) return;
    const rest = line.filter((message) => message._id !== _id);
    lines.delete(subject);
    if (rest.length > 0) lines.set(subject, rest);
    if (lines.size === 0) this.#chats.delete(chat);
  }

  /** Takes a whole line out, to be read from the database again. */
  forget(chat: ChatId, subject: SubjectId): void {
    const lines = this.#chats.get(chat);
    lines?.delete(subject);
    if (lines?.size === 0) this.#chats.delete(chat);
  }

  clear(): void {
    this.#chats.clear();
  }

  /** All chats in which something waits. */
  chats(): ChatId[] {
    return [...this.#chats.keys()];
  }

  get size(): number {
    let size = 0;
    for (const lines of this.#chats.values()) for (const line of lines.values()) size += line.length;
    return size;
  }
}
