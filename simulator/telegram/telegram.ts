import { CallLog } from "../calls.ts";
import type { Changes } from "../changes.ts";
import type { Clock } from "../clock.ts";
import { FaultPlan } from "../faults.ts";
import { type BotOptions, SimulatedBot } from "./bot.ts";
import { PrivateChat } from "./chat.ts";
import { TelegramFiles } from "./files.ts";
import { TelegramGroup } from "./group.ts";
import type { TelegramMessage } from "./message.ts";
import { Press } from "./press.ts";
import { RateLimits, type Rates, usualRates } from "./rates.ts";
import { TelegramUser, type UserOptions } from "./user.ts";
import type { WebhookPatience } from "./webhook.ts";

export interface TelegramOptions {
  /** Refuse what is written too fast: true for the usual limits. Off unless told. */
  rates?: boolean | Rates;
  /** How webhooks are repeated; by default as the real one does, from a second up to a minute. */
  webhook?: Partial<WebhookPatience>;
  /** The longest that a poll waits, in real milliseconds, whatever it asks for. */
  longestPoll?: number;
  /** How many calls are remembered. */
  callsKept?: number;
}

export interface GroupOptions {
  title: string;
  /** The first one owns the group. */
  members: ReadonlyArray<TelegramUser | SimulatedBot>;
  administrators?: ReadonlyArray<TelegramUser | SimulatedBot>;
  supergroup?: boolean;
}

const pressesKept = 1000;

/** All of Telegram: bots, people, groups, and what the bots were told and refused. */
export class SimulatedTelegram {
  readonly clock: Clock;
  readonly changes: Changes;
  readonly faults = new FaultPlan();
  readonly calls: CallLog;
  readonly files: TelegramFiles;
  readonly rates: RateLimits | null;
  readonly webhookPatience: WebhookPatience;
  readonly longestPoll: number;
  /** Buttons that were pressed lately, by the id of the press, oldest first. */
  readonly presses = new Map<string, Press>();
  readonly #bots = new Map<number, SimulatedBot>();
  readonly #users = new Map<number, TelegramUser>();
  /** Groups by each id they ever had. */
  readonly #groups = new Map<number, TelegramGroup>();
  readonly #privateChats = new Map<string, PrivateChat>();
  #made = 0;

  constructor(clock: Clock, changes: Changes, options: TelegramOptions = {}) {
    this.clock = clock;
    this.changes = changes;
    this.calls = new CallLog(changes, options.callsKept);
    this.files = new TelegramFiles(() => clock.now().getTime());
    this.rates = options.rates
      ? new RateLimits(typeof options.rates === "object" ? options.rates : usualRates)
      : null;
    this.webhookPatience = {
      pauses: options.webhook?.pauses ?? [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000],
      timeout: options.webhook?.timeout ?? 60_000,
    };
    this.longestPoll = options.longestPoll ?? 50_000;
  }

  get bots(): SimulatedBot[] {
    return [...this.#bots.values()];
  }

  get users(): TelegramUser[] {
    return [...this.#users.values()];
  }

  createBot(options: BotOptions): SimulatedBot {
    this.#made += 1;
    const token = options.token ?? `${7_000_000_000 + this.#made}:SIMULATED-${options.username}-token`;
    const id = Number(/^(\d+):./.exec(token)?.[1]);
    if (!Number.isSafeInteger(id)) throw new Error("A bot's token is <number>:<secret>.");
    if (this.#bots.has(id)) throw new Error(`There is a bot with the id ${id} already.`);
    const bot = new SimulatedBot(this, id, { ...options, token });
    this.#bots.set(id, bot);
    this.changes.announce();
    return bot;
  }

  createUser(options: UserOptions): TelegramUser {
    this.#made += 1;
    const user = new TelegramUser(this, 500_000_000 + this.#made, options);
    this.#users.set(user.id, user);
    this.changes.announce();
    return user;
  }

  createGroup(options: GroupOptions): TelegramGroup {
    this.#made += 1;
    const supergroup = options.supergroup ?? false;
    const id = supergroup ? -1_001_000_000_000 - this.#made : -400_000_000 - this.#made;
    const group = new TelegramGroup(this, id, options.title, supergroup);
    this.#groups.set(id, group);
    group.found(options.members, options.administrators ?? []);
    return group;
  }

  privateChat(user: TelegramUser, bot: SimulatedBot): PrivateChat {
    const key = `${bot.id}/${user.id}`;
    const chat = this.#privateChats.get(key) ?? new PrivateChat(this, user, bot);
    this.#privateChats.set(key, chat);
    return chat;
  }

  botByToken(token: string): SimulatedBot | undefined {
    const bot = this.#bots.get(Number(token.slice(0, token.indexOf(":"))));
    return bot?.token === token ? bot : undefined;
  }

  /** The group that has, or once had, this id. */
  groupById(id: number): TelegramGroup | undefined {
    return this.#groups.get(id);
  }

  participantById(id: number): TelegramUser | SimulatedBot | undefined {
    return this.#users.get(id) ?? this.#bots.get(id);
  }

  /** True when a bot has ever met a person: in private or in a group. */
  knows(bot: SimulatedBot, user: TelegramUser): boolean {
    if (this.#privateChats.get(`${bot.id}/${user.id}`)?.started === true) return true;
    return [...this.#groups.values()].some(
      (group) => group.members.has(bot.id) && group.members.has(user.id),
    );
  }

  /** Gives a group that becomes a supergroup its new id. */
  moveGroup(group: TelegramGroup): number {
    this.#made += 1;
    const id = -1_001_000_000_000 - this.#made;
    this.#groups.set(id, group);
    return id;
  }

  press(bot: SimulatedBot, user: TelegramUser, message: TelegramMessage, data: string): Press {
    this.#made += 1;
    const press = new Press(String(4_000_000_000_000_000 + this.#made), bot, user, message, data);
    this.presses.set(press.id, press);
    for (const old of this.presses.keys()) {
      if (this.presses.size <= pressesKept) break;
      this.presses.delete(old);
    }
    this.changes.announce();
    return press;
  }

  /** What a `https://t.me/…` link means. Throws when it is for none of the bots. */
  resolveLink(link: string): { bot: SimulatedBot; parameter: string | undefined } {
    const url = new URL(link);
    const username = url.pathname.slice(1).toLowerCase();
    const bot = this.bots.find((one) => one.username.toLowerCase() === username);
    if (url.hostname !== "t.me" || bot === undefined) throw new Error(`${link} leads to none of the bots.`);
    return { bot, parameter: url.searchParams.get("start") ?? undefined };
  }

  /** Ends all deliveries. */
  stop(): void {
    for (const bot of this.#bots.values()) bot.setWebhook(null);
  }
}
