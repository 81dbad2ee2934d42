/** Messenger, on Botkit and the Graph API: the adapter of one page. */
import { createHmac } from "node:crypto";
import type {
  Address,
  ChannelAdapter,
  ChannelLimits,
  HasLinks,
  InboundEvent,
  Introduces,
  Introduction,
  OpenedFile,
  OutboundMessage,
  PlatformId,
  ReactsToMessages,
  ReceivedUpdate,
  Resubscribes,
  SendOutcome,
  StoredUpdate,
  WebhookReply,
  WebhookRequest,
} from "../channel.ts";
import type { FileRef, MediaKind } from "../content.ts";
import { parseJson, toJson } from "../json.ts";
import { sameSecret } from "../secret.ts";
import { shorten, wellFormed } from "../split.ts";
import { addressOf, personOf } from "./address.ts";
import type { MessengerBot } from "./botkit.ts";
import { findersOf } from "./events.ts";
import { mediaLimits, openFile } from "./files.ts";
import { Graph, GraphError, type GraphOptions, GraphUnreachable } from "./graph.ts";
import { profileOf } from "./introduce.ts";
import { failureOf, unreadable } from "./outcomes.ts";
import { metadataOf, type Prove } from "./proof.ts";
import { keyOf, readBody, readEvent } from "./wire.ts";

export interface MessengerOptions extends GraphOptions {
  /** What we told Meta to say when it asks whether the webhook is ours. */
  verifyToken: string;
  /** Meta has approved the Human Agent feature for this app. */
  humanAgent: boolean;
  /** Makes the authentication code by which echoes of our own messages are known; without spaces in it. */
  prove: Prove;
}

type Messenger = ChannelAdapter & ReactsToMessages & HasLinks & Resubscribes & Introduces;

const hour = 3_600_000;
const standardWindow = 24 * hour;
const humanAgentWindow = 7 * 24 * hour;
/** Meta's clock is not ours: so long before the window closes a person's words already go as HUMAN_AGENT. */
const clockMargin = 60_000;

/** What Messenger calls a file that it is to show as this. */
const attachmentTypes: Readonly<Record<MediaKind, "image" | "video" | "audio" | "file">> = {
  photo: "image",
  sticker: "image",
  video: "video",
  round_video: "video",
  animation: "video",
  voice: "audio",
  audio: "audio",
  document: "file",
};

/** What Meta shall call us for. Echoes prove what arrived, and show what page staff wrote past us. */
const subscribedFields = [
  "messages",
  "messaging_postbacks",
  "messaging_referrals",
  "message_echoes",
  "message_edits",
  "message_reactions",
];

/** Loads Botkit, and talks to nobody until it is used. */
export async function createMessengerAdapter(options: MessengerOptions): Promise<Messenger> {
  const { MessengerBot } = await import("./botkit.ts");
  const graph = new Graph(options);
  return new MessengerAdapter(
    options,
    graph,
    new MessengerBot(graph, options.pageId, findersOf(options.prove)),
  );
}

class MessengerAdapter implements Messenger {
  readonly name = "messenger";
  readonly limits: ChannelLimits;
  readonly #options: MessengerOptions;
  readonly #graph: Graph;
  readonly #bot: MessengerBot;

  constructor(options: MessengerOptions, graph: Graph, bot: MessengerBot) {
    this.#options = options;
    this.#graph = graph;
    this.#bot = bot;
    const person = options.humanAgent ? humanAgentWindow : standardWindow;
    this.limits = {
      text: 2000,
      buttons: 13,
      buttonLabel: 20,
      media: mediaLimits,
      messagingWindow: { bot: standardWindow, person },
      // The limit of one conversation is not published; there are no groups.
      pace: { chat: 250, groupPerMinute: Number.POSITIVE_INFINITY, allPerSecond: 250 },
    };
  }

  receive({ method, headers, query, body }: WebhookRequest): WebhookReply {
    if (method === "GET") return this.#challenge(query);
    const { appSecret } = this.#options;
    const signature = `sha256=${createHmac("sha256", appSecret).update(body).digest("hex")}`;
    if (!sameSecret(headers["x-hub-signature-256"], signature)) {
      return { status: 401, updates: [], ignored: 0 };
    }
    const delivered = readBody(parseJson(body.toString("utf8")));
    if (delivered === null) return { status: 400, updates: [], ignored: 0 };
    const updates = delivered.flatMap(({ page, event }, place) => {
      const update = page === this.#options.pageId ? this.#take(event, place) : null;
      return update ? [update] : [];
    });
    return { status: 200, updates, ignored: delivered.length - updates.length };
  }

