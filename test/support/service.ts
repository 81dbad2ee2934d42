/** The whole service as it runs for real: its own adapters over HTTP, its models on the database, played platforms. */

import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, type AppOptions, startApp } from "../../bot/app.ts";
import type { Config } from "../../bot/config.ts";
import { createLog } from "../../bot/log.ts";
import type { Programme } from "../../programmes/programme.ts";
import { type Cast, SimulatedClock, type Simulator, startSimulator } from "../../simulator/index.ts";
import { oslo } from "../flows/programmes.ts";
import { testKeys } from "./instance.ts";
import { MessengerPhone, type Phone, TelegramPhone } from "./phone.ts";

export interface ServiceOptions {
  /** A database of its own; null for the built-in one, with its keys, in `directory`. */
  uri: string | null;
  directory?: string;
  /** The simulated time of the start. */
  at?: string;
  programme?: Programme;
  /** Telegram calls us instead of being asked. */
  telegramByWebhook?: boolean;
  humanAgent?: boolean;
  /** Whether Messenger is told at once where the service is, which must answer then. */
  connect?: boolean;
  /** False when the staff group has yet to be claimed. */
  staffGroupConfigured?: boolean;
  alertWebhookUrl?: string;
  heartbeatUrl?: string;
  app?: AppOptions;
}

/** Oslo's programme, with a team that reads English. */
const english: Programme = { ...oslo, languages: ["en", "nb"] };

const verifyToken = "verify-verify-verify";
/** What Telegram proves itself with. */
export const webhookSecret = "telegram-webhook-secret";

export class Service {
  readonly simulator: Simulator;
  readonly cast: Cast;
  readonly clock: SimulatedClock;
  /** Everything that was logged. */
  readonly logged: string[] = [];
  #config: Config;
  readonly #options: ServiceOptions;
  #app: App | null = null;

  private constructor(
    options: ServiceOptions,
    simulator: Simulator,
    cast: Cast,
    clock: SimulatedClock,
    port: number,
    directory: string,
  ) {
    this.simulator = simulator;
    this.cast = cast;
    this.clock = clock;
    this.#options = options;
    this.#config = {
      programme: options.programme ?? english,
      simulation: false,
      port,
      publicUrl: options.telegramByWebhook ? `http://127.0.0.1:${port}` : null,
      dataDirectory: directory,
      logLevel: "debug",
      mongodbUri: options.uri,
      encryptionKeys: options.uri === null ? null : testKeys,
      telegram: {
        teamToken: cast.teamBot.token ?? "",
        publicToken: cast.publicBot.token ?? "",
        webhookSecret,
        apiRoot: simulator.telegramRoot,
      },
      messenger: {
        pageId: cast.page.id,
        pageToken: cast.page.token ?? "",
        appSecret: simulator.messenger.app.secret,
        verifyToken,
        graphRoot: simulator.graphRoot,
        graphVersion: "v26.0",
        humanAgent: options.humanAgent ?? true,
      },
      staffChatId: (options.staffGroupConfigured ?? true) ? String(cast.staffGroup.id) : null,
      alertWebhookUrl: options.alertWebhookUrl ?? null,
      heartbeatUrl: options.heartbeatUrl ?? null,
    };
  }

  static async start(options: ServiceOptions): Promise<Service> {
    const clock = new SimulatedClock(new Date(options.at ?? "2026-11-23T09:00:00Z"));
    const { name } = options.programme ?? english;
    const simulator = await startSimulator({
      clock,
      telegram: { webhook: { pauses: [5, 10, 20] } },
      messenger: { delivery: { pauses: [5, 10, 20] } },
      page: { programme: name, zone: "Europe/Oslo" },
    });
    const directory = options.directory ?? mkdtempSync(join(tmpdir(), "peerline-service-"));
    const service = new Service(options, simulator, simulator.cast, clock, await freePort(), directory);
    await service.up();
    if (options.connect ?? true) {
      await simulator.messenger.setWebhook(`${service.url}/webhooks/messenger`, verifyToken);
    }
    return service;
  }

  /** What it was started with last. */
  get config(): Config {
    return this.#config;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#config.port}`;
  }

  get programme(): Programme {
    return this.#config.programme;
  }

  get app(): App {
    if (!this.#app) throw new Error("the service is down");
    return this.#app;
  }

  /** Starts the program, once more after `down`. */
  async up(changed: Partial<Config> = {}): Promise<void> {
    this.#config = { ...this.#config, ...changed };
    const log = createLog("debug", { write: (line: string) => void this.logged.push(line) });
    const timing = {
      worker: { look: 50 },
      retryBase: 20,
      lease: 3000,
      database: 50,
      patience: 1000,
      pace: { chat: 0 },
    };
    const { app: options } = this.#options;
    this.#app = await startApp(this.#config, {
      clock: this.clock,
      log,
      ...options,
      timing: { ...timing, ...options?.timing },
    });
  }

  async down(): Promise<void> {
    await this.#app?.stop();
    this.#app = null;
  }

  async stop(): Promise<void> {
    await this.down();
    await this.simulator.stop();
    if (!this.#options.directory) rmSync(this.#config.dataDirectory, { recursive: true, force: true });
  }

  mentee(channel: "telegram" | "messenger"): Phone {
    if (channel === "messenger") return this.onMessenger();
    return this.onTelegram();
  }

  onMessenger(): MessengerPhone {
    return new MessengerPhone(this.simulator, this.cast.addMessengerMentee());
  }

  onTelegram(): TelegramPhone {
    return new TelegramPhone(this.simulator, this.cast.addTelegramMentee(), this.cast.publicBot);
  }

  /** The staff group, as one of the coordinators sees it. */
  coordinator(place = 0): TelegramPhone {
    const user = this.cast.coordinators[place] ?? this.cast.addCoordinator();
    return new TelegramPhone(this.simulator, user, this.cast.staffGroup);
  }

  /** Somebody new who follows an invitation, gives a name and, if wanted, has time. */
  async supporter(name: string, available = true): Promise<TelegramPhone> {
    const staff = this.coordinator();
    const before = this.cast.staffGroup.messages.at(-1);
    staff.writes("/invite");
    const invitation = await this.cast.staffGroup.waitFor("t.me/", before ? { after: before } : {});
    const link = /https:\/\/t\.me\/\S+/.exec(invitation.text)?.[0] ?? "";
    const phone = new TelegramPhone(this.simulator, this.cast.addSupporter(), this.cast.teamBot);
    phone.user.opens(link);
    await phone.reads("first name or alias");
    phone.writes(name);
    await phone.reads(`Thank you, ${name}`);
    await phone.taps("I promise");
    await staff.taps("Trained, let begin");
    await phone.reads("You can begin");
    if (available) {
      phone.writes("/available");
      await phone.reads("You are available now");
    }
    return phone;
  }

  /** A mentee who has written, said yes and is old enough. */
  async arrives(phone: Phone, words: string): Promise<void> {
    phone.writes(words);
    await phone.reads("Is that all right?");
    await phone.taps("Yes, that's fine");
    await phone.reads("how old are you");
    await phone.taps("18 or over");
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
