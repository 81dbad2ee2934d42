/** What can be watched from outside. Counts and waits only: no label names a person. */
import { Counter, Gauge, Registry } from "prom-client";
import type { ChannelName } from "../adapters/channel.ts";

export interface Gauges {
  /** Messages that wait to be sent. */
  waiting: () => number;
  /** Subjects that are in a turn now. */
  busy: () => number;
  /** Whether this process does the work. */
  working: () => boolean;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #received: Counter<"channel">;
  readonly #refused: Counter<"channel">;
  readonly #sent: Counter<"channel" | "outcome">;
  #gauges: Gauges | null = null;

  constructor() {
    const registers = [this.#registry];
    this.#received = new Counter({
      name: "peerline_updates_received_total",
      help: "Updates stored and acknowledged",
      labelNames: ["channel"],
      registers,
    });
    this.#refused = new Counter({
      name: "peerline_updates_refused_total",
      help: "Deliveries answered 503 because they could not be stored",
      labelNames: ["channel"],
      registers,
    });
    this.#sent = new Counter({
      name: "peerline_sends_total",
      help: "What became of sends: sent, or the kind of failure",
      labelNames: ["channel", "outcome"],
      registers,
    });
    this.#gauge("peerline_messages_waiting", "Messages that wait to be sent", ({ waiting }) => waiting());
    this.#gauge("peerline_turns_busy", "Subjects in a turn now", ({ busy }) => busy());
    this.#gauge("peerline_working", "1 when this process holds the lease", ({ working }) =>
      Number(working()),
    );
  }

  #gauge(name: string, help: string, value: (gauges: Gauges) => number): void {
    const read = (): number => (this.#gauges ? value(this.#gauges) : 0);
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** From now on the gauges show these values. */
  watch(gauges: Gauges): void {
    this.#gauges = gauges;
  }

  received(channel: ChannelName, count: number): void {
    this.#received.inc({ channel }, count);
  }

  refused(channel: ChannelName): void {
    this.#refused.inc({ channel });
  }

  sent(channel: ChannelName, outcome: string): void {
    this.#sent.inc({ channel, outcome });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  read(): Promise<string> {
    return this.#registry.metrics();
  }
}