  async interpret({ raw, at }: StoredUpdate): Promise<InboundEvent[]> {
    const read = readEvent(parseJson(raw));
    if (!read) throw new TypeError("a stored event of Messenger can't be read");
    const { kind, event } = read;
    const by = addressOf(kind === "echo" ? event.recipient.id : event.sender.id);
    const found = await this.#bot.interpret(kind, event);
    return found.map((one) => ({ ...one, by, chat: by, at }));
  }

  async send(to: Address, message: OutboundMessage): Promise<SendOutcome> {
    const person = personOf(to);
    try {
      const id = await this.#bot.send(person, this.#bodyOf(message), message.file);
      return id === "" ? unreadable : { sent: true, message: id };
    } catch (error) {
      if (error instanceof GraphError || error instanceof GraphUnreachable) return failureOf(error);
      throw error;
    }
  }

  async react(to: Address, message: PlatformId, emoji: string | null): Promise<SendOutcome> {
    const body = {
      recipient: { id: personOf(to) },
      sender_action: emoji === null ? "unreact" : "react",
      payload: { message_id: message, ...(emoji === null ? {} : { reaction: emoji }) },
    };
    try {
      await this.#graph.post("messages", body);
      return { sent: true, message };
    } catch (error) {
      if (error instanceof GraphError || error instanceof GraphUnreachable) return failureOf(error);
      throw error;
    }
  }

  async open({ channel, id }: FileRef): Promise<OpenedFile> {
    if (channel !== this.name) throw new TypeError("a file of another channel");
    return openFile(id, new URL(this.#options.graphRoot).origin);
  }

  async link(parameter?: string): Promise<string> {
    const ref = parameter === undefined ? "" : `?ref=${encodeURIComponent(parameter)}`;
    return `https://m.me/${this.#options.pageId}${ref}`;
  }

  async resubscribe(): Promise<boolean> {
    return (await this.#asked(() => this.#subscribe())) === null;
  }

  /** Where Meta calls us is set once in the app's settings, by hand; that this page is among what it calls for, here. */
  async introduce(introductions: readonly Introduction[]): Promise<string | null> {
    return this.#asked(async () => {
      await this.#subscribe();
      await this.#graph.post("messenger_profile", profileOf(introductions));
    });
  }

  async #subscribe(): Promise<void> {
    await this.#graph.post("subscribed_apps", { subscribed_fields: subscribedFields });
  }

  /** Null when it went well, otherwise what Meta said. */
  async #asked(call: () => Promise<void>): Promise<string | null> {
    try {
      await call();
      return null;
    } catch (error) {
      if (error instanceof GraphError || error instanceof GraphUnreachable) return failureOf(error).detail;
      throw error;
    }
  }

  /** Meta asks once whether the webhook is ours. */
  #challenge(query: WebhookRequest["query"]): WebhookReply {
    const { "hub.mode": mode, "hub.verify_token": token, "hub.challenge": challenge } = query;
    const ours = mode === "subscribe" && sameSecret(token, this.#options.verifyToken);
    if (!ours || challenge === undefined) return { status: 403, updates: [], ignored: 0 };
    return { status: 200, body: challenge, updates: [], ignored: 0 };
  }

  #take(json: unknown, place: number): ReceivedUpdate | null {
    const read = readEvent(json);
    if (!read) return null;
    const { kind, event } = read;
    const [page, person] =
      kind === "echo" ? [event.sender, event.recipient] : [event.recipient, event.sender];
    if (page.id !== this.#options.pageId || person.id === page.id) return null;
    const raw = toJson(event);
    if (raw === null) return null;
    return { key: keyOf(kind, event), by: addressOf(person.id), at: event.timestamp, place, raw };
  }

  #bodyOf({ id, author, text, file, buttons, replyTo, sinceHeard }: OutboundMessage): object {
    const late = sinceHeard !== null && sinceHeard > standardWindow - clockMargin;
    const byHand = author === "person" && late && this.#options.humanAgent;
    const quickReplies = buttons.map(({ label, payload }) => ({
      content_type: "text",
      title: shorten(wellFormed(label), this.limits.buttonLabel),
      payload,
    }));
    return {
      ...(byHand ? { messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" } : { messaging_type: "RESPONSE" }),
      ...(replyTo === null ? {} : { reply_to: { mid: replyTo } }),
      message: {
        ...(file
          ? { attachment: { type: attachmentTypes[file.kind], payload: {} } }
          : { text: wellFormed(text) }),
        metadata: metadataOf(id, this.#options.prove),
        ...(quickReplies.length === 0 ? {} : { quick_replies: quickReplies }),
      },
    };
  }
}
