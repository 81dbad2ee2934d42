/** Everything that works on an open database, put together: takes updates in, and, under the lease, works them off. */
import { type ChannelLimits, type ChannelName, can, type ReceivedUpdate } from "../adapters/channel.ts";
import type { Detector } from "../flows/crisis/detector.ts";
import type { Text } from "../flows/effect.ts";
import type { SiteInput } from "../flows/input.ts";
import type { SiteId } from "../flows/party.ts";
import type { ThreadState } from "../flows/state.ts";
import type { World } from "../flows/world.ts";
import type { Database } from "../models/database.ts";
import type { MessageDocument } from "../models/messages.ts";
import type { Language } from "../programmes/programme.ts";
import { setAside } from "./aside.ts";
import { Carrier } from "./carry.ts";
import type { Channels } from "./channels.ts";
import { type ClaimParts, claim } from "./claim.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { referralsByCountry } from "./helplines.ts";
import { Identity, staffChat } from "./identity.ts";
import { noticed, receivedUpdate } from "./inbox.ts";
import { introduce } from "./introduce.ts";
import type { Log } from "./log.ts";
import { fileMaker } from "./made-files.ts";
import type { Metrics } from "./metrics.ts";
import { remindMonthly } from "./monthly.ts";
import type { Phrase } from "./phrase.ts";
import { poll } from "./poll.ts";
import { Poster } from "./post.ts";
import { readinessOf } from "./readiness.ts";
import { replayErasures } from "./replay.ts";
import { alertCaller, heartbeat } from "./second-route.ts";
import { Sender } from "./send.ts";
import { SubjectCache } from "./subject-cache.ts";
import { Sweeper } from "./sweep.ts";
import { Tenancy } from "./tenancy.ts";
import type { Tenure } from "./tenure.ts";
import { Turns } from "./turn.ts";
import { Worker, type WorkerTiming } from "./worker.ts";
import { Worlds } from "./world.ts";

const day = 86_400_000;

export interface Timing {
  /** How long the lease lasts, milliseconds. */
  lease?: number;
  /** Milliseconds before the first repeat of a send. */
  retryBase?: number;
  /** Instead of what the platforms ask for. */
  pace?: Partial<ChannelLimits["pace"]>;
  worker?: Partial<WorkerTiming>;
  /** Milliseconds between two sweeps. */
  sweep?: number;
}

export interface CoreParts {
  config: Pick<Config, "programme" | "publicUrl" | "staffChatId" | "alertWebhookUrl" | "heartbeatUrl">;
  database: Database;
  channels: Channels;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  phrase: Phrase;
  detector: Detector;
  timing: Timing;
}

export interface Core {
  readonly works: boolean;
  /** W1: what a platform delivered is stored before the platform hears that it was. */
  store(channel: ChannelName, updates: ReceivedUpdate[]): Promise<void>;
  /** Says something to the coordinators that belongs to no case; once for each key. */
  notice(key: string, notice: Extract<SiteInput, { input: "notice" }>["notice"]): Promise<void>;
  /** Takes up the work for one holding of the lease, until the tenure ends. `start` does it whenever the lease is ours. */
  work(tenure: Tenure): Promise<void>;
  start(): void;
  stop(): Promise<void>;
  /** Leaves everything as it is: for a database that no longer answers. */
  abandon(): void;
}

