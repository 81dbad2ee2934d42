/**
 * The contract between Peerline and a messaging platform. An adapter knows its platform and nothing else: no case,
 * no consent, no hours. What only some channels can do stands in the small interfaces at the end, asked for at run
 * time with `can`.
 */
import type { Button, ButtonPayload, Content, FileRef, MediaKind, MediaLimits } from "./content.ts";

/** The two Telegram bots are two channels: mentees write to the public one, the team lives with the other. */
export const channelNames = ["messenger", "telegram:public", "telegram:team"] as const;
export type ChannelName = (typeof channelNames)[number];

/**
 * Where a person or a group is reached: `<channel name>:<the platform's own id>`. Made and parsed by its adapter
 * alone and stored, so the format is a promise. Everybody else treats it as opaque.
 */
export type Address = string & { readonly __brand: "Address" };

/** The platform's id of one message in one chat. */
export type PlatformId = string;

/** An HTTP request as it came; the body is the raw bytes, because signatures are made over bytes. */
export interface WebhookRequest {
  method: "GET" | "POST";
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

/**
 * What to answer, and what to store before a 200 is sent. The platform gets `status` only when every update is in
 * the database; otherwise it gets 503 and repeats.
 */
export interface WebhookReply {
  status: number;
  body?: string;
  updates: ReceivedUpdate[];
  /** How many events in it are nothing to us: another page's, or of a kind that we do not use. For the metrics. */
  ignored: number;
}

/** One update, cut out of what a platform delivered. */
export interface ReceivedUpdate {
  /**
   * Unique for the event (not for the message it is about) and the same when the platform repeats it:
   * `messenger:<kind>:<mid>:<edit number, or timestamp and action>`, `telegram:<bot>:<update_id>:<date or callback id>`.
   */
  key: string;
  /**
   * Whose line it belongs in: the person who acted, as the address of their private chat. An echo on Messenger
   * belongs to the mentee's line.
   */
  by: Address;
  /** The platform's time, milliseconds since 1970. */
  at: number;
  /** Order among updates of the same `at`: the update id, or the place in the batch. */
  place: number;
  /** JSON that `interpret` understands. */
  raw: string;
}

/** An update as it is read back from the database. */
export type StoredUpdate = Pick<ReceivedUpdate, "at" | "raw">;

export interface EventBase {
  /** The person who acted, in their private chat. */
  by: Address;
  /** The chat in which it happened; differs from `by` in a group. */
  chat: Address;
  at: number;
  /** The language of the person's app, as an IETF tag, where the platform tells it. */
  appLanguage?: string;
}

/** What the platform says happened. An update that means nothing to us gives no event. */
export type InboundEvent =
  | (EventBase & WroteEvent)
  | (EventBase & { kind: "edited"; message: PlatformId; content: Content })
  /** A sign put on a message of this chat; null when it was taken back. */
  | (EventBase & { kind: "reacted"; message: PlatformId; emoji: string | null })
  | (EventBase & PressedEvent)
  /** First contact: `/start` on Telegram, Get Started or an m.me link on Messenger. */
  | (EventBase & { kind: "started"; parameter: string | null; senderName: string | null })
  /** The person can no longer be written to, or can again. */
  | (EventBase & { kind: "blocked" | "unblocked" })
  /** Something was sent in our name: our own message when `proof` is there, otherwise page staff wrote. */
  | (EventBase & { kind: "echo"; message: PlatformId; proof: string | null; content: Content })
  /** The bot was put into a group, or taken out of it. */
  | (EventBase & { kind: "added_to_group" | "removed_from_group" })
  /** The group goes on under another address. */
  | (EventBase & { kind: "group_moved"; to: Address })
  /** A member left a group, or was removed from it. */
  | (EventBase & { kind: "member_left"; member: Address });

interface WroteEvent {
  kind: "wrote";
  message: PlatformId;
  content: Content;
  /** The message that this one answers, in the same chat. */
  replyTo: PlatformId | null;
  /** The name the platform shows for the sender; null where it must not be known (mentees). */
  senderName: string | null;
}

interface PressedEvent {
  kind: "pressed";
  payload: string;
  /** The message that carried the button, where the platform says so. */
  message: PlatformId | null;
  /** What `AnswersPresses.answerPress` needs; null where nothing waits for an answer. */
  press: string | null;
  senderName: string | null;
}

/** One platform message: `send` never has to split or shorten, its caller keeps to `limits`. */
export interface OutboundMessage {
  /** Ours, unique for message and part; proves on a channel with echoes that we sent it. */
  id: string;
  /** Only a person's words may carry Messenger's HUMAN_AGENT tag. */
  author: "bot" | "person";
  /** With a file, the words that stand with it: empty, or at most as long as `limits.media` says. */
  text: string;
  file: OutboundFile | null;
  buttons: Button[];
  /** Not to be forwarded or saved, where the platform can say so: on for supporters and coordinators. */
  protected: boolean;
  /** To arrive without a sound, where the platform can do that. */
  silent: boolean;
  /** The message of the same chat that this one answers. */
  replyTo: PlatformId | null;
  /** Milliseconds since the reader last wrote; null when they never did. For channels with a messaging window. */
  sinceHeard: number | null;
}

/** A file on its way to a reader. */
export interface OutboundFile {
  kind: MediaKind;
  /** The MIME type, found in its bytes. */
  type: string;
  /** Made by us: the sender's own name for a file can tell who they are. */
  name: string;
  /** Bytes; null when that is only known at the end. */
  size: number | null;
  duration?: number;
  /** The bytes, once, as they come. */
  bytes: AsyncIterable<Uint8Array>;
}

/** A file at its platform, opened. Whoever opens it closes it, read or not. */
export type OpenedFile =
  | { opened: true; size: number | null; bytes: AsyncIterable<Uint8Array>; close(): void }
  | FileFailure;

/** `gone`: the platform does not have it any more; `away`: later perhaps. */
export interface FileFailure {
  opened: false;
  failure: "gone" | "too_large" | "away";
  /** For logs, as with `SendFailure`. */
  detail: string;
}

/** What became of a send, an edit or a deletion. Whatever a platform can say is one of these values. */
export type SendOutcome = { sent: true; message: PlatformId } | SendFailure;

export interface SendFailure {
  sent: false;
  failure: FailureKind;
  /** True when the message certainly did not arrive. */
  certain: boolean;
  /** How long the platform asked us to wait, milliseconds. */
  retryAfter?: number;
  /** The group's new address, with `moved`. */
  movedTo?: Address;
  /** For logs: code, subcode, trace id. Never a token, never a person's words. */
  detail: string;
}

/**
 * | failure | what it means | what is done (`failureClass`) |
 * |---|---|---|
 * | `unreachable` | no connection, 5xx, an answer that can't be read | retry |
 * | `throttled` | too fast, for one chat | retry after the wait |
 * | `throttled_all` | too fast, for the whole bot or page | retry after the wait, everybody waits |
 * | `uncertain` | it may have arrived | retry, marked as a possible repeat |
 * | `unauthorized` | token revoked or wrong | pause the channel |
 * | `misconfigured` | permission missing, page restricted | pause the channel |
 * | `window_closed` | outside the messaging window | a person's words are held, a bot's are dropped and noted |
 * | `blocked` | the reader blocked us, left, or is gone | stop the reader |
 * | `moved` | the group has another address | retry there |
 * | `gone` | the message to edit or answer is no longer there | fail |
 * | `too_large` | longer or bigger than the platform takes | fail |
 * | `rejected` | the platform will never take it | fail |
 */
export type FailureKind =
  | "unreachable"
  | "throttled"
  | "throttled_all"
  | "uncertain"
  | "unauthorized"
  | "misconfigured"
  | "window_closed"
  | "blocked"
  | "moved"
  | "gone"
  | "too_large"
  | "rejected";

export type FailureClass = "retry" | "pause_channel" | "hold_or_drop" | "stop_reader" | "fail";

export const failureClass: Readonly<Record<FailureKind, FailureClass>> = {
  unreachable: "retry",
  throttled: "retry",
  throttled_all: "retry",
  uncertain: "retry",
  unauthorized: "pause_channel",
  misconfigured: "pause_channel",
  window_closed: "hold_or_drop",
  blocked: "stop_reader",
  moved: "retry",
  gone: "fail",
  too_large: "fail",
  rejected: "fail",
};

/** What may be sent where: data, so that callers can plan instead of failing. Lengths in UTF-16 units. */
export interface ChannelLimits {
  text: number;
  buttons: number;
  buttonLabel: number;
  media: MediaLimits;
  /** Milliseconds after the reader's last words in which we may write; null where there is no such window. */
  messagingWindow: { bot: number; person: number } | null;
  /** Least milliseconds between two messages to one chat, and the most messages a minute to a group. */
  pace: { chat: number; groupPerMinute: number; allPerSecond: number };
}

export interface ChannelAdapter {
  readonly name: ChannelName;
  readonly limits: ChannelLimits;

