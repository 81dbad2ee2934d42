/**
 * A messaging platform in memory with the manners of a real one: it repeats what was not acknowledged, it may take
 * a message without saying so, and it remembers what everybody was shown. Both bots of the service live on it.
 */
import type {
  Address,
  ChannelAdapter,
  ChannelLimits,
  ChannelName,
  EditsMessages,
  HasGroups,
  HasLinks,
  InboundEvent,
  OpenedFile,
  OutboundMessage,
  ReceivedUpdate,
  SendOutcome,
} from "../../adapters/channel.ts";

import { mediaLimits } from "../../adapters/telegram/files.ts";

export interface Shown {
  /** The platform's number of the message, over all chats. */
  id: string;
  chat: Address;
  text: string;
  /** The text as it was before anything changed it. */
  first: string;
  buttons: OutboundMessage["buttons"];
  author: OutboundMessage["author"];
}

type Said = DistributiveOmit<InboundEvent, "by" | "chat" | "at"> & { group?: Address };
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

/** How an instance takes updates in; rejects when it could not store them. */
export type Deliver = (channel: ChannelName, updates: ReceivedUpdate[]) => Promise<void>;

const limits: ChannelLimits = {
  text: 4096,
  buttons: 100,
  buttonLabel: 64,
  media: mediaLimits,
  messagingWindow: null,
  pace: { chat: 0, groupPerMinute: 100_000, allPerSecond: 100_000 },
};

export const staffGroupId = "-1000";

export class TestPlatform {
  readonly shown: Shown[] = [];
  /** Chats in which nothing arrives for now: every call is refused, to be tried again much later. */
  readonly outOfReach = new Set<Address>();
  /** Whoever blocked us. */
  readonly blockedBy = new Set<Address>();
  readonly coordinators = new Set<Address>();
  #updates = 0;
  #messages = 0;
  readonly #now: () => number;
  readonly #undelivered: { channel: ChannelName; update: ReceivedUpdate }[] = [];
  #delivering: Promise<void> = Promise.resolve();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Somebody does something; the platform will tell the service until it says that it has understood. */
  happens(channel: ChannelName, by: string, event: Said): void {
    const number = ++this.#updates;
    const at = this.#now();
    const address = this.address(channel, by);
    const { group, ...said } = event;
    const whole = { ...said, by: address, chat: group ?? address, at } as InboundEvent;
    const update = { key: `test:${number}`, by: address, at, place: number, raw: JSON.stringify(whole) };
    this.#undelivered.push({ channel, update });
  }

  /** Delivers what is not acknowledged yet, in order, as often as it takes. */
  async deliver(to: () => Deliver | null, pause: () => Promise<void>): Promise<void> {
    this.#delivering = this.#delivering.then(async () => {
      for (;;) {
        const [next] = this.#undelivered;
        if (!next) return;
        try {
          const deliver = to();
          if (!deliver) throw new Error("nobody is there");
          await deliver(next.channel, [next.update]);
          this.#undelivered.shift();
        } catch {
          await pause();
        }
      }
    });
    await this.#delivering;
  }

  address(channel: ChannelName, id: string): Address {
    return `${channel}:${id}` as Address;
  }

  /** What one chat has been shown, in order. */
  chat(channel: ChannelName, id: string): Shown[] {
    const address = this.address(channel, id);
    return this.shown.filter(({ chat }) => chat === address);
  }

  take(chat: Address, message: OutboundMessage): SendOutcome {
    if (this.blockedBy.has(chat))
      return { sent: false, failure: "blocked", certain: true, detail: "blocked" };
    if (this.outOfReach.has(chat)) {
      return {
        sent: false,
        failure: "unreachable",
        certain: true,
        retryAfter: 60_000,
        detail: "out of reach",
      };
    }
    const id = String(++this.#messages);
    this.shown.push({
      id,
      chat,
      text: message.text,
      first: message.text,
      buttons: message.buttons,
      author: message.author,
    });
    return { sent: true, message: id };
  }

  change(chat: Address, id: string, to: Pick<OutboundMessage, "text" | "buttons">): SendOutcome {
    const found = this.shown.find((shown) => shown.chat === chat && shown.id === id);
    if (found) Object.assign(found, to);
    return { sent: true, message: id };
  }
}

/** The link of one instance to the platform: cut when the instance is dead. */
export class TestChannel implements ChannelAdapter, EditsMessages, HasGroups, HasLinks {
  readonly name: ChannelName;
  readonly limits = limits;
  readonly #platform: TestPlatform;
  readonly #link: Link;

  constructor(name: ChannelName, platform: TestPlatform, link: Link) {
    this.name = name;
    this.#platform = platform;
    this.#link = link;
  }

  receive(): never {
    throw new Error("the test platform hands updates over by itself");
  }

  async interpret({ raw }: { raw: string }): Promise<InboundEvent[]> {
    return [JSON.parse(raw) as InboundEvent];
  }

  async send(to: Address, message: OutboundMessage): Promise<SendOutcome> {
    this.#link.onSend?.(to, message);
    return this.#call(() => this.#platform.take(to, message), to, message);
  }

  async open(): Promise<OpenedFile> {
    return { opened: false, failure: "gone", detail: "the test platform keeps no files" };
  }

  async edit(chat: Address, id: string, to: Pick<OutboundMessage, "text" | "buttons">): Promise<SendOutcome> {
    return this.#call(() => this.#platform.change(chat, id, to), chat, null);
  }

  async membership(_group: Address, person: Address) {
    return this.#platform.coordinators.has(person) ? "member" : "stranger";
  }

  async administers(_group: Address, person: Address) {
    return this.#platform.coordinators.has(person) ? "yes" : "no";
  }

  async isIn() {
    return true;
  }

  groupAddress(id: string): Address {
    return this.#platform.address(this.name, id);
  }

  async link(parameter = ""): Promise<string> {
    return `https://example.org/${this.name}?start=${parameter}`;
  }

  async #call(effect: () => SendOutcome, to: Address, message: OutboundMessage | null): Promise<SendOutcome> {
    await this.#link.before(to, message);
    if (this.#link.dead()) return new Promise(() => undefined);
    const outcome = effect();
    await this.#link.after();
    // The answer never reaches a dead instance.
    return this.#link.dead() ? new Promise(() => undefined) : outcome;
  }
}

export interface Link {
  dead: () => boolean;
  /** Waits before a call takes effect, and before its answer arrives. */
  before: (to: Address, message: OutboundMessage | null) => Promise<void>;
  after: () => Promise<void>;
  /** Called when the service decides to send, before anything is on its way. */
  onSend?: (to: Address, message: OutboundMessage) => void;
}
