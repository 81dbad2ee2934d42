/** One running instance of the service on the test platform, which can die and freeze like a process. */
import type { Address, ChannelName, OutboundMessage } from "../../adapters/channel.ts";
import { type Core, createCore, type Timing } from "../../bot/core.ts";
import { createHelplineWords } from "../../bot/helplines.ts";
import { createLog, type Log } from "../../bot/log.ts";
import { Metrics } from "../../bot/metrics.ts";
import { createPhrase } from "../../bot/phrase.ts";
import type { Tenure } from "../../bot/tenure.ts";
import type { Detector } from "../../flows/crisis/detector.ts";
import { loadTexts } from "../../locales/texts.ts";
import { type Database, openDatabase } from "../../models/database.ts";
import type { Commit } from "../../models/subjects.ts";
import { oslo } from "../flows/programmes.ts";
import { type Deliver, staffGroupId, TestChannel, type TestPlatform } from "./platform.ts";
import { type Breaking, DatabaseProxy } from "./proxy.ts";

export const testKeys = [{ id: "test", key: Buffer.alloc(32, 7) }];

const phrase = createPhrase(loadTexts(["nb", "en"]), createHelplineWords());

/** Finds danger nowhere: what these tests are about is elsewhere. */
const calm: Detector = {
  assess: () => ({ level: 0, kind: "self", rules: [], cues: [], version: "none" }),
};

export interface InstanceOptions {
  uri: string;
  platform: TestPlatform;
  now: () => number;
  breaking?: Breaking;
  timing?: Timing;
  /** Milliseconds by which a call to the platform and its answer are delayed. */
  sendDelay?: () => number;
  onSend?: (to: Address, message: OutboundMessage) => void;
  /** Holds a send back for as long as the promise says. */
  held?: (to: Address, message: OutboundMessage) => Promise<void> | null;
  /** Called with every step that went through. */
  onCommit?: (commit: Commit) => void;
  log?: Log;
  /** Works under this tenure instead of asking for the lease: as a holder that does not know it has lost it. */
  tenure?: Tenure;
}

export class Instance {
  readonly proxy: DatabaseProxy;
  readonly #options: InstanceOptions;
  #core: Core | null = null;
  #database: Database | null = null;
  #frozen: Promise<void> | null = null;
  #thaw: (() => void) | null = null;

  private constructor(proxy: DatabaseProxy, options: InstanceOptions) {
    this.proxy = proxy;
    this.#options = options;
  }

  /** Starts an instance; it may be dead already when it is back. */
  static async start(options: InstanceOptions): Promise<Instance> {
    const proxy = await DatabaseProxy.open(options.uri, options.breaking);
    const instance = new Instance(proxy, options);
    try {
      await instance.#begin();
    } catch (error) {
      if (!proxy.dead) throw error;
    }
    return instance;
  }

  get dead(): boolean {
    return this.proxy.dead;
  }

  get works(): boolean {
    return !this.dead && (this.#core?.works ?? false);
  }

  get database(): Database {
    if (!this.#database) throw new Error("the instance has no database");
    return this.#database;
  }

  get deliver(): Deliver | null {
    const core = this.#core;
    return core && !this.dead ? (channel, updates) => core.store(channel, updates) : null;
  }

  /** Ends at once, as by kill -9. */
  crash(): void {
    this.proxy.die();
    this.thaw();
    this.#abandon();
  }

  /** Everything on its way stays on its way. */
  freeze(): void {
    this.proxy.freeze();
    this.#frozen ??= new Promise((resolve) => {
      this.#thaw = resolve;
    });
  }

  thaw(): void {
    this.proxy.thaw();
    this.#thaw?.();
    this.#frozen = null;
    this.#thaw = null;
  }

  async stop(): Promise<void> {
    if (this.dead) this.#abandon();
    else {
      await this.#core?.stop();
      await this.#database?.close();
    }
    await this.proxy.close();
  }

  /** What a killed process would leave undone is left undone; only this test's own process is cleaned up. */
  #abandon(): void {
    void this.#core?.stop().catch(() => undefined);
    void this.#database?.connection.close(true).catch(() => undefined);
  }

  async #begin(): Promise<void> {
    const { platform, now, timing = {}, sendDelay, onSend, onCommit, tenure } = this.#options;
    this.#database = await openDatabase({
      uri: this.proxy.uri,
      directory: "",
      keys: testKeys,
      patience: 2000,
    });
    if (onCommit) watchCommits(this.#database, onCommit);
    const pause = async (): Promise<void> => {
      const wait = sendDelay?.() ?? 0;
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      await this.#frozen;
    };
    const link = {
      dead: () => this.dead,
      before: async (to: Address, message: OutboundMessage | null) => {
        await pause();
        if (message) await this.#options.held?.(to, message);
      },
      after: pause,
      ...(onSend ? { onSend } : {}),
    };
    const names: ChannelName[] = ["telegram:public", "telegram:team"];
    this.#core = await createCore({
      config: {
        programme: oslo,
        publicUrl: "https://example.org",
        staffChatId: staffGroupId,
        alertWebhookUrl: null,
        heartbeatUrl: null,
      },
      database: this.#database,
      channels: new Map(names.map((name) => [name, new TestChannel(name, platform, link)])),
      clock: { now: () => new Date(now()) },
      log: this.#options.log ?? createLog("silent"),
      metrics: new Metrics(),
      phrase,
      detector: calm,
      timing: {
        lease: 400,
        retryBase: 20,
        worker: { look: 40, away: 20, tries: [5, 10, 20, 40] },
        ...timing,
      },
    });
    if (tenure) await this.#core.work(tenure);
    else this.#core.start();
  }
}

/** Listens to the commits of an instance. */
function watchCommits({ subjects }: Database, each: (commit: Commit) => void): void {
  const commit = subjects.commit.bind(subjects);
  subjects.commit = async (commits, epoch, round) => {
    const through = await commit(commits, epoch, round);
    for (const one of commits) if (through.has(one.id)) each(one);
    return through;
  };
}