  /** Verifies the raw bytes and cuts them into updates. No I/O, no waiting, never throws. */
  receive(request: WebhookRequest): WebhookReply;

  /** What an update means, through the platform library's own middleware. No I/O. */
  interpret(update: StoredUpdate): Promise<InboundEvent[]>;

  /** Sends one message. A value for everything a platform can say; throws only for bugs. */
  send(to: Address, message: OutboundMessage): Promise<SendOutcome>;

  /**
   * Opens a file that somebody sent here; never more than `limits.media.fetch` bytes of it come. What breaks on the
   * way throws `FileBroke`.
   */
  open(file: FileRef): Promise<OpenedFile>;
}

/** A file that stopped coming, or went on for longer than it may. */
export class FileBroke extends Error {
  override readonly name = "FileBroke";
  readonly failure: FileFailure["failure"];

  constructor(failure: FileFailure["failure"]) {
    super("a file broke off");
    this.failure = failure;
  }
}

/** A channel that is asked for updates instead of being called. */
export interface PollsUpdates {
  /**
   * Waits until there are updates, or for the platform's time-out. Asking with the `next` of the last answer
   * confirms what came before: call it only when those updates are stored. Null means from the oldest kept.
   * Throws `PollFailure` when the platform can't be reached or refuses.
   */
  poll(next: number | null, signal: AbortSignal): Promise<{ updates: ReceivedUpdate[]; next: number | null }>;
}

/** Why polling failed, and for how long to leave the platform alone. */
export class PollFailure extends Error {
  override readonly name = "PollFailure";
  readonly failure: FailureKind;
  readonly retryAfter: number | undefined;

