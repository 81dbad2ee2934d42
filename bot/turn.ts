/**
 * One update of one subject: read, step, render, commit, post. The commit is the moment of truth (W2): before it
 * nothing has happened, after it everything will.
 */
import { randomUUID } from "node:crypto";
import { type ChannelAdapter, type ChannelName, can, type InboundEvent } from "../adapters/channel.ts";
import { wordsIn } from "../flows/content.ts";
import type { Detector } from "../flows/crisis/detector.ts";
import { remembered } from "../flows/crisis/finding.ts";
import type { Stepped } from "../flows/draft.ts";
import type { Input, PersonInput, SiteInput, ThreadInput } from "../flows/input.ts";
import { inLineSince } from "../flows/offer.ts";
import { isPerson, isThread, type SiteId, type SubjectId } from "../flows/party.ts";
import type { PersonState, SiteState, SubjectState, ThreadState } from "../flows/state.ts";
import { newPerson, newSite, newThread, stepPerson, stepSite, stepThread, wakeAt } from "../flows/step.ts";
import type { World } from "../flows/world.ts";
import type { Database } from "../models/database.ts";
import type { InboundDocument } from "../models/inbound.ts";
import type { Commit, OutboxEntry, Subject } from "../models/subjects.ts";
import { Batch } from "./batch.ts";
import type { Claim } from "./claim.ts";
import type { Clock } from "./clock.ts";
import { chatOf } from "./identity.ts";
import { openUpdate, toldUpdate } from "./inbox.ts";
import type { Phrase } from "./phrase.ts";
import type { Poster } from "./post.ts";
import { render, type Scene } from "./render.ts";
import { type Routed, route } from "./route.ts";
import type { SubjectCache } from "./subject-cache.ts";
import { type Tenure, TenureOver } from "./tenure.ts";
import type { Worlds } from "./world.ts";

export interface TurnParts {
  database: Database;
  adapters: ReadonlyMap<ChannelName, ChannelAdapter>;
  cache: SubjectCache;
  worlds: Worlds;
  poster: Poster;
  phrase: Phrase;
  clock: Clock;
  detector: Detector;
  /** Looks at a code that would make a group the staff group. */
  claim: (claim: Claim, adapter: ChannelAdapter) => Promise<void>;
}

/** What an update says for a subject: its inputs, the chat it came from, and the language of the sender's app. */
interface Happened {
  inputs: Input[];
  chat: OutboxEntry[];
  appLanguage: string | undefined;
}

const alarmed: Happened = { inputs: [{ input: "woke" }], chat: [], appLanguage: undefined };

/** What a turn is about: an update that was stored, or the subject's own alarm. */
export type Occasion = { update: InboundDocument } | "woke";

