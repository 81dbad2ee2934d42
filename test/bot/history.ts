/**
 * A random history on the real code: mentees write, supporters accept, answer, switch between cases, hand on and end
 * talks, while instances die, freeze and lose the lease. In the end every word is accounted for.
 */
import type { Address } from "../../adapters/channel.ts";
import type { PersonId, ThreadId } from "../../flows/party.ts";
import type { PersonState, ThreadState } from "../../flows/state.ts";
import { type Database, openDatabase } from "../../models/database.ts";
import type { Commit } from "../../models/subjects.ts";
import { Instance, testKeys } from "../support/instance.ts";
import { type Cast, castPeople, publicBot, teamBot } from "../support/people.ts";
import { TestPlatform } from "../support/platform.ts";

export interface Chaos {
  /** How many things people do. */
  events: number;
  /** Chances, at each of them, that an instance dies or freezes. */
  crash: number;
  freeze: number;
  /** Longest delay of a database command and of a call to the platform, milliseconds. */
  delay: number;
}

/** Everything that must not be. Empty lists, all of them, when the protocol holds. */
export interface Ledger {
  /** Words that nobody was shown and that were not given up in the open. */
  lost: string[];
  /** Words that were applied more than once. */
  twice: string[];
  /** Words that somebody was shown whom they were not meant for, or no longer. */
  misdelivered: string[];
  /** Words that overtook earlier ones of the same line. */
  disordered: string[];
  /** Shown twice although nothing had gone wrong on the way. */
  repeated: number;
  words: number;
  crashes: number;
  freezes: number;
}

const mentees = ["11", "12"];
const supporters = ["21", "22", "23"];