export async function createCore(parts: CoreParts): Promise<Core> {
  const { config, database, channels, clock, log, metrics, phrase, detector, timing } = parts;
  const { programme } = config;
  const [firstSite] = programme.sites;
  if (!firstSite) throw new Error("a programme without a site");
  const site: SiteId = `s${firstSite.id}`;
  const identity = new Identity(database.blind);
  await openStaffGroup(config, database, channels, site);

  const cache = new SubjectCache(database.subjects);
  const worlds = new Worlds({
    programme,
    clock,
    subjects: database.subjects,
    cache,
    teamLink: linkOf(channels, "telegram:team"),
    publicLink: linkOf(channels, "telegram:public"),
    referrals: referralsByCountry(),
    messengerWindow: channels.get("messenger")?.limits.messagingWindow ?? null,
    readiness: (at) => readinessOf({ config, database, channels }, at, clock.now().getTime()),
    media: mediaOf(channels),
  });
  const says = async ({ reader, subject }: MessageDocument, text: Text): Promise<string> => {
    const state =
      reader === "mentee" ? ((await cache.get(subject))?.state as ThreadState | undefined) : undefined;
    const person = reader.startsWith("p") ? (reader as `p${string}`) : null;
    const language =
      state?.language ??
      (person ? worlds.languageOf(firstSite.id, person) : worlds.staffLanguage(firstSite.id));
    return phrase(text, {
      language,
      script: state?.script,
      site: firstSite,
      now: clock.now(),
      age: null,
    });
  };
  const told = (): void => worker.kick();
  const sender = new Sender({
    database,
    adapters: channels,
    cache,
    clock,
    log,
    metrics,
    site,
    told,
    carrier: new Carrier(channels, fileMaker({ database, programme, phrase, clock })),
    says,
    ...(timing.pace ? { pace: timing.pace } : {}),
    ...(timing.retryBase === undefined ? {} : { retryBase: timing.retryBase }),
  });
  const poster = new Poster(database, sender, clock, told, alertCaller(config.alertWebhookUrl, log));
  const claimParts: ClaimParts = {
    database,
    clock,
    words: (key) => words({ key }, worlds.staffLanguage(firstSite.id)),
    moved: (chat) => {
      sender.forgetChat(chat);
      told();
    },
  };
  const turns = new Turns({
    database,
    adapters: channels,
    cache,
    worlds,
    poster,
    phrase,
    clock,
    detector,
    claim: (claimed, adapter) => claim(claimParts, claimed, adapter),
  });
  const worker = new Worker({
    database,
    turns,
    poster,
    sender,
    cache,
    worlds,
    clock,
    log,
    setAside: async (update, subject) => {
      const asideParts = { database, adapters: channels, detector, worlds, phrase, clock, site };
      sender.queue(await setAside(asideParts, update, subject));
      worker.kick();
    },
    ...(timing.worker ? { timing: timing.worker } : {}),
  });
  const sweeper = new Sweeper({
    database,
    channels,
    programme,
    clock,
    log,
    told,
    receipt: (swept) => notice(`swept/${clock.now().getTime()}`, { notice: "swept", ...swept }),
    also: () => remindMonthly(database, firstSite, clock.now(), notice),
    ...(timing.sweep === undefined ? {} : { every: timing.sweep }),
  });
  metrics.watch({ waiting: () => sender.waiting, busy: () => worker.busy, working: () => tenancy.holds });

  const store = async (channel: ChannelName, updates: ReceivedUpdate[]): Promise<void> => {
    await database.inbound.store(
      updates.map((update) => receivedUpdate(database, identity, channel, update)),
    );
    worker.kick();
  };
  const notice: Core["notice"] = async (key, said) => {
    await database.inbound.store([
      noticed(database, key, site, { input: "notice", notice: said }, clock.now()),
    ]);
    worker.kick();
  };
  const words = (text: Text, language: Language): string =>
    phrase(text, { language, site: firstSite, now: clock.now(), age: null });
  let polling: Promise<void>[] = [];
  /** A backup that was put back is noticed here, before anybody sees anything of it. */
  const replay = async (): Promise<void> => {
    const now = clock.now();
    await database.erasures.takeUp(new Date(now.getTime() - programme.retention.backupDays * day));
    const count = await replayErasures(database, programme, now);
    if (count === 0) return;
    log.warn("a backup was put back; what had been erased since is erased again", { count });
    await notice(`replayed/${now.getTime()}`, { notice: "erased_again", count });
  };
  const work = async (tenure: Tenure): Promise<void> => {
    await replay();
    await worker.start(tenure);
    sweeper.start(tenure);
    heartbeat(config.heartbeatUrl, tenure, async () => worker.looksWell && (await database.ping()), log);
    const { publicUrl } = config;
    introduce({ channels, programme, phrase, now: clock.now(), publicUrl, log }, tenure).catch(
      (error: unknown) => log.error("the menus can't be shown", { error }),
    );
    if (config.publicUrl !== null) return;
    polling = [...channels.values()].flatMap((adapter) =>
      can(adapter, "poll") ? [poll(adapter, tenure, (updates) => store(adapter.name, updates), log)] : [],
    );
  };
  const tenancy = new Tenancy(
    database.lease,
    log,
    work,
    timing.lease === undefined ? {} : { length: timing.lease },
  );

  return {
    get works() {
      return tenancy.holds;
    },
    store,
    notice,
    work,
    start: () => tenancy.start(),
    abandon: () => tenancy.abandon(),
    stop: () =>
      tenancy.stop(async () => {
        await Promise.all(polling);
        await worker.drained();
        await sender.drained();
        await sweeper.drained();
      }),
  };
}

/** The staff group's chat has a fixed name; where it is stands in the configuration, or moved since. */
async function openStaffGroup(
  { staffChatId }: Pick<Config, "staffChatId">,
  database: Database,
  channels: Channels,
  site: SiteId,
): Promise<void> {
  const team = channels.get("telegram:team");
  if (staffChatId === null || !team || !can(team, "membership")) return;
  const address = team.groupAddress(staffChatId);
  await database.chats.configure(staffChat(site), team.name, address);
}

/** What each kind of channel does with files; both bots of Telegram do the same. */
function mediaOf(channels: Channels): World["media"] {
  const messenger = channels.get("messenger")?.limits.media;
  const telegram = channels.get("telegram:team")?.limits.media;
  return { ...(messenger ? { messenger } : {}), ...(telegram ? { telegram } : {}) };
}

/** Where a channel is found; what comes after it is a parameter. */
function linkOf(channels: Channels, name: "telegram:team" | "telegram:public"): () => Promise<string | null> {
  return async () => {
    const channel = channels.get(name);
    if (!channel || !can(channel, "link")) return null;
    return channel.link(name === "telegram:team" ? "" : undefined).catch(() => null);
  };
}
