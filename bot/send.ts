/**
 * From what is queued to what was said: takes the head of a line, claims it, asks once more whether its reader may
 * still read it, sends it, and stores what became of it. One message of a chat at a time, chats side by side.
 */
import {
  type ChannelAdapter,
  type ChannelLimits,
  type ChannelName,
  can,
  type FailureKind,
  failureClass,
  type PlatformId,
  type SendFailure,
  type SendOutcome,
} from "../adapters/channel.ts";
import { wordsIn } from "../flows/content.ts";
import type { Text } from "../flows/effect.ts";
import type { SiteInput, Undelivered, WhyUndelivered } from "../flows/input.ts";
import { isThread, type SiteId, type SubjectId } from "../flows/party.ts";
import type { ThreadState } from "../flows/state.ts";
import type { Chat } from "../models/chats.ts";
import type { Database } from "../models/database.ts";
import type { ChatId, MessageContent, MessageDocument, SendResult } from "../models/messages.ts";
import { Batch } from "./batch.ts";
import type { Carrier } from "./carry.ts";
import type { Clock } from "./clock.ts";
import { noticed } from "./inbox.ts";
import { Lines } from "./lines.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { answeredBy, changedBy } from "./mirror.ts";
import { Pace } from "./pace.ts";
import { FileSender, type FileSending, partsOf } from "./send-file.ts";
import type { SubjectCache } from "./subject-cache.ts";
import type { Tenure } from "./tenure.ts";

export interface SenderParts {
  database: Database;
  adapters: ReadonlyMap<ChannelName, ChannelAdapter>;
  cache: SubjectCache;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** The site whose coordinators hear of a channel that refuses us. */
  site: SiteId;
  /** Called when something was put into the inbox. */
  told: () => void;
  carrier: Carrier;
  /** What the bot says to the reader of a message, in their language. */
  says: (message: MessageDocument, text: Text) => Promise<string>;
  /** Milliseconds before the first repeat of a send; doubled with each, up to a minute. */
  retryBase?: number;
  /** Instead of what the platforms ask for. */
  pace?: Partial<ChannelLimits["pace"]>;
}

const longestBackOff = 60_000;
/** Pauses that outlive a restart are those worth remembering. */
const worthStoring = 2_000;
const busyChats = 100;
const readerChanged = "reader changed";