/** Numbers from a seed, so that a history can be played again. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class History {
  readonly platform: TestPlatform;
  readonly #uri: string;
  readonly #random: () => number;
  readonly #chaos: Chaos;
  #now = Date.parse("2026-11-23T10:00:00Z");
  #instances: Instance[] = [];
  #database: Database | null = null;
  #quiet = false;
  #words = 0;
  readonly #said = new Map<string, { by: string; to: string | null }>();
  readonly #stale: string[] = [];
  readonly #readers = new Map<string, { version: number; case: string | null; with: PersonId | null }[]>();
  readonly #answered = new Set<string>();
  readonly #trouble = { crashes: 0, freezes: 0 };
  #cast: Cast | null = null;

  constructor(uri: string, seed: number, chaos: Chaos) {
    this.#uri = uri;
    this.#random = randomFrom(seed);
    this.#chaos = chaos;
    this.platform = new TestPlatform(() => this.#now);
  }

  /** Plays the whole history and accounts for every word. */
  async play(): Promise<Ledger> {
    await this.#setUp();
    try {
      this.#instances = await Promise.all([this.#start(), this.#start()]);
      for (let n = 0; n < this.#chaos.events; n++) {
        this.#somethingHappens();
        await this.#somethingBreaks();
        void this.#deliver();
        await pause(this.#random() * 30);
      }
      this.#quiet = true;
      for (const instance of this.#instances) instance.thaw();
      await this.#settle();
      return await this.#account();
    } finally {
      await Promise.all(this.#instances.map((instance) => instance.stop()));
      await this.#database?.close();
    }
  }

  async #setUp(): Promise<void> {
    this.#database = await openDatabase({ uri: this.#uri, directory: "", keys: testKeys });
    this.#cast = await castPeople(this.#database, this.platform, { supporters, mentees, now: this.#now });
  }

  #start(): Promise<Instance> {
    const wait = (): number => (this.#quiet ? 0 : Math.floor(this.#random() * this.#chaos.delay));
    return Instance.start({
      uri: this.#uri,
      platform: this.platform,
      now: () => this.#now,
      breaking: { delay: wait },
      sendDelay: wait,
      onSend: (to, { id, author }) => this.#checkReader(to, id, author),
      onCommit: (commit) => this.#noteReader(commit),
    });
  }

  // ---- what people do

  #somethingHappens(): void {
    this.#now += 1 + Math.floor(this.#random() * 900);
    const chance = this.#random();
    if (this.#answerAnOffer() || this.#answerWhom()) return;
    if (chance < 0.45) this.#menteeWrites();
    else if (chance < 0.68) this.#supporterReplies();
    else if (chance < 0.78) this.#supporterWritesToCurrent();
    else if (chance < 0.86) this.#press("case:handon:", supporters, teamBot);
    else if (chance < 0.92) this.#press("talk:change", mentees, publicBot);
    else if (chance < 0.96)
      this.#press("case:end:", supporters, teamBot, (payload) => payload.replace(":end:", ":endyes:"));
    else this.#press("talk:end", mentees, publicBot, () => "talk:end:yes");
  }

  #menteeWrites(): void {
    const by = this.#one(mentees);
    this.#say(publicBot, by, this.#word("m", by, null), null);
  }

  /** Replies to one of the mentees' words in a supporter's chat. */
  #supporterReplies(): void {
    const by = this.#one(supporters);
    const theirs = this.platform.chat(teamBot, by).filter(({ text }) => /\bm\d+-\d+\b/.test(text));
    const target = theirs.length > 0 ? this.#one(theirs) : null;
    if (!target) return;
    const mentee = /\bm(\d+)-\d+\b/.exec(target.text)?.[1] ?? null;
    this.#say(teamBot, by, this.#word("a", by, mentee), target.id);
  }

  /** Chooses a case by its button, then writes without replying. */
  #supporterWritesToCurrent(): void {
    const by = this.#one(supporters);
    const cards = this.#buttons(teamBot, by).filter((payload) => payload.startsWith("case:end:"));
    if (cards.length === 0) return;
    const id = this.#one(cards).slice("case:end:".length);
    const mentee = mentees.find((number) => id.startsWith(this.#thread(number))) ?? null;
    this.#presses(teamBot, by, `case:current:${id}`);
    this.#say(teamBot, by, this.#word("c", by, mentee), null);
  }

  #answerAnOffer(): boolean {
    for (const by of supporters) {
      for (const payload of this.#buttons(teamBot, by)) {
        if (!payload.startsWith("offer:accept:") || this.#answered.has(by + payload)) continue;
        if (!this.#quiet && this.#random() < 0.3) continue;
        this.#answered.add(by + payload);
        const passes = !this.#quiet && this.#random() < 0.15;
        this.#presses(teamBot, by, passes ? payload.replace("accept", "pass") : payload);
        return true;
      }
    }
    return false;
  }

  /** Says whom words are for that the bot was not sure about. */
  #answerWhom(): boolean {
    for (const by of supporters) {
      for (const { text, buttons } of this.platform.chat(teamBot, by)) {
        const word = /\b[ac]\d+-\d+\b/.exec(text)?.[0] ?? "";
        const meant = this.#said.get(word)?.to ?? "";
        const right = buttons.find(({ payload }) => payload.startsWith(`case:for:${this.#thread(meant)}.`));
        if (!right || this.#answered.has(by + right.payload)) continue;
        this.#answered.add(by + right.payload);
        this.#presses(teamBot, by, right.payload);
        return true;
      }
    }
    return false;
  }

  #press(
    prefix: string,
    who: string[],
    bot: typeof publicBot | typeof teamBot,
    change: (payload: string) => string = (payload) => payload,
  ): void {
    const by = this.#one(who);
    const payloads = this.#buttons(bot, by).filter((payload) => payload.startsWith(prefix));
    if (payloads.length > 0) this.#presses(bot, by, change(this.#one(payloads)));
  }

  #presses(bot: typeof publicBot | typeof teamBot, by: string, payload: string): void {
    this.platform.happens(bot, by, {
      kind: "pressed",
      payload,
      message: null,
      press: null,
      senderName: null,
    });
  }

  #say(bot: typeof publicBot | typeof teamBot, by: string, text: string, replyTo: string | null): void {
    const content = { kind: "text", text } as const;
    this.platform.happens(bot, by, { kind: "wrote", message: text, content, replyTo, senderName: null });
  }

  #word(kind: "m" | "a" | "c", by: string, to: string | null): string {
    const word = `${kind}${by}-${String(++this.#words).padStart(4, "0")}`;
    this.#said.set(word, { by, to });
    return word;
  }

  #buttons(bot: typeof publicBot | typeof teamBot, id: string): string[] {
    return this.platform.chat(bot, id).flatMap(({ buttons }) => buttons.map(({ payload }) => payload));
  }

  // ---- what goes wrong

  async #somethingBreaks(): Promise<void> {
    if (this.#random() < this.#chaos.crash) {
      const victim = this.#one(this.#instances);
      victim.crash();
      this.#trouble.crashes += 1;
      const next = await this.#start();
      this.#instances = this.#instances.map((instance) => (instance === victim ? next : instance));
      void victim.stop();
    }
    if (this.#random() < this.#chaos.freeze) {
      const victim = this.#one(this.#instances);
      victim.freeze();
      this.#trouble.freezes += 1;
      setTimeout(() => victim.thaw(), 100 + this.#random() * 700);
    }
  }

  #deliver(): Promise<void> {
    const to = () => this.#one(this.#instances).deliver;
    return this.platform.deliver(to, () => pause(5));
  }

  /** Lets everybody finish: offers are accepted, nothing more is said. */
  async #settle(): Promise<void> {
    const end = Date.now() + 20_000;
    for (let calm = 0; calm < 3; ) {
      if (Date.now() > end) throw new Error(`the history does not come to rest: ${await this.#unrest()}`);
      this.#now += 60_000;
      this.#answerAnOffer();
      await this.#deliver();
      await pause(60);
      calm = (await this.#unrest()) === "" ? calm + 1 : 0;
    }
  }

  /** What is still under way; empty when nothing is. */
  async #unrest(): Promise<string> {
    const { connection } = this.#open;
    const count = (name: string, filter: object) => connection.collection(name).countDocuments(filter);
    const waits = {
      inbound: await count("inbound", { state: { $ne: "done" } }),
      outboxes: await count("subjects", { pending: true }),
      messages: await count("messages", { delivery: { $in: ["queued", "sending"] } }),
    };
    return Object.entries(waits)
      .flatMap(([name, number]) => (number > 0 ? [`${number} ${name}`] : []))
      .join(", ");
  }

  // ---- who may read

  #noteReader({ read, state }: Commit): void {
    if (!("handle" in state)) return;
    const phase = state.case?.phase;
    const list = this.#readers.get(state.id) ?? [];
    this.#readers.set(state.id, list);
    list.push({
      version: read + 1,
      case: state.case?.id ?? null,
      with: phase?.phase === "talking" ? phase.with : null,
    });
  }

  /** At the moment when a mentee's words leave: is the reader still the one who talks with them? */
  #checkReader(to: Address, id: string, author: "bot" | "person"): void {
    const [thread = "", made] = id.split("/");
    const list = this.#readers.get(thread);
    if (author === "bot" || !list || !to.startsWith(teamBot)) return;
    const then = list.find(({ version }) => version === Number(made));
    const now = list.reduce((latest, one) => (one.version > latest.version ? one : latest));
    if (!then || then.case !== now.case) return;
    const reader = supporters.find((number) => this.platform.address(teamBot, number) === to);
    if (reader && now.with !== this.#person(reader)) this.#stale.push(`${id} to ${reader}`);
  }

  // ---- the account

  async #account(): Promise<Ledger> {
    const { messages, subjects, connection } = this.#open;
    const documents = await connection
      .collection("messages")
      // What a later supporter is shown once more was said once.
      .find({ author: { $ne: "bot" }, copyOf: { $exists: false } })
      .toArray();
    const applied = new Map<string, { delivery: string; forgotten: boolean }[]>();
    for (const document of documents) {
      const content = messages.open({ _id: String(document._id), content: document.content });
      const word = content?.content.kind === "text" ? content.content.text : null;
      if (word === null) continue;
      applied.set(word, [
        ...(applied.get(word) ?? []),
        { delivery: String(document.delivery), forgotten: false },
      ]);
    }
    const forgotten = documents.filter(({ content }) => content === null).length;
    const people = await subjects.load(supporters.map((number) => this.#person(number)));
    const unsent = [...people.values()]
      .flatMap(({ state }) => (state as PersonState).supporter?.unsent ?? [])
      .map(({ words }) => words);

    const shown = new Map<string, Set<string>>();
    const asked = new Set<string>();
    const ledger: Ledger = {
      lost: [],
      twice: [],
      misdelivered: [...this.#stale],
      disordered: [],
      repeated: 0,
      words: this.#said.size,
      ...this.#trouble,
    };
    const last = new Map<string, number>();
    for (const { chat, first } of this.platform.shown) {
      const word = /\b[mac]\d+-\d+\b/.exec(first)?.[0];
      // What the bot quotes back to its author is not a delivery.
      if (!word) continue;
      if (chat.endsWith(`:${this.#said.get(word)?.by}`)) {
        asked.add(word);
        continue;
      }
      const seen = shown.get(word) ?? new Set<string>();
      if (seen.has(chat)) {
        ledger.repeated += 1;
        continue;
      }
      shown.set(word, seen.add(chat));
      const said = this.#said.get(word);
      const number = chat.slice(chat.lastIndexOf(":") + 1);
      if (!said || (word.startsWith("m") ? !supporters.includes(number) : number !== said.to)) {
        ledger.misdelivered.push(`${word} to ${number}`);
      }
      const line = `${chat}|${said?.by}|${word[0]}`;
      const place = Number(word.slice(-4));
      if (asked.has(word)) continue; // Sent when the question was answered, not when it was written.
      if ((last.get(line) ?? 0) > place) ledger.disordered.push(`${word} in ${number}`);
      last.set(line, place);
    }
    let missing = 0;
    for (const word of this.#said.keys()) {
      const copies = applied.get(word)?.length ?? 0;
      if (copies > 1) ledger.twice.push(word);
      if (shown.has(word) || unsent.includes(word)) continue;
      const refused = applied.get(word)?.every(({ delivery }) => delivery === "kept");
      const held = applied.get(word)?.some(({ delivery }) => delivery === "held");
      if (word.startsWith("m") && copies === 0) missing += 1;
      else if (word.startsWith("m") ? !held : !refused) ledger.lost.push(word);
      if (held && (await this.#talks(word))) ledger.lost.push(`${word} is held although somebody talks`);
    }
    // Words that were given up in the open lost their content; one of them may have been shown before, unknown to us.
    if (missing > forgotten) ledger.lost.push(`${missing} missing, ${forgotten} given up`);
    return ledger;
  }

  /** Whether the mentee who said a word is in a talk. */
  async #talks(word: string): Promise<boolean> {
    const id = this.#thread(this.#said.get(word)?.by ?? "");
    const state = (await this.#open.subjects.load([id])).get(id)?.state as ThreadState | undefined;
    return state?.case?.phase.phase === "talking";
  }

  get #open(): Database {
    if (!this.#database) throw new Error("not set up");
    return this.#database;
  }

  #person(number: string): PersonId {
    if (!this.#cast) throw new Error("not set up");
    return this.#cast.person(number);
  }

  #thread(number: string): ThreadId {
    if (!this.#cast) throw new Error("not set up");
    return this.#cast.thread(number);
  }

  #one<Value>(list: readonly Value[]): Value {
    return list[Math.floor(this.#random() * list.length)] as Value;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