export class Turns {
  readonly #parts: TurnParts;
  readonly #commits = new Map<number, Batch<Commit, boolean>>();

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  /**
   * @returns false when somebody else was faster: the subject must be read and the update routed again
   * @throws TenureOver when the lease is gone
   */
  async run(tenure: Tenure, id: SubjectId, occasion: Occasion): Promise<boolean> {
    const { database, cache, poster } = this.#parts;
    const subject = await cache.get(id);
    if (subject && subject.outbox.length > 0) await this.#heal(tenure, subject);
    const update = occasion === "woke" ? null : occasion.update;
    if (update && subject?.lastKey === update._id) {
      await database.inbound.finish([update._id]);
      return true;
    }
    const happened = update ? await this.#read(id, update) : alarmed;
    const isNew = subject === null;
    if (happened.inputs.length === 0 || (isNew && !this.#mayBeNew(id, update))) {
      if (update) await database.inbound.finish([update._id]);
      return true;
    }
    const version = (subject?.version ?? 0) + 1;
    const stepped = await this.#step(subject, id, happened, { version, epoch: tenure.epoch }, update);
    const outbox: OutboxEntry[] = [
      ...(isNew || isForgotten(subject) ? happened.chat : []),
      ...stepped.outbox,
    ];
    if (update) outbox.push({ entry: "done", key: update._id });
    if (!tenure.valid) throw new TenureOver();
    const committed = await this.#commit(tenure, {
      id,
      read: subject?.version ?? 0,
      lastKey: update?._id ?? subject?.lastKey ?? null,
      state: stepped.state,
      outbox,
      wakeAt: alarm(stepped.state),
      fields: fieldsOf(stepped.state),
    });
    if (!committed) {
      cache.drop(id);
      return false;
    }
    const written: Subject = { id, version, lastKey: update?._id ?? null, state: stepped.state, outbox };
    cache.put(written);
    this.#parts.worlds.noteCommit(stepped.state);
    await poster.post(tenure, written);
    cache.put({ ...written, outbox: [] });
    return true;
  }

  /** A full outbox is posted before anything else of its subject. */
  async #heal(tenure: Tenure, subject: Subject): Promise<void> {
    await this.#parts.poster.post(tenure, subject);
    subject.outbox = [];
  }

  /** What an update says, for this subject; what it says to the transport is done at once. */
  async #read(id: SubjectId, update: InboundDocument): Promise<Happened> {
    const { database, adapters } = this.#parts;
    const opened = openUpdate(database, update);
    if (opened.kind === "told") return { inputs: [opened.input], chat: [], appLanguage: undefined };
    const adapter = adapters.get(opened.channel);
    if (!adapter) return { inputs: [], chat: [], appLanguage: undefined };
    const events = await adapter.interpret(opened.update);
    const inputs: Input[] = [];
    for (const event of events) {
      answerPress(event, adapter);
      const routed = await route(event, adapter, id, database);
      if (routed.to === "subject") inputs.push(routed.input);
      else await this.#transport(routed, adapter, update._id);
    }
    const appLanguage = events[0]?.appLanguage;
    return { inputs, chat: this.#chat(id, events[0], opened.channel), appLanguage };
  }

  /** The private chat of a subject that is new. */
  #chat(id: SubjectId, event: InboundEvent | undefined, channel: ChannelName): OutboxEntry[] {
    if (!event || !(isThread(id) || isPerson(id))) return [];
    return [{ entry: "chat", document: this.#parts.database.chats.document(chatOf(id), channel, event.by) }];
  }

  async #transport(
    routed: Exclude<Routed, { to: "subject" }>,
    adapter: ChannelAdapter,
    key: string,
  ): Promise<void> {
    const { messages, chats } = this.#parts.database;
    if (routed.to === "claim") await this.#parts.claim({ key, ...routed.claim }, adapter);
    if (routed.to === "delivery") await messages.settle(routed.message, routed.part, routed.platformId);
    if (routed.to === "chat") await chats.move(routed.chat, routed.address);
  }

  /** Only somebody who came to us makes a new subject; a subject is never made by being told something. */
  #mayBeNew(id: SubjectId, update: InboundDocument | null): boolean {
    return update !== null && (update.source !== "told" || id.startsWith("s"));
  }

  async #step(
    subject: Subject | null,
    id: SubjectId,
    { inputs, appLanguage }: Happened,
    at: { version: number; epoch: number },
    update: InboundDocument | null,
  ): Promise<{ state: SubjectState; outbox: OutboxEntry[] }> {
    const { worlds, clock, phrase, database } = this.#parts;
    let state = subject?.state ?? null;
    const outbox: OutboxEntry[] = [];
    for (const input of inputs) {
      const world = await worlds.of(state, id, input);
      const seen = this.#look(state, input, world);
      const stepped = step(state ?? this.#newState(id, update, appLanguage, world), seen, world);
      state = stepped.state;
      const site = worlds.siteOf(state, id);
      const scene: Scene = {
        state,
        ...at,
        now: clock.now(),
        site,
        languageOf: (person) =>
          isPersonState(stepped.state) && stepped.state.id === person
            ? stepped.state.language
            : worlds.languageOf(site.id, person),
        staffLanguage: worlds.staffLanguage(site.id),
        phrase,
        seal: (message, content) => database.messages.seal(message, content),
        told: (effect, n) =>
          toldUpdate(database, { effect, from: id, version: at.version, n, cause: update, now: clock.now() }),
      };
      outbox.push(...render(stepped.effects, seen, scene, outbox.length));
    }
    if (!state) throw new Error("a step without an input");
    return { state, outbox };
  }

  /** Looks for danger in a mentee's words. It fails open: people are told when it could not look. */
  #look(state: SubjectState | null, input: Input, world: World): Input {
    if (input.input !== "mentee_wrote" && input.input !== "mentee_edited") return input;
    const text = wordsIn(input.content);
    try {
      const since = world.now - remembered.minutes * 60_000;
      const earlier = state && "recent" in state ? state.recent.filter(({ at }) => at > since) : [];
      return { ...input, finding: this.#parts.detector.assess(text, earlier) };
    } catch {
      return { ...input, finding: null, detection: "failed" };
    }
  }

  #newState(
    id: SubjectId,
    update: InboundDocument | null,
    appLanguage: string | undefined,
    world: World,
  ): SubjectState {
    const channel = update?.source === "messenger" ? "messenger" : "telegram";
    if (isThread(id)) return newThread(id, channel, appLanguage, world);
    if (isPerson(id)) return newPerson(id, appLanguage, world);
    return newSite(id satisfies SiteId);
  }

  async #commit({ epoch }: Tenure, commit: Commit): Promise<boolean> {
    let batch = this.#commits.get(epoch);
    if (!batch) {
      const { subjects } = this.#parts.database;
      batch = new Batch(async (commits) => {
        const through = await subjects.commit(commits, epoch, randomUUID());
        return commits.map(({ id }) => through.has(id));
      });
      this.#commits.clear();
      this.#commits.set(epoch, batch);
    }
    return batch.add(commit);
  }
}

