import { randomBytes } from "node:crypto";
import { CallLog } from "../calls.ts";
import { type Changes, defaultPatience } from "../changes.ts";
import type { Clock } from "../clock.ts";
import { FaultPlan } from "../faults.ts";
import { MessengerFiles } from "./files.ts";
import { MessengerPage, type PageOptions } from "./page.ts";
import { type DeliveryOptions, MessengerWebhook, usualDelivery } from "./webhook.ts";

export interface MessengerOptions {
  /** The app's secret: signs webhooks and proves calls. Made up when left out. */
  appSecret?: string;
  /** Refuse calls without `appsecret_proof`, as an app with "Require app secret" does. */
  requireProof?: boolean;
  delivery?: Partial<DeliveryOptions>;
  /** How many calls are remembered. */
  callsKept?: number;
}

/** The app that a program is for Meta. */
export interface MessengerApp {
  readonly id: number;
  readonly secret: string;
}

/** All of Messenger that one app sees: its pages, their conversations, its webhook. */
export class SimulatedMessenger {
  readonly clock: Clock;
  readonly changes: Changes;
  readonly app: MessengerApp;
  readonly faults = new FaultPlan();
  readonly calls: CallLog;
  readonly files: MessengerFiles;
  readonly requireProof: boolean;
  readonly revokedTokens = new Set<string>();
  /** How much of its allowance the app has used, in per cent: what the usage headers say. */
  usage = 1;
  webhook: MessengerWebhook | null = null;
  readonly #delivery: DeliveryOptions;
  readonly #pages = new Map<string, MessengerPage>();
  #made = 0;

  constructor(clock: Clock, changes: Changes, options: MessengerOptions = {}) {
    this.clock = clock;
    this.changes = changes;
    this.app = { id: 1_500_000_000_001, secret: options.appSecret ?? randomBytes(16).toString("hex") };
    this.calls = new CallLog(changes, options.callsKept);
    this.files = new MessengerFiles(() => clock.now().getTime());
    this.requireProof = options.requireProof ?? false;
    this.#delivery = { ...usualDelivery, ...options.delivery };
  }

  /** The access token of the app itself. */
  get appToken(): string {
    return `${this.app.id}|${this.app.secret}`;
  }

  get pages(): MessengerPage[] {
    return [...this.#pages.values()];
  }

  createPage(options: PageOptions): MessengerPage {
    this.#made += 1;
    const id = options.id ?? String(100_000_000_000_000 + this.#made);
    if (this.#pages.has(id)) throw new Error(`There is a page with the id ${id} already.`);
    const page = new MessengerPage(this, id, options);
    this.#pages.set(id, page);
    return page;
  }

  page(id: string): MessengerPage | undefined {
    return this.#pages.get(id);
  }

  nextPersonId(): number {
    this.#made += 1;
    return 7_000_000_000_000_000 + this.#made;
  }

  /**
   * Connects the app's webhook as the developer site does: asks with GET, and takes it only when the challenge comes
   * back. Rejects with a sentence that says why not. Addresses of this machine only.
   */
  async setWebhook(url: string, verifyToken: string): Promise<void> {
    if (!/^https?:\/\/(127(?:\.\d{1,3}){3}|localhost|\[::1\])(:\d+)?(\/|\?|$)/i.test(url)) {
      throw new Error("The simulator only calls addresses of this machine.");
    }
    const challenge = randomBytes(8).toString("hex");
    const asked = new URL(url);
    asked.searchParams.set("hub.mode", "subscribe");
    asked.searchParams.set("hub.challenge", challenge);
    asked.searchParams.set("hub.verify_token", verifyToken);
    const response = await fetch(asked, { redirect: "manual" });
    const answer = await response.text();
    if (response.status !== 200 || answer !== challenge) {
      throw new Error(`The URL couldn't be validated: it answered ${response.status} and not the challenge.`);
    }
    this.webhook?.stop();
    this.webhook = new MessengerWebhook(url, this.app.secret, this.#delivery, () => this.#unsubscribe());
  }

  /** Resolves when the app has acknowledged everything that was to be delivered. */
  async caughtUp(timeout = defaultPatience): Promise<void> {
    await this.changes.waitFor(
      () => (this.webhook?.pending ?? 0) === 0,
      () => `The webhook still has ${this.webhook?.pending} events to take after ${timeout} ms.`,
      timeout,
    );
  }

  stop(): void {
    this.webhook?.stop();
  }

  /** After a long outage Meta stops calling: what happens on the pages is lost until the app subscribes again. */
  #unsubscribe(): void {
    for (const page of this.#pages.values()) page.subscribedFields = null;
    this.changes.announce();
  }
}
