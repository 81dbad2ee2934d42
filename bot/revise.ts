/**
 * What is done to words that a reader has, instead of sending them new ones: they are changed, get a sign put on them,
 * or are taken back. Null where that can't be done and it has to be said instead.
 */
import {
  type ChannelAdapter,
  can,
  failureClass,
  type PlatformId,
  type SendOutcome,
} from "../adapters/channel.ts";
import type { Chat } from "../models/chats.ts";
import type { MessageContent, MessageDocument, Messages } from "../models/messages.ts";
import { changedBy } from "./mirror.ts";

export interface Revision {
  messages: Messages;
  message: MessageDocument;
  content: MessageContent;
  chat: Chat;
  adapter: ChannelAdapter;
  /** Whether the reader may still read these words; asked at the last moment. */
  mayRead: () => boolean;
  /** Lets a fault in an adapter count as an uncertain send. */
  guarded: (call: () => Promise<SendOutcome>) => Promise<SendOutcome>;
}

/** Changes words that were sent before. */
export async function amend(revision: Revision): Promise<SendOutcome | null> {
  const { messages, message, chat, adapter, mayRead, guarded } = revision;
  const { header, content } = revision.content;
  if (message.amends === undefined || content.kind !== "text" || !can(adapter, "edit")) return null;
  const shown = await changedBy(messages, message);
  const text = [header, content.text].filter((line) => line !== null).join("\n");
  // Who may not read the correction may not read the change either: the recall brings it back.
  if (shown === null || text.length > adapter.limits.text || !mayRead()) return null;
  const outcome = await guarded(() => adapter.edit(chat.address, shown, { text, buttons: [] }));
  return outcome.sent || failureClass[outcome.failure] !== "fail" ? outcome : null;
}

/**
 * Puts a sign on words, or takes it back; `nowhere` when there is nothing to put it on.
 *
 * @param on what the reader's chat calls those words
 */
export async function react(
  { content: { reaction }, chat, adapter, mayRead, guarded }: Revision,
  on: PlatformId | null,
): Promise<SendOutcome | "nowhere" | null> {
  if (reaction === undefined) return null;
  if (on === null || !can(adapter, "react") || !mayRead()) return "nowhere";
  const outcome = await guarded(() => adapter.react(chat.address, on, reaction));
  if (outcome.sent || failureClass[outcome.failure] !== "fail") return outcome;
  return reaction === null ? "nowhere" : null;
}

/** Takes words back; `later` when the platform is away, `no` when they stay where they are. */
export async function takeBack({
  messages,
  message,
  chat,
  adapter,
}: Pick<Revision, "messages" | "message" | "chat" | "adapter">): Promise<"done" | "no" | "later"> {
  const words = await messages.toTakeBack(message);
  if (!words) return "no";
  let stays = false;
  for (const shown of words.delivery === "sent" ? words.platformIds : []) {
    const outcome = can(adapter, "remove") ? await adapter.remove(chat.address, shown) : "gone";
    if (outcome === "later") return "later";
    if (outcome === "gone") stays = true;
  }
  if (stays) return "no";
  await messages.takenBack(words._id);
  return "done";
}
