/** A database, the test platform and some people, for tests that direct what happens step by step. */
import { type Database, openDatabase } from "../../models/database.ts";
import type { TestServer } from "./database.ts";
import { Instance, type InstanceOptions, testKeys } from "./instance.ts";
import { type Cast, castPeople, type publicBot, type teamBot } from "./people.ts";
import { type Shown, TestPlatform } from "./platform.ts";

type Bot = typeof publicBot | typeof teamBot;

export class Stage {
  readonly platform: TestPlatform;
  readonly database: Database;
  readonly cast: Cast;
  readonly #uri: string;
  readonly #instances: Instance[] = [];
  #now: number;

  private constructor(uri: string, platform: TestPlatform, database: Database, cast: Cast, now: number) {
    this.#uri = uri;
    this.platform = platform;
    this.database = database;
    this.cast = cast;
    this.#now = now;
  }

  static async open(
    server: TestServer,
    people: { supporters: readonly string[]; mentees: readonly string[] },
  ): Promise<Stage> {
    const uri = server.fresh();
    const now = Date.parse("2026-11-23T10:00:00Z");
    let ticks = now;
    const platform = new TestPlatform(() => ++ticks);
    const database = await openDatabase({ uri, directory: "", keys: testKeys });
    const cast = await castPeople(database, platform, { ...people, now });
    return new Stage(uri, platform, database, cast, now);
  }

  async instance(options: Partial<InstanceOptions> = {}): Promise<Instance> {
    const { platform } = this;
    const instance = await Instance.start({ uri: this.#uri, platform, now: () => this.#now, ...options });
    this.#instances.push(instance);
    return instance;
  }

  async close(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.stop()));
    await this.database.close();
  }

  says(bot: Bot, by: string, text: string, replyTo: string | null = null): void {
    const content = { kind: "text", text } as const;
    this.platform.happens(bot, by, { kind: "wrote", message: text, content, replyTo, senderName: null });
  }

  presses(bot: Bot, by: string, payload: string): void {
    this.platform.happens(bot, by, {
      kind: "pressed",
      payload,
      message: null,
      press: null,
      senderName: null,
    });
  }

  /** The platform tells an instance what has happened, until it has understood everything. */
  deliver(to: Instance): Promise<void> {
    return this.platform.deliver(
      () => to.deliver,
      () => pause(5),
    );
  }

  /** Waits until somebody has been shown something. */
  async shown(bot: Bot, id: string, what: string): Promise<Shown> {
    const find = () => this.platform.chat(bot, id).find(({ text }) => text.includes(what));
    await this.until(() => find() !== undefined, `"${what}" for ${id}`);
    return find() as Shown;
  }

  /** Waits for a button, and presses it. */
  async pressesButton(bot: Bot, by: string, begins: string): Promise<void> {
    const find = () =>
      this.platform
        .chat(bot, by)
        .flatMap(({ buttons }) => buttons)
        .find(({ payload }) => payload.startsWith(begins));
    await this.until(() => find() !== undefined, `a button ${begins} for ${by}`);
    this.presses(bot, by, find()?.payload ?? "");
  }

  async until(what: () => boolean | Promise<boolean>, name: string): Promise<void> {
    for (const end = Date.now() + 8000; Date.now() < end; await pause(5)) if (await what()) return;
    const chats = this.platform.shown.map(({ chat, text }) => `${chat}: ${text}`).join("\n");
    throw new Error(`waited in vain for ${name}; shown were:\n${chats}`);
  }

  /** How many documents of a collection meet a filter. */
  count(collection: string, filter: object): Promise<number> {
    return this.database.connection.collection(collection).countDocuments(filter);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
