/** The whole programme, from configuration to `stop`: listens at once, opens the database, then works. */
import type { Server } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { can } from "../adapters/channel.ts";
import type { Readiness } from "../flows/world.ts";
import { loadTexts } from "../locales/texts.ts";
import { type Database, openDatabase } from "../models/database.ts";
import { erasuresFile } from "../models/erasures.ts";
import { databaseIsAway } from "../models/failure.ts";
import type { Site } from "../programmes/programme.ts";
import { type Channels, openChannels } from "./channels.ts";
import { type Clock, realClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { type Core, createCore, type Timing } from "./core.ts";
import { loadDetector } from "./detection.ts";
import { createHelplineWords } from "./helplines.ts";
import { encryptionKeys } from "./keys.ts";
import { liveSites } from "./live.ts";
import { createLog, type Log } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { Outage } from "./outage.ts";
import { createPhrase } from "./phrase.ts";
import { readinessOf } from "./readiness.ts";
import { createApp, listen } from "./server.ts";
import { startSimulation } from "./simulation.ts";
import { watchDatabase } from "./watch.ts";

export interface App {
  /** Where this process listens. */
  readonly url: string;
  /** The page of the simulation; null when real channels are configured. */
  readonly pageUrl: string | null;
  /** Null while the database is not there yet. */
  readonly database: Database | null;
  /** How the sites stand that let nobody in yet; none while there is no database to ask. */
  notOpenYet(): Promise<{ site: Site; readiness: Readiness }[]>;
  /** Whether this process does the work now. */
  readonly works: boolean;
  /** Ends cleanly: takes nothing new, finishes what is under way, gives back the lease. */
  stop(): Promise<void>;
}

export interface AppOptions {
  clock?: Clock;
  log?: Log;
  timing?: Timing & {
    /** Milliseconds between two tries to reach a database that is not there. */
    database?: number;
    /** Milliseconds until a database that does not answer counts as away. */
    patience?: number;
    /** An outage of at least so many milliseconds may have made Meta stop calling us. */
    outage?: number;
  };
}

/** Everything that stands on an open database, and is made anew with it. */
interface Running {
  readonly core: Core;
  readonly channels: Channels;
  readonly database: Database;
  readonly endWatch: () => void;
}

const usualPatience = 5000;

/** @throws when the port is taken, the keys do not fit the database, or its directory can't be used */
export async function startApp(configured: Config, options: AppOptions = {}): Promise<App> {
  const { timing = {} } = options;
  const log = options.log ?? createLog(configured.logLevel);
  const simulation = configured.simulation ? await startSimulation(configured) : null;
  const config = simulation?.config ?? configured;
  const clock = simulation?.clock ?? options.clock ?? realClock;
  const metrics = new Metrics();
  const detector = loadDetector();
  const phrase = createPhrase(loadTexts(config.programme.languages), createHelplineWords());
  const patience = timing.patience ?? usualPatience;
  let running: Running | null = null;
  let stopping = false;

  const outage = new Outage(
    (minutes) => running && void subscribeAgain(running, minutes, log),
    timing.outage,
  );
  const express = createApp({
    adapter: (name) => running?.channels.get(name),
    store: async (channel, updates) => {
      try {
        if (!running) throw new Error("the database is not there yet");
        await running.core.store(channel, updates);
        outage.worked();
      } catch (error) {
        outage.failed();
        throw error;
      }
    },
    ready: async () => {
      if (!running) return { ready: false, says: "the database is not there yet" };
      const answers = await running.database.ping();
      return { ready: answers, says: answers ? "ready" : "the database does not answer" };
    },
    metrics,
    log,
  });
  const { server, port } = await listen(express, config.port, simulation ? "127.0.0.1" : undefined);
  const url = `http://127.0.0.1:${port}`;

  const open = async (): Promise<void> => {
    const database = await openDatabase({
      uri: config.mongodbUri,
      directory: config.dataDirectory,
      keys: encryptionKeys(config.encryptionKeys, config.dataDirectory),
      erasures: join(config.dataDirectory, erasuresFile),
      patience,
    });
    if (stopping) return database.close();
    try {
      const channels = await openChannels(config, (text) => database.blind.of("proof", text));
      const parts = { config, database, channels, clock, log, metrics, phrase, detector, timing };
      const core = await createCore(parts);
      const endWatch = watchDatabase(database, patience, () => void openAnew());
      running = { core, channels, database, endWatch };
      core.start();
    } catch (error) {
      await database.close();
      throw error;
    }
    return simulation?.connect(url);
  };
  const tries = (): Opening => keepTrying(open, () => stopping, log, timing.database ?? 3000);
  let opening = tries();
  const openAnew = async (): Promise<void> => {
    log.error("the database no longer answers; opening it anew");
    const gone = running;
    running = null;
    gone?.core.abandon();
    // What hangs may hang for ever; nothing of it is waited for.
    await Promise.race([gone?.database.close().catch(() => undefined), sleep(patience)]);
    if (!stopping) opening = tries();
  };
  try {
    await opening.first;
  } catch (error) {
    await close(server);
    await simulation?.stop();
    throw error;
  }

  return {
    url,
    pageUrl: simulation?.pageUrl ?? null,
    get database() {
      return running?.database ?? null;
    },
    get works() {
      return running?.core.works ?? false;
    },
    async notOpenYet() {
      if (!running) return [];
      const parts = { config, database: running.database, channels: running.channels };
      const now = clock.now();
      const live = await liveSites(config.programme, parts.database.subjects, now);
      const closed = config.programme.sites.filter(({ id }) => !live.has(id));
      return Promise.all(
        closed.map(async (site) => ({ site, readiness: await readinessOf(parts, site, now.getTime()) })),
      );
    },
    async stop() {
      stopping = true;
      await close(server);
      await opening.done;
      running?.endWatch();
      await running?.core.stop();
      await running?.database.close();
      await simulation?.stop();
    },
  };
}

interface Opening {
  readonly first: Promise<void>;
  readonly done: Promise<void>;
}

/**
 * Tries until it works, as long as the database is only away. `first` rejects when trying again can't help, and
 * resolves after the first try otherwise, so that the process listens and says 503 meanwhile.
 */
function keepTrying(open: () => Promise<void>, stopping: () => boolean, log: Log, pause: number): Opening {
  const attempt = async (): Promise<boolean> => {
    try {
      await open();
      return true;
    } catch (error) {
      if (!databaseIsAway(error)) throw error;
      log.error("the database is not there; trying again. Check MONGODB_URI and that the server runs", {
        error,
      });
      return false;
    }
  };
  const first = attempt();
  const done = first.then(
    async (opened) => {
      for (let there = opened; !there && !stopping(); ) {
        await sleep(pause);
        there = stopping() || (await attempt());
      }
    },
    () => undefined,
  );
  return { first: first.then(() => undefined), done };
}

/** Meta gives up on an app whose webhook failed for an hour: after an outage we ask to be called again. */
async function subscribeAgain({ core, channels }: Running, minutes: number, log: Log): Promise<void> {
  const adapter = channels.get("messenger");
  if (!adapter || !can(adapter, "resubscribe")) return;
  const subscribed = await adapter.resubscribe().catch(() => false);
  log.warn(subscribed ? "Messenger calls us again" : "Messenger can't be asked to call us again", {
    count: minutes,
  });
  if (subscribed) await core.notice(`subscribed/${Date.now()}`, { notice: "subscribed_again", minutes });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // Whoever still holds a connection has had its answer by then.
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}