/** The app stops to show that it waits; best effort, and nothing waits for it. */
function answerPress(event: InboundEvent, adapter: ChannelAdapter): void {
  if (event.kind !== "pressed" || event.press === null || !can(adapter, "answerPress")) return;
  adapter.answerPress(event.press).catch(() => undefined);
}

function step(state: SubjectState, input: Input, world: World): Stepped<SubjectState> {
  if (isThread(state.id)) return stepThread(state as ThreadState, input as ThreadInput, world);
  if (isPerson(state.id)) return stepPerson(state as PersonState, input as PersonInput, world);
  return stepSite(state as SiteState, input as SiteInput, world);
}

/** Who was forgotten, or never heard: where they are reached is not known. */
function isForgotten({ state }: Subject): boolean {
  if ("heardAt" in state) return state.heardAt === null;
  return "met" in state && !state.met;
}

function isPersonState(state: SubjectState): state is PersonState {
  return isPerson(state.id);
}

function alarm(state: SubjectState): Date | null {
  const at = wakeAt(state);
  return at === null ? null : new Date(at);
}

/** What the database must find subjects by; everything else of a state is sealed. */
function fieldsOf(state: SubjectState): Commit["fields"] {
  if ("handle" in state) {
    const since = state.case ? inLineSince(state.case) : null;
    const waitingSince = since === null ? null : new Date(since);
    const contactAt = state.heardAt === null ? null : new Date(state.heardAt);
    const heldUntil = state.legalHold ? new Date(state.legalHold.until) : null;
    const keeps = Boolean(state.yeses?.keepLonger);
    const listens = Boolean(state.yeses?.events);
    return { site: state.site, handle: state.handle, waitingSince, contactAt, heldUntil, keeps, listens };
  }
  if ("supporter" in state) {
    return { site: state.site, team: state.supporter !== null || state.coordinator !== null };
  }
  return { site: state.site };
}
