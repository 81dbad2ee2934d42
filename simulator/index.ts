/**
 * Telegram and Messenger on this machine: the real adapters talk to them over HTTP, tests and a page play the people.
 */
import { createServer, type Server } from "node:http";
import { Cast } from "./cast.ts";
import { Changes } from "./changes.ts";
import type { Clock } from "./clock.ts";
import { isFromHere } from "./guard.ts";
import { serveGraph } from "./messenger/graph.ts";
import { type MessengerOptions, SimulatedMessenger } from "./messenger/messenger.ts";
import { serveTelegram } from "./telegram/server.ts";
import { SimulatedTelegram, type TelegramOptions } from "./telegram/telegram.ts";

export type { Cast } from "./cast.ts";
export { SimulatedClock } from "./clock.ts";
export { fault } from "./faults.ts";
export type { MessengerMessage } from "./messenger/message.ts";
export type { MessengerPage } from "./messenger/page.ts";
export type { MessengerPerson } from "./messenger/person.ts";
export { graphRefusal } from "./messenger/refusals.ts";
export type { SimulatedBot } from "./telegram/bot.ts";
export type { PrivateChat } from "./telegram/chat.ts";
export type { TelegramGroup } from "./telegram/group.ts";
export type { TelegramMessage } from "./telegram/message.ts";
export { telegramRefusal } from "./telegram/refusals.ts";
export type { TelegramUser } from "./telegram/user.ts";

export interface SimulatorOptions {
  clock: Clock;
  /** The port on 127.0.0.1; 0, the default, takes a free one. */
  port?: number;
  telegram?: TelegramOptions;
  messenger?: MessengerOptions;
  /** Also show the page on which one person plays everybody. */
  page?: PageSettings;
}

export interface PageSettings {
  /** The programme's name: of its Facebook page and its bots. */
  programme: string;
  /** The IANA zone in which the page shows times. */
  zone: string;
}

export interface Simulator {
  readonly telegram: SimulatedTelegram;
  readonly messenger: SimulatedMessenger;
  /** Where the Bot API answers; without a slash at the end, as grammY wants it. */
  readonly telegramRoot: string;
  /** Where the Graph API answers, without version. */
  readonly graphRoot: string;
  /** Ends everything that waits, deliveries and open calls included. */
  stop(): Promise<void>;
}

export interface SimulatorWithPage extends Simulator {
  /** The page's address, for a browser on this machine. */
  readonly pageUrl: string;
  /** Who is on the page: the bots, the Facebook page, the staff group and the people. */
  readonly cast: Cast;
}

/**
 * Starts both platforms on one port of 127.0.0.1, with the page when its settings are given. Nothing outside this
 * machine is ever called. Rejects when the port is taken.
 */
export function startSimulator(
  options: SimulatorOptions & { page: PageSettings },
): Promise<SimulatorWithPage>;
export function startSimulator(options: SimulatorOptions): Promise<Simulator>;
export async function startSimulator(options: SimulatorOptions): Promise<Simulator | SimulatorWithPage> {
  const changes = new Changes();
  const telegram = new SimulatedTelegram(options.clock, changes, options.telegram);
  const messenger = new SimulatedMessenger(options.clock, changes, options.messenger);
  const play = await openPage(telegram, messenger, options);
  const server = createServer((request, response) => {
    if (!isFromHere(request)) {
      response.writeHead(403).end();
      return;
    }
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const [, platform = ""] = url.pathname.split("/", 2);
    const path = url.pathname.slice(platform.length + 1);
    if (platform === "telegram") void serveTelegram(telegram, path, url.searchParams, request, response);
    else if (platform === "graph") void serveGraph(messenger, path, url.searchParams, request, response);
    else if (platform === "cdn") messenger.files.serve(path, response);
    else if (play !== null) play.page(request, response);
    else response.writeHead(404).end();
  });
  const root = await listen(server, options.port ?? 0);
  messenger.files.root = `${root}/cdn`;
  return {
    telegram,
    messenger,
    telegramRoot: `${root}/telegram`,
    graphRoot: `${root}/graph`,
    ...(play === null ? {} : { cast: play.cast, pageUrl: `${root}/` }),
    async stop() {
      telegram.stop();
      messenger.stop();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Express is loaded only when there is a page to show. */
async function openPage(
  telegram: SimulatedTelegram,
  messenger: SimulatedMessenger,
  { clock, page: settings }: SimulatorOptions,
) {
  if (settings === undefined) return null;
  const { createPage } = await import("./page-server/server.ts");
  const cast = new Cast(telegram, messenger, settings.programme);
  return { cast, page: createPage(cast, clock, settings.zone) };
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}
