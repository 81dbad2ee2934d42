/** Telegram, on grammY: one adapter for each of the two bots. */
import { Api, Bot } from "grammy";
import type { InlineKeyboardButton, ReactionTypeEmoji, UserFromGetMe } from "grammy/types";
import {
  type Address,
  type AnswersPresses,
  type ChannelAdapter,
  type ChannelLimits,
  type EditsMessages,
  type FailureKind,
  type HasGroups,
  type HasLinks,
  type InboundEvent,
  type Introduces,
  type Introduction,
  type OpenedFile,
  type OutboundMessage,
  type PlatformId,
  PollFailure,
  type PollsUpdates,
  type ReactsToMessages,
  type ReceivedUpdate,
  type SendOutcome,
  type StoredUpdate,
  type WebhookReply,
  type WebhookRequest,
} from "../channel.ts";
import type { Button, FileRef } from "../content.ts";
import { filePatience } from "../files.ts";
import { parseJson } from "../json.ts";
import { sameSecret } from "../secret.ts";
import { shorten, wellFormed } from "../split.ts";
import { addressOf, type BotKind, chatIdOf } from "./address.ts";
import { createInterpreter, type Interpret, isPresent } from "./events.ts";
import { mediaLimits, openFile, sendFile } from "./files.ts";
import { reach, showMenus } from "./introduce.ts";
import { failureOf, isUnchanged, unreadable } from "./outcomes.ts";
import { Receiver } from "./receive.ts";
import { wantedUpdates } from "./wire.ts";

export interface TelegramOptions {
  bot: BotKind;
  /** `<bot id>:<secret>`, from BotFather. */
  token: string;
  /** What Telegram sends along with each webhook; null refuses every webhook. */
  webhookSecret: string | null;
  /** `https://api.telegram.org`, or a Bot API server of one's own. */
  apiRoot: string;
  /** Seconds until a call is given up, and how long a poll waits for updates. */
  patience?: { call: number; poll: number };
}

type Telegram = ChannelAdapter &
  PollsUpdates &
  EditsMessages &
  ReactsToMessages &
  AnswersPresses &
  HasGroups &
  HasLinks &
  Introduces;

const limits: ChannelLimits = {
  text: 4096,
  buttons: 100,
  buttonLabel: 64,
  media: mediaLimits,
  messagingWindow: null,
  pace: { chat: 1000, groupPerMinute: 20, allPerSecond: 30 },
};

/** Buttons stand side by side while their labels are about as short as this together. */
const rowLength = 24;

/** The account in whose name Telegram shows administrators who remain anonymous. */
const anonymousAdministrator = 1_087_968_824;

/** A message that could not be removed for one of these can be later. */
const passing: ReadonlySet<FailureKind> = new Set<FailureKind>([
  "unreachable",
  "throttled",
  "throttled_all",
  "uncertain",
  "unauthorized",
  "misconfigured",
]);

/** Talks to nobody until it is used. */
export function createTelegramAdapter(options: TelegramOptions): Telegram {
  return new TelegramAdapter(options);
}

class TelegramAdapter implements Telegram {
  readonly name;
  readonly limits = limits;
  readonly #kind: BotKind;
  readonly #webhookSecret: string | null;
  readonly #bot: Bot;
  readonly #polling: Api;
  /** Files take longer than words. */
  readonly #uploads: Api;
  readonly #apiRoot: string;
  readonly #token: string;
  readonly #pollSeconds: number;
  readonly #receiver: Receiver;
  readonly #interpret: Interpret;
  #learning: Promise<UserFromGetMe> | null = null;

  constructor({ bot, token, webhookSecret, apiRoot, patience = { call: 20, poll: 25 } }: TelegramOptions) {
    const client = { apiRoot: apiRoot.replace(/\/+$/, ""), timeoutSeconds: patience.call };
    this.name = `telegram:${bot}` as const;
    this.#kind = bot;
    this.#webhookSecret = webhookSecret;
    this.#bot = new Bot(token, { client, botInfo: unknownBot(token) });
    this.#polling = new Api(token, { ...client, timeoutSeconds: patience.call + patience.poll });
    this.#uploads = new Api(token, { ...client, timeoutSeconds: filePatience / 1000 });
    this.#apiRoot = client.apiRoot;
    this.#token = token;
    this.#pollSeconds = patience.poll;
    this.#receiver = new Receiver(bot);
    this.#interpret = createInterpreter(this.#bot, bot);
  }