export class Sender {
  readonly #parts: SenderParts;
  readonly #files: FileSender;
  readonly #lines = new Lines();
  readonly #paces = new Map<ChannelName, Pace>();
  readonly #paused = new Map<ChannelName, { tries: number }>();
  readonly #underWay = new Map<ChatId, { subject: SubjectId | null; done: Promise<void> }>();
  readonly #timers = new Map<ChatId, NodeJS.Timeout>();
  readonly #chats = new Map<ChatId, Chat>();
  readonly #waitingForPlace: ChatId[] = [];
  /** Lines from which words are being taken back. */
  readonly #blocked = new Set<string>();
  #tenure: Tenure | null = null;
  #claims = new Batch<MessageDocument, boolean>(async () => []);
  #results = new Batch<SendResult, void>(async () => []);

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#files = new FileSender(parts.carrier, parts.says, async (message, why) => {
      parts.log.warn("a file was not passed on", { message: message._id, failure: why });
      await this.#tellAuthor(message, why, `${message._id}/file`);
    });
    for (const [name, { limits }] of parts.adapters) {
      this.#paces.set(name, new Pace({ ...limits.pace, ...parts.pace }));
    }
  }

  /** Takes up what is unsent, as the holder of the lease. */
  async start(tenure: Tenure): Promise<void> {
    const { messages } = this.#parts.database;
    this.#lines.clear();
    this.#chats.clear();
    this.#tenure = tenure;
    this.#claims = new Batch(async (list) => {
      const ours = await messages.claim(list, tenure.epoch);
      return list.map(({ _id }) => ours.has(_id));
    });
    this.#results = new Batch<SendResult, void>(async (list) => {
      await messages.record(list, tenure.epoch);
      return list.map(() => undefined);
    });
    tenure.onEnd(() => this.#stop());
    this.queue(await messages.unsent(null));
  }

  #stop(): void {
    this.#tenure = null;
    this.#lines.clear();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Resolves when nothing is under way any more. */
  async drained(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all([...this.#underWay.values()].map(({ done }) => done));
  }

  /** Puts messages into their lines and sees to those chats. */
  queue(messages: readonly MessageDocument[]): void {
    for (const chat of this.#lines.add(messages)) this.#see(chat);
  }

  /**
   * Takes words back from a line: nothing of it is sent meanwhile, what is on its way ends first, and what the recall
   * has left is read again.
   */
  async withdraw(chat: ChatId, subject: SubjectId, recall: () => Promise<void>): Promise<void> {
    const line = `${chat} ${subject}`;
    this.#blocked.add(line);
    try {
      const underWay = this.#underWay.get(chat);
      if (underWay?.subject === subject) await underWay.done;
      await recall();
      const unsent = await this.#parts.database.messages.unsent([subject]);
      this.#lines.forget(chat, subject);
      this.#lines.add(unsent.filter((message) => message.chat === chat && message.delivery === "queued"));
    } finally {
      this.#blocked.delete(line);
    }
    this.#see(chat);
  }

  /** Where a chat is must be asked for again. */
  forgetChat(id: ChatId): void {
    this.#chats.delete(id);
  }

  /** How many messages wait, for the metrics. */
  get waiting(): number {
    return this.#lines.size;
  }

  #see(chat: ChatId): void {
    const tenure = this.#tenure;
    if (!tenure?.valid || this.#underWay.has(chat)) return;
    if (this.#underWay.size >= busyChats) {
      if (!this.#waitingForPlace.includes(chat)) this.#waitingForPlace.push(chat);
      return;
    }
    clearTimeout(this.#timers.get(chat));
    this.#timers.delete(chat);
    const entry = { subject: null, done: Promise.resolve() };
    this.#underWay.set(chat, entry);
    entry.done = this.#one(tenure, chat)
      .catch((error: unknown) => {
        this.#parts.log.error("a send failed in our own code", { error });
        return 1000;
      })
      .then((wait) => {
        this.#underWay.delete(chat);
        const next = this.#waitingForPlace.shift();
        if (next) this.#see(next);
        if (wait !== null) this.#later(chat, wait);
      });
  }

  #later(chat: ChatId, wait: number): void {
    if (!this.#tenure?.valid) return;
    if (wait <= 0) {
      this.#see(chat);
      return;
    }
    clearTimeout(this.#timers.get(chat));
    this.#timers.set(
      chat,
      setTimeout(() => this.#see(chat), wait),
    );
  }

  /** Sends at most one message of a chat; returns after how many milliseconds to look again, or null. */
  async #one(tenure: Tenure, chatId: ChatId): Promise<number | null> {
    const heads = this.#lines
      .heads(chatId)
      .filter(({ subject }) => !this.#blocked.has(`${chatId} ${subject}`));
    if (heads.length === 0) return null;
    const chat = await this.#chat(chatId);
    const adapter = chat && this.#parts.adapters.get(chat.channel);
    const pace = chat && this.#paces.get(chat.channel);
    if (!chat || !adapter || !pace) return null; // Its channel is not configured now; what waits, waits.
    const now = Date.now();
    const ready = heads.find(({ retryAt }) => !retryAt || retryAt.getTime() <= now);
    if (!ready) return Math.min(...heads.map(({ retryAt }) => (retryAt?.getTime() ?? now) - now));
    const wait = Math.max(pace.wait(chatId, isGroup(chatId)), (chat.notBefore?.getTime() ?? 0) - now);
    if (wait > 0) return wait;
    const underWay = this.#underWay.get(chatId);
    if (underWay) underWay.subject = ready.subject;
    if (!tenure.valid) return null;
    if (!(await this.#claims.add(ready))) {
      await this.#readAgain(tenure, chatId, ready.subject);
      return 0;
    }
    // The claim may have taken so long that somebody else has the lease by now: the message is theirs to repeat.
    if (!tenure.valid) return null;
    pace.take(chatId, isGroup(chatId));
    const result = await this.#send(ready, chat, adapter, tenure);
    if (result === null) return null;
    this.#parts.metrics.sent(chat.channel, "failure" in result ? result.failure : "sent");
    await this.#insist(tenure, () => this.#results.add(result));
    this.#lines.remove(ready);
    if (result.result === "later" && result.failure !== readerChanged) {
      this.#lines.add([
        { ...ready, delivery: "queued", retryAt: result.retryAt, attempts: ready.attempts + 1 },
      ]);
    }
    return 0;
  }

  /**
   * The line in memory was wrong. Nothing of this chat is under way now, so what stands there as `sending` under our
   * own epoch was claimed by us without our knowing: the answer got lost. It can be claimed again.
   */
  async #readAgain(tenure: Tenure, chat: ChatId, subject: SubjectId): Promise<void> {
    const unsent = await this.#parts.database.messages.unsent([subject]);
    this.#lines.forget(chat, subject);
    this.#lines.add(unsent.filter((message) => message.chat === chat && message.epoch <= tenure.epoch));
  }

  /**
   * A mentee's words go to nobody but the supporter who talks with them now, and a copy to a coordinator in the case. Words of a case that is over were still
   * meant for whom they were queued for. Asked at the last moment, without waiting, so that no commit comes between.
   */
  #mayRead({ author, reader, subject, case: about, copyOf }: MessageDocument): boolean {
    if (author !== "mentee" || !isThread(subject)) return true;
    const thread = this.#parts.cache.peek(subject)?.state as ThreadState | undefined;
    const open = thread?.case;
    if (!open || open.id !== about) return true;
    const readers: readonly string[] = open.escalation?.readers ?? [];
    if (copyOf !== undefined && readers.includes(reader)) return true;
    return open.phase.phase === "talking" && open.phase.with === reader;
  }

  /** @returns null when we no longer hold the lease: the message is left to whoever does */
  async #send(
    claimed: MessageDocument,
    chat: Chat,
    adapter: ChannelAdapter,
    tenure: Tenure,
  ): Promise<SendResult | null> {
    const { messages } = this.#parts.database;
    // What was tried before may have been proved since: an echo says so in the database.
    const tried = claimed.attempts > 0 || claimed.delivery === "sending";
    const message = (tried ? await messages.byId(claimed._id) : null) ?? claimed;
    const content = messages.open(message);
    const id = message._id;
    const at = this.#parts.clock.now();
    if (!content) return { id, result: "failed", failure: "nothing to send" };
    if (message.takesBack !== undefined) return this.#takeBack(message, chat, adapter, at);
    if (message.changes !== undefined) return this.#change(message, content, chat, adapter, at);
    // From here on the subject is in the cache, and every commit of ours shows in it.
    await this.#parts.cache.get(message.subject);
    const sinceHeard = this.#sinceHeard(message, adapter, at);
    const closed = windowClosed(message, adapter, sinceHeard);
    if (closed) return this.#failed(message, closed);
    const changed = await this.#amend(message, content, chat, adapter);
    if (changed?.sent) return { id, result: "sent", platformIds: [], at };
    if (changed) return this.#refused(message, changed, chat, adapter, []);
    const replyTo = await answeredBy(messages, message);
    if (content.reaction !== undefined) {
      const put = await this.#react(message, content.reaction, replyTo, chat, adapter);
      if (put === "nowhere" || put?.sent) return { id, result: "sent", platformIds: [], at };
      if (put) return this.#refused(message, put, chat, adapter, []);
    }
    const sent: PlatformId[] = [...message.platformIds];
    const { limits } = adapter;
    const parts = partsOf(await this.#text(message, content), content.content, limits);
    for (const [n, part] of parts.entries()) {
      if (n < sent.length) continue;
      const last = n === parts.length - 1;
      const post: FileSending["post"] = async (text, file, aside) => {
        if (!tenure.valid) return null;
        // The reader has changed, and a recall follows: the message comes back with its next reader.
        if (!this.#mayRead(message)) return null;
        return this.#guarded(() =>
          adapter.send(chat.address, {
            id: `${id}#${n}${aside ? "+" : ""}`,
            author: message.author === "bot" ? "bot" : "person",
            text,
            file,
            buttons: last ? content.buttons : [],
            protected: message.protected,
            silent: message.silent ?? false,
            replyTo: n === 0 ? replyTo : null,
            sinceHeard,
          }),
        );
      };
      const { text, file } = part;
      const outcome = file
        ? await this.#files.send({ message, part: { text, file }, limits, post })
        : await post(text, null);
      if (!tenure.valid && outcome === null) return null;
      if (outcome === null)
        return { id, result: "later", retryAt: new Date(), uncertain: false, failure: readerChanged };
      if (!outcome.sent) return this.#refused(message, outcome, chat, adapter, sent);
      this.#worksAgain(chat.channel);
      sent.push(outcome.message);
      if (!last) await this.#results.add({ id, result: "part_sent", platformIds: [...sent] });
    }
    return { id, result: "sent", platformIds: sent, at };
  }

  /** Changes a card that was sent; where there is none, or the channel can't, nothing is to be done. */
  async #change(
    message: MessageDocument,
    { content, buttons }: MessageContent,
    chat: Chat,
    adapter: ChannelAdapter,
    at: Date,
  ): Promise<SendResult> {
    const { _id: id, subject, changes = "" } = message;
    const done: SendResult = { id, result: "sent", platformIds: [], at };
    const card = await this.#parts.database.messages.card(subject, chat.id, changes);
    const shown = card?.platformIds.at(-1);
    if (!shown || !can(adapter, "edit") || content.kind !== "text") return done;
    const outcome = await this.#guarded(() =>
      adapter.edit(chat.address, shown, { text: content.text, buttons }),
    );
    if (outcome.sent) return done;
    return this.#refused(message, outcome, chat, adapter, []);
  }

  /** Takes words back from the reader's chat, and lets their author know whether that worked. */
  async #takeBack(
    message: MessageDocument,
    chat: Chat,
    adapter: ChannelAdapter,
    at: Date,
  ): Promise<SendResult> {
    const { _id: id, author, subject } = message;
    const { database, clock, told } = this.#parts;
    const words = await database.messages.toTakeBack(message);
    let done = words !== null;
    for (const one of words?.delivery === "sent" ? words.platformIds : []) {
      const outcome = can(adapter, "remove") ? await adapter.remove(chat.address, one) : "gone";
      if (outcome === "later") {
        const waits = { sent: false, failure: "unreachable", certain: true, detail: "a removal" } as const;
        return later(id, this.#backOff(message.attempts), waits);
      }
      if (outcome === "gone") done = false;
    }
    if (done && words) await database.messages.takenBack(words._id);
    if (author !== "bot" && author !== "mentee" && author !== "page") {
      const input = { input: "taken_back", by: author, done } as const;
      await database.inbound.store([noticed(database, `${id}/taken-back`, subject, input, clock.now())]);
      told();
    }
    return { id, result: "sent", platformIds: [], at };
  }

  /** Puts a sign on words that the reader has; null where there is no such sign, and it has to be said. */
  async #react(
    message: MessageDocument,
    reaction: string | null,
    on: PlatformId | null,
    chat: Chat,
    adapter: ChannelAdapter,
  ): Promise<SendOutcome | "nowhere" | null> {
    if (on === null || !can(adapter, "react") || !this.#mayRead(message)) return "nowhere";
    const outcome = await this.#guarded(() => adapter.react(chat.address, on, reaction));
    if (outcome.sent || failureClass[outcome.failure] !== "fail") return outcome;
    return reaction === null ? "nowhere" : null;
  }

  /** Changes words that the reader has; null where that is not possible, and a correction has to be sent. */
  async #amend(
    message: MessageDocument,
    { header, content }: MessageContent,
    chat: Chat,
    adapter: ChannelAdapter,
  ): Promise<SendOutcome | null> {
    if (message.amends === undefined || content.kind !== "text" || !can(adapter, "edit")) return null;
    const shown = await changedBy(this.#parts.database.messages, message);
    const text = [header, content.text].filter((line) => line !== null).join("\n");
    // Who may not read the correction may not read the change either: the recall brings it back.
    if (shown === null || text.length > adapter.limits.text || !this.#mayRead(message)) return null;
    const outcome = await this.#guarded(() => adapter.edit(chat.address, shown, { text, buttons: [] }));
    return outcome.sent || failureClass[outcome.failure] !== "fail" ? outcome : null;
  }

  /** Who speaks, the person's words as they are, and between them, where it is so, that this may be a repeat. */
  async #text(message: MessageDocument, { header, content }: MessageContent): Promise<string> {
    const words = wordsIn(content);
    const repeated = message.repeat === true && message.author !== "bot";
    const note = repeated ? await this.#parts.says(message, { key: "relay.possibleRepeat" }) : null;
    const correction =
      message.amends === undefined ? null : await this.#parts.says(message, { key: "relay.correction" });
    return [header, note, correction, words].filter((line) => line !== null && line !== "").join("\n");
  }

  /** A fault in an adapter must not lose the message: it is tried again, and we hear of it. */
  async #guarded(call: () => Promise<SendOutcome>): Promise<SendOutcome> {
    try {
      return await call();
    } catch (error) {
      this.#parts.log.error("an adapter threw", { error });
      return { sent: false, failure: "uncertain", certain: false, detail: "threw" };
    }
  }

  async #refused(
    message: MessageDocument,
    outcome: SendFailure,
    chat: Chat,
    adapter: ChannelAdapter,
    sent: PlatformId[],
  ): Promise<SendResult> {
    const { _id: id } = message;
    const { failure, detail, retryAfter } = outcome;
    const { log, database } = this.#parts;
    log.warn("not sent", { message: id, channel: chat.channel, failure, detail });
    if (sent.length > message.platformIds.length) {
      await this.#results.add({ id, result: "part_sent", platformIds: sent });
    }
    switch (failureClass[failure]) {
      case "retry": {
        if (failure === "moved" && outcome.movedTo) {
          await database.chats.move(chat.id, outcome.movedTo);
          this.#chats.delete(chat.id);
          return later(id, 0, outcome);
        }
        const wait = retryAfter ?? this.#backOff(message.attempts);
        if (failure === "throttled") await this.#pauseChat(chat, wait);
        if (failure === "throttled_all") this.#paces.get(adapter.name)?.pause("all", wait);
        return later(id, wait, outcome);
      }
      case "pause_channel":
        return later(id, await this.#pauseChannel(adapter.name), outcome);
      default:
        return this.#failed(message, failure);
    }
  }

  async #pauseChat(chat: Chat, wait: number): Promise<void> {
    this.#paces.get(chat.channel)?.pause(chat.id, wait);
    if (wait >= worthStoring) await this.#parts.database.chats.pause(chat.id, new Date(Date.now() + wait));
  }

  /** The platform refuses our access: everything is kept in order, coordinators hear once, and we try again. */
  async #pauseChannel(channel: ChannelName): Promise<number> {
    const paused = this.#paused.get(channel);
    const tries = (paused?.tries ?? 0) + 1;
    const wait = this.#backOff(tries + 3);
    this.#paces.get(channel)?.pause("all", wait);
    // Only when it is stored that they hear of it does the pause count as told.
    if (!paused) await this.#notice(`paused/${channel}`, { notice: "channel_paused", channel });
    this.#paused.set(channel, { tries });
    return wait;
  }

  #worksAgain(channel: ChannelName): void {
    if (!this.#paused.delete(channel)) return;
    this.#notice(`resumed/${channel}`, { notice: "channel_resumed", channel }).catch((error: unknown) =>
      this.#parts.log.error("it could not be said that a channel works again", { channel, error }),
    );
  }

  async #notice(about: string, notice: Extract<SiteInput, { input: "notice" }>["notice"]): Promise<void> {
    const { database, clock, site, told } = this.#parts;
    const key = `${about}/${this.#tenure?.epoch ?? 0}/${Date.now()}`;
    await database.inbound.store([noticed(database, key, site, { input: "notice", notice }, clock.now())]);
    told();
  }

  /** Final: the flow hears of it first, under a key that says it once, then the message is closed. */
  async #failed(message: MessageDocument, failure: FailureKind): Promise<SendResult> {
    const { _id: id, author } = message;
    const held = failure === "window_closed" && author !== "bot";
    await this.#tellAuthor(message, whyOf(failure), `${id}/undelivered/${message.attempts}`);
    if (held) return { id, result: "held", held: message.queued ?? 0, failure };
    return { id, result: "failed", failure };
  }

  /** The flow hears that something did not arrive; once for each key. */
  async #tellAuthor(
    { author, reader, subject }: MessageDocument,
    why: WhyUndelivered,
    key: string,
  ): Promise<void> {
    if (reader === "bot" || reader === "supporter") return;
    const { database, clock, told } = this.#parts;
    const to: Undelivered = { author: author === "page" ? "bot" : author, reader };
    const input = { input: "undelivered", to, why } as const;
    await database.inbound.store([noticed(database, key, subject, input, clock.now())]);
    told();
  }

  #sinceHeard({ subject, reader }: MessageDocument, { limits }: ChannelAdapter, now: Date): number | null {
    if (!limits.messagingWindow || reader !== "mentee" || !isThread(subject)) return null;
    const thread = this.#parts.cache.peek(subject)?.state as ThreadState | undefined;
    return thread?.heardAt ? Math.max(0, now.getTime() - thread.heardAt) : null;
  }

  async #chat(id: ChatId): Promise<Chat | null> {
    const known = this.#chats.get(id);
    if (known) return known;
    const found = (await this.#parts.database.chats.find([id])).get(id) ?? null;
    if (found) this.#chats.set(id, found);
    if (this.#chats.size > 10_000) this.#chats.clear();
    return found;
  }

  #backOff(attempts: number): number {
    const base = this.#parts.retryBase ?? 1000;
    const wait = Math.min(longestBackOff, base * 2 ** Math.min(attempts, 10));
    return wait * (0.75 + Math.random() / 2);
  }

  /** Stores an outcome, however long the database is away: it is known nowhere else. */
  async #insist(tenure: Tenure, write: () => Promise<void>): Promise<void> {
    for (let pause = 50; ; pause = Math.min(pause * 2, 2000)) {
      try {
        return await write();
      } catch (error) {
        this.#parts.log.error("an outcome could not be stored yet", { error });
        if (!tenure.valid) return;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }
}

function isGroup(chat: ChatId): boolean {
  return chat.startsWith("cstaff-");
}

function later(id: string, wait: number, { failure, certain }: SendFailure): SendResult {
  return { id, result: "later", retryAt: new Date(Date.now() + wait), uncertain: !certain, failure };
}

/** Whether the platform does not let us write now, known without asking it. */
function windowClosed(
  { author }: MessageDocument,
  { limits: { messagingWindow } }: ChannelAdapter,
  sinceHeard: number | null,
): "window_closed" | null {
  if (!messagingWindow || sinceHeard === null) return null;
  const open = author === "bot" ? messagingWindow.bot : messagingWindow.person;
  return sinceHeard > open ? "window_closed" : null;
}

function whyOf(failure: FailureKind): WhyUndelivered {
  if (failure === "window_closed") return "window_closed";
  return failure === "blocked" ? "blocked" : "refused";
}