  constructor(failure: FailureKind, detail: string, retryAfter?: number) {
    super(detail);
    this.failure = failure;
    this.retryAfter = retryAfter;
  }
}

/** A channel on which a sent message can be changed. */
export interface EditsMessages {
  edit(
    chat: Address,
    message: PlatformId,
    to: Pick<OutboundMessage, "text" | "buttons">,
  ): Promise<SendOutcome>;
}

/** A channel on which we can put a sign on a message. */
export interface ReactsToMessages {
  /** @param emoji null to take it back; `rejected` when the platform has no such sign */
  react(chat: Address, message: PlatformId, emoji: string | null): Promise<SendOutcome>;
}

/** A channel on which a sent message can be taken back, for as long as the platform lets us. */
export interface RemovesMessages {
  /** `gone` when it is not there any more or can't be removed any more; `later` when the platform is away. */
  remove(chat: Address, message: PlatformId): Promise<"removed" | "gone" | "later">;
}

/** A channel where the app waits for an answer to a pressed button (the spinner). Best effort. */
export interface AnswersPresses {
  answerPress(press: string): Promise<void>;
}

/** A channel with groups. */
export interface HasGroups {
  /** Whether a person may act for a group now; `unknown` when the platform could not be asked. */
  membership(group: Address, person: Address): Promise<"member" | "stranger" | "unknown">;
  /** Whether a person is an administrator of a group now; one who hides behind the group is `anonymous`. */
  administers(group: Address, person: Address): Promise<"yes" | "no" | "anonymous" | "unknown">;
  /** Whether we are in a group now, and may write there. */
  isIn(group: Address): Promise<boolean>;
  /** The address that a group's numeric id in a setting stands for. */
  groupAddress(id: string): Address;
}

/** A channel that links to itself. */
export interface HasLinks {
  /** A link that opens a chat with us, carrying `parameter` to the `started` event. */
  link(parameter?: string): Promise<string>;
}

/** A channel whose platform stops calling after a long outage and must be asked to call again. */
export interface Resubscribes {
  /** True when the platform calls us again. */
  resubscribe(): Promise<boolean>;
}

/** A line of a channel's menu. */
export interface MenuEntry {
  /** What is typed after a slash, where a menu is a list of commands: lower-case letters, digits, `_`. */
  command: string;
  label: string;
  /** What is pressed, where a menu is a list of buttons. */
  payload: ButtonPayload;
}

/** What people of one language see of us before and beside a conversation. */
export interface Introduction {
  /** Two letters. */
  language: string;
  /** What stands in a chat that is still empty. */
  greeting: string;
  menu: MenuEntry[];
  /** The menu in groups, where there are any. */
  groupMenu: MenuEntry[];
}

/** A channel that shows a menu, and that must be told how it reaches us. */
export interface Introduces {
  /**
   * Makes the platform show this, and call us: at `webhook`, or not at all when it is null. May be repeated.
   *
   * @param introductions the first one is for everybody whose language has none of its own
   * @returns null when all is done, otherwise what the platform said, for logs
   */
  introduce(introductions: readonly Introduction[], webhook: string | null): Promise<string | null>;
}

interface Abilities {
  poll: PollsUpdates;
  edit: EditsMessages;
  react: ReactsToMessages;
  remove: RemovesMessages;
  answerPress: AnswersPresses;
  membership: HasGroups;
  link: HasLinks;
  resubscribe: Resubscribes;
  introduce: Introduces;
}

/** Asks at run time for what only some channels can do: `if (can(adapter, "edit")) adapter.edit(…)`. */
export function can<Ability extends keyof Abilities>(
  adapter: ChannelAdapter,
  ability: Ability,
): adapter is ChannelAdapter & Abilities[Ability] {
  return typeof (adapter as unknown as Partial<Record<Ability, unknown>>)[ability] === "function";
}