  receive({ method, headers, body }: WebhookRequest): WebhookReply {
    if (method !== "POST") return { status: 405, updates: [], ignored: 0 };
    if (!sameSecret(headers["x-telegram-bot-api-secret-token"], this.#webhookSecret)) {
      return { status: 401, updates: [], ignored: 0 };
    }
    const json = parseJson(body.toString("utf8"));
    if (json === null) return { status: 400, updates: [], ignored: 0 };
    return { status: 200, ...this.#receiver.take([json]) };
  }

  async interpret({ raw, at }: StoredUpdate): Promise<InboundEvent[]> {
    return this.#interpret(this.#receiver.read(raw), at);
  }

  async poll(
    next: number | null,
    signal: AbortSignal,
  ): Promise<{ updates: ReceivedUpdate[]; next: number | null }> {
    try {
      await this.#learn();
      const answer: unknown = await this.#polling.getUpdates(
        {
          ...(next === null ? {} : { offset: next }),
          timeout: this.#pollSeconds,
          allowed_updates: wantedUpdates,
        },
        signal as Parameters<Api["getUpdates"]>[1],
      );
      if (!Array.isArray(answer)) throw new TypeError("not a list of updates");
      // An empty answer says that all is confirmed. To ask without a number from then on also survives the ids
      // that start anew after a silent week.
      const last = answer.at(-1)?.update_id;
      return { updates: this.#receiver.take(answer).updates, next: Number.isInteger(last) ? last + 1 : null };
    } catch (error) {
      const { failure, detail, retryAfter } = failureOf(error, this.#kind);
      throw new PollFailure(failure, detail, retryAfter);
    }
  }

  async send(to: Address, message: OutboundMessage): Promise<SendOutcome> {
    const chat = chatIdOf(this.#kind, to);
    const { text, file, buttons, protected: isProtected, silent, replyTo } = message;
    const answered = { message_id: Number(replyTo), allow_sending_without_reply: true };
    const options = {
      ...(isProtected ? { protect_content: true } : {}),
      ...(silent ? { disable_notification: true } : {}),
      ...(replyTo === null ? {} : { reply_parameters: answered }),
      ...(buttons.length === 0 ? {} : { reply_markup: { inline_keyboard: keyboardOf(buttons) } }),
    };
    if (file) {
      return this.#outcome(null, () => sendFile(this.#uploads, chat, file, wellFormed(text), options));
    }
    return this.#outcome(null, () =>
      this.#bot.api.sendMessage(chat, wellFormed(text), {
        link_preview_options: { is_disabled: true },
        ...options,
      }),
    );
  }

  async open({ channel, id }: FileRef): Promise<OpenedFile> {
    if (channel !== this.name) throw new TypeError("a file of another channel");
    return openFile({ api: this.#bot.api, apiRoot: this.#apiRoot, token: this.#token }, id);
  }

  async edit(
    chat: Address,
    message: PlatformId,
    { text, buttons }: Pick<OutboundMessage, "text" | "buttons">,
  ): Promise<SendOutcome> {
    const id = chatIdOf(this.#kind, chat);
    return this.#outcome(message, () =>
      this.#bot.api.editMessageText(id, Number(message), wellFormed(text), {
        link_preview_options: { is_disabled: true },
        reply_markup: { inline_keyboard: keyboardOf(buttons) },
      }),
    );
  }

  async react(chat: Address, message: PlatformId, emoji: string | null): Promise<SendOutcome> {
    // Telegram's hearts come without the sign that asks for colours.
    const sign = emoji?.replace(/\ufe0f/g, "") as ReactionTypeEmoji["emoji"] | undefined;
    const reaction: ReactionTypeEmoji[] = sign === undefined ? [] : [{ type: "emoji", emoji: sign }];
    const id = chatIdOf(this.#kind, chat);
    return this.#outcome(message, () => this.#bot.api.setMessageReaction(id, Number(message), reaction));
  }

  async remove(chat: Address, message: PlatformId): Promise<"removed" | "gone" | "later"> {
    try {
      await this.#bot.api.deleteMessage(chatIdOf(this.#kind, chat), Number(message));
      return "removed";
    } catch (error) {
      const { failure } = failureOf(error, this.#kind);
      return passing.has(failure) ? "later" : "gone";
    }
  }

  async answerPress(press: string): Promise<void> {
    await this.#bot.api.answerCallbackQuery(press).catch(() => false);
  }

  async membership(group: Address, person: Address): Promise<"member" | "stranger" | "unknown"> {
    const chat = chatIdOf(this.#kind, group);
    const user = chatIdOf(this.#kind, person);
    try {
      const member = await this.#bot.api.getChatMember(chat, user);
      // A bot is nobody who can act for a group; neither is the one that stands for hidden administrators.
      return isPresent(member) && !member.user.is_bot ? "member" : "stranger";
    } catch (error) {
      return failureOf(error, this.#kind).failure === "rejected" ? "stranger" : "unknown";
    }
  }

  async administers(group: Address, person: Address): Promise<"yes" | "no" | "anonymous" | "unknown"> {
    const user = chatIdOf(this.#kind, person);
    if (user === anonymousAdministrator) return "anonymous";
    try {
      const { status } = await this.#bot.api.getChatMember(chatIdOf(this.#kind, group), user);
      return status === "creator" || status === "administrator" ? "yes" : "no";
    } catch (error) {
      return failureOf(error, this.#kind).failure === "rejected" ? "no" : "unknown";
    }
  }

  async isIn(group: Address): Promise<boolean> {
    try {
      const self = await this.#bot.api.getChatMember(chatIdOf(this.#kind, group), this.#bot.botInfo.id);
      return isPresent(self) && (self.status !== "restricted" || self.can_send_messages);
    } catch {
      return false;
    }
  }

  groupAddress(id: string): Address {
    if (!/^-?\d{1,16}$/.test(id)) throw new TypeError("a group's id on Telegram is a number");
    return addressOf(this.#kind, Number(id));
  }

  async link(parameter?: string): Promise<string> {
    const { username } = await this.#learn().catch((error: unknown) => {
      throw new Error(`the bot's name is not known: ${failureOf(error, this.#kind).detail}`);
    });
    const start = parameter === undefined ? "" : `?start=${encodeURIComponent(parameter)}`;
    return `https://t.me/${username}${start}`;
  }

  async introduce(introductions: readonly Introduction[], webhook: string | null): Promise<string | null> {
    try {
      await reach(this.#bot.api, webhook, this.#webhookSecret);
      await showMenus(this.#bot.api, introductions);
      return null;
    } catch (error) {
      return failureOf(error, this.#kind).detail;
    }
  }

  /** @param message the id that an edit already knows; null for a new message */
  async #outcome(message: PlatformId | null, call: () => Promise<unknown>): Promise<SendOutcome> {
    try {
      const answer = await call();
      // Somebody who is called by webhooks learns the bot's name on the way.
      if (!this.#learning) void this.#learn().catch(() => undefined);
      if (message !== null) return { sent: true, message };
      const id = isRecord(answer) ? answer.message_id : undefined;
      return Number.isInteger(id) ? { sent: true, message: String(id) } : unreadable;
    } catch (error) {
      if (message !== null && isUnchanged(error)) return { sent: true, message };
      return failureOf(error, this.#kind);
    }
  }

  /** Asks who the bot is, once. */
  #learn(): Promise<UserFromGetMe> {
    this.#learning ??= this.#bot.api.getMe().then(
      (me) => {
        this.#bot.botInfo = me;
        return me;
      },
      (error: unknown) => {
        this.#learning = null;
        throw error;
      },
    );
    return this.#learning;
  }
}

/** Short labels share a row. */
function keyboardOf(buttons: readonly Button[]): InlineKeyboardButton[][] {
  const rows: InlineKeyboardButton[][] = [];
  let room = 0;
  for (const { label, payload } of buttons) {
    const text = shorten(wellFormed(label), limits.buttonLabel);
    const row = text.length <= room ? rows.at(-1) : undefined;
    if (row) row.push({ text, callback_data: payload });
    else rows.push([{ text, callback_data: payload }]);
    room = (row ? room : rowLength) - text.length;
  }
  return rows;
}

/** What is known of a bot before it was asked: its id stands in the token. */
function unknownBot(token: string): UserFromGetMe {
  return {
    id: Number(token.split(":", 1)[0]),
    is_bot: true,
    first_name: "",
    username: "",
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
    supports_join_request_queries: false,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
