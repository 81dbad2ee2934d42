/**
 * Telegram as lean as it can be, for load: it hands out updates, takes messages and forgets them at once. It has no
 * rules and no limits; whoever drives it sees every message in `onSend` and keeps the account.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type LoadBot = "public" | "team";

/** A message of the service, at the moment at which it arrives. */
export interface Arrived {
  bot: LoadBot;
  chat: number;
  text: string;
  /** The payloads of its buttons. */
  buttons: string[];
  message: number;
  /** By the monotonic clock. */
  at: number;
}

/** What becomes of a message: it arrives, or it arrives and nobody says so. */
export type Fate = "arrives" | "unanswered";

/** An update that waits, was handed out, or was confirmed. */
export interface LoadUpdate {
  readonly id: number;
  readonly json: object;
  /** When it was last handed out, by the monotonic clock. */
  handedAt: number | null;
}

export interface LoadOptions {
  /** Called with every message that arrives; may say that its sender does not hear of it. */
  onSend: (arrived: Arrived) => Fate | undefined;
}

const handedAtOnce = 100;

interface Queue {
  updates: LoadUpdate[];
  /** A poll that waits for something to come. */
  waiting: (() => void) | null;
}

export class LoadTelegram {
  /** How long every answer takes, milliseconds. */
  latency = 0;
  /** While this is so, a message that is sent neither arrives nor is answered. */
  sendsHang = false;
  readonly #onSend: LoadOptions["onSend"];
  readonly #server: Server;
  readonly #queues: Record<LoadBot, Queue> = {
    public: { updates: [], waiting: null },
    team: { updates: [], waiting: null },
  };
  #port = 0;
  #updates = 0;
  #messages = 0;

  private constructor({ onSend }: LoadOptions) {
    this.#onSend = onSend;
    this.#server = createServer((request, response) => this.#serve(request, response));
    this.#server.keepAliveTimeout = 60_000;
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(options: LoadOptions): Promise<LoadTelegram> {
    const telegram = new LoadTelegram(options);
    await new Promise<void>((resolve) => telegram.#server.listen(0, "127.0.0.1", resolve));
    telegram.#port = (telegram.#server.address() as AddressInfo).port;
    return telegram;
  }

  /** What bots are told as the address of the Bot API. */
  get root(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  static token(bot: LoadBot): string {
    return `${bot === "public" ? 1001 : 1002}:load-token-load-token-load`;
  }

  /** Somebody writes to a bot, in their own chat or in a group. */
  says(bot: LoadBot, by: number, text: string, where: { group?: number; replyTo?: number } = {}): LoadUpdate {
    const { group, replyTo } = where;
    const chat = group === undefined ? { id: by, type: "private" } : { id: group, type: "supergroup" };
    return this.#push(bot, {
      message: {
        message_id: ++this.#messages,
        date: Math.floor(Date.now() / 1000),
        chat,
        from: { id: by, is_bot: false, first_name: `P${by}`, language_code: "en" },
        text,
        ...(text.startsWith("/")
          ? { entities: [{ type: "bot_command", offset: 0, length: text.split(" ", 1)[0]?.length ?? 0 }] }
          : {}),
        ...(replyTo === undefined ? {} : { reply_to_message: { message_id: replyTo, date: 0, chat } }),
      },
    });
  }

  /** Somebody presses a button under a message. */
  presses(
    bot: LoadBot,
    by: number,
    data: string,
    { chat, message }: Pick<Arrived, "chat" | "message">,
  ): void {
    this.#push(bot, {
      callback_query: {
        id: `press-${++this.#messages}`,
        from: { id: by, is_bot: false, first_name: `P${by}`, language_code: "en" },
        chat_instance: "1",
        message: {
          message_id: message,
          date: Math.floor(Date.now() / 1000),
          chat: { id: chat, type: chat < 0 ? "supergroup" : "private" },
        },
        data,
      },
    });
  }

  /** How many updates were not confirmed yet. */
  get unconfirmed(): number {
    return this.#queues.public.updates.length + this.#queues.team.updates.length;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #push(bot: LoadBot, body: object): LoadUpdate {
    const id = ++this.#updates;
    const update: LoadUpdate = { id, json: { update_id: id, ...body }, handedAt: null };
    const queue = this.#queues[bot];
    queue.updates.push(update);
    queue.waiting?.();
    return update;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const [, token = "", method = ""] = (request.url ?? "").split("/");
      const bot: LoadBot = token.endsWith(LoadTelegram.token("team")) ? "team" : "public";
      const parameters = chunks.length > 0 ? readJson(Buffer.concat(chunks)) : {};
      this.#call(bot, method.toLowerCase(), parameters, response);
    });
  }

  #call(bot: LoadBot, method: string, parameters: Parameters, response: ServerResponse): void {
    switch (method) {
      case "getupdates":
        return this.#poll(bot, parameters, response);
      case "sendmessage":
        return this.#send(bot, parameters, response);
      case "getme":
        return this.#answer(response, {
          id: 1,
          is_bot: true,
          first_name: "Load",
          username: `load_${bot}_bot`,
        });
      case "getchatmember":
        return this.#answer(response, {
          status: "member",
          user: { id: parameters.user_id, is_bot: false, first_name: "P" },
        });
      default:
        return this.#answer(response, true);
    }
  }

  #send(bot: LoadBot, { chat_id, text = "", reply_markup }: Parameters, response: ServerResponse): void {
    if (this.sendsHang) return;
    const message = ++this.#messages;
    const chat = Number(chat_id);
    const keyboard = typeof reply_markup === "string" ? JSON.parse(reply_markup) : reply_markup;
    const buttons = (keyboard?.inline_keyboard ?? [])
      .flat()
      .flatMap(({ callback_data }: { callback_data?: string }) => callback_data ?? []);
    const fate = this.#onSend({ bot, chat, text, buttons, message, at: performance.now() }) ?? "arrives";
    if (fate === "unanswered") {
      response.destroy();
      return;
    }
    this.#answer(response, {
      message_id: message,
      date: Math.floor(Date.now() / 1000),
      chat: { id: chat, type: chat < 0 ? "supergroup" : "private" },
      text,
    });
  }

  #poll(bot: LoadBot, { offset, timeout = 0 }: Parameters, response: ServerResponse): void {
    const queue = this.#queues[bot];
    if (offset !== undefined) queue.updates = queue.updates.filter(({ id }) => id >= offset);
    const hand = (): void => {
      clearTimeout(patience);
      queue.waiting = null;
      this.#later(() => {
        const updates = queue.updates.slice(0, handedAtOnce);
        const at = performance.now();
        for (const update of updates) update.handedAt = at;
        write(
          response,
          updates.map(({ json }) => json),
        );
      });
    };
    const patience = setTimeout(hand, timeout * 1000);
    if (queue.updates.length > 0) {
      hand();
      return;
    }
    // What comes in the same moment goes along.
    queue.waiting = () => {
      queue.waiting = null;
      setImmediate(hand);
    };
    response.once("close", () => {
      clearTimeout(patience);
    });
  }

  #answer(response: ServerResponse, result: unknown): void {
    this.#later(() => write(response, result));
  }

  #later(act: () => void): void {
    if (this.latency > 0) setTimeout(act, this.latency);
    else act();
  }
}

interface Parameters {
  offset?: number;
  timeout?: number;
  chat_id?: number | string;
  user_id?: number;
  text?: string;
  reply_markup?: string | { inline_keyboard?: { callback_data?: string }[][] };
}

function readJson(body: Buffer): Parameters {
  try {
    return JSON.parse(body.toString("utf8")) as Parameters;
  } catch {
    return {};
  }
}

function write(response: ServerResponse, result: unknown): void {
  if (response.destroyed) return;
  const body = JSON.stringify({ ok: true, result });
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}
