/**
 * `npm run bench`: Peerline beside the floors, in one run and turn by turn, because on a shared machine only what was
 * measured together can be compared. Writes its table into `bench/README.md`.
 */
import { parseArgs } from "node:util";
import {
  type Contender,
  type DatabaseServer,
  type Peerline,
  startDatabase,
  startFloor,
  startPeerline,
} from "./contenders.ts";
import { type Measured, offer, saturate } from "./load.ts";
import {
  callWebhooks,
  memoryInUse,
  messengerSettings,
  recover,
  start,
  startExpress,
  store,
} from "./moments.ts";
import { cell, type Figures, writeReport } from "./report.ts";

interface Plan {
  repetitions: number;
  seconds: number;
  cases: number;
  stored: number[];
  mongodb: string | null;
}

const talks = 200;
const onTheirWay = 300;
const rates = [1, 50, 200, 500];
const latencies = [0, 20, 50];

/** @param words `--quick`, `--repetitions N`, `--seconds N`, `--million`, `--mongodb URI`, `--only part,part` */
export async function benchRelay(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      quick: { type: "boolean", default: false },
      repetitions: { type: "string" },
      seconds: { type: "string" },
      million: { type: "boolean", default: false },
      mongodb: { type: "string" },
      only: { type: "string", default: "saturated,offered,moments,stored" },
    },
  });
  const { quick } = values;
  const plan: Plan = {
    repetitions: Number(values.repetitions ?? (quick ? 2 : 5)),
    seconds: Number(values.seconds ?? (quick ? 1.5 : 4)),
    cases: quick ? 2000 : 10_000,
    stored: [1000, 100_000, ...(values.million ? [1_000_000] : [])],
    mongodb: values.mongodb ?? null,
  };
  const figures: Figures = { rows: new Map(), moments: new Map(), notes: [] };
  const parts = values.only.split(",");
  const database = await startDatabase(plan.mongodb);
  try {
    const loads = { saturated: parts.includes("saturated"), offered: parts.includes("offered") };
    if (loads.saturated || loads.offered) await underLoad(plan, loads, database, figures);
    if (parts.includes("moments")) await moments(plan, figures);
    if (parts.includes("stored")) await withMuchStored(plan, figures);
  } finally {
    await database.stop();
  }
  writeReport(figures, plan);
}

async function underLoad(
  plan: Plan,
  loads: { saturated: boolean; offered: boolean },
  database: DatabaseServer,
  figures: Figures,
): Promise<void> {
  const embedded = await startPeerline({
    name: "Peerline, built-in database",
    database: null,
    mentees: talks,
    each: 1,
  });
  const contenders: Contender[] = [
    await startFloor("polling", embedded.talks),
    await startFloor("runner", embedded.talks),
    await startFloor("durable", embedded.talks),
    embedded,
    await startPeerline({ name: `Peerline, ${database.says}`, database, mentees: talks, each: 1 }),
  ];
  const turns = async (load: string, one: (contender: Contender) => Promise<Measured>): Promise<void> => {
    for (const contender of contenders) {
      const measured = await one(contender);
      cell(figures, load, contender.name).push(measured);
      console.log(
        `${load} | ${contender.name}: ${measured.perSecond.toFixed(0)}/s, ${measured.cpuOfAll.toFixed(0)} µs, ` +
          `p50 ${measured.fromHanded.p50.toFixed(1)} ms, p99 ${measured.fromHanded.p99.toFixed(1)} ms`,
      );
    }
  };
  for (let repetition = 0; repetition < plan.repetitions; repetition++) {
    if (loads.saturated)
      await turns("saturated", (contender) => saturate(contender, onTheirWay, plan.seconds));
    for (const latency of loads.offered ? latencies : []) {
      for (const rate of rates) {
        // So few messages that the time must be longer to see any.
        const seconds = rate === 1 ? 2 * plan.seconds : plan.seconds;
        await turns(`${rate}/s, API ${latency} ms`, (contender) => offer(contender, rate, latency, seconds));
      }
    }
  }
  for (const { name, ledger, stop } of contenders) {
    const { lost, misdelivered, outOfOrder, repeatedKnown } = ledger.account();
    figures.notes.push(
      `${name}: ${ledger.said} messages, ${lost} lost, ${misdelivered} misdelivered, ${outOfOrder} out of order, ` +
        `${repeatedKnown} repeated.`,
    );
    await stop();
  }
}

async function moments(plan: Plan, figures: Figures): Promise<void> {
  const note = (what: string, value: number): void => {
    figures.moments.set(what, [...(figures.moments.get(what) ?? []), value]);
    console.log(`${what}: ${value.toFixed(1)}`);
  };
  const express = await startExpress();
  const recovering = await startPeerline({ name: "Peerline", database: null, mentees: talks, each: 1 });
  const called = await startPeerline({
    name: "Peerline",
    database: null,
    mentees: 1,
    each: 1,
    // Nobody is there to be sent to: what is measured is taking in.
    environmentAfterwards: messengerSettings("http://127.0.0.1:9"),
  });
  for (let repetition = 0; repetition < plan.repetitions; repetition++) {
    const telegram = await start();
    note("start to listening, Telegram only, ms", telegram.milliseconds);
    note("idle memory, Telegram only, MB", telegram.megabytes);
    const both = await start(messengerSettings("http://127.0.0.1:9"));
    note("start to listening, with Botkit, ms", both.milliseconds);
    note("idle memory, with Botkit, MB", both.megabytes);
    note("kill -9 with 1,000 pending: new start to first send, ms", await recover(recovering, 1000));
    const floor = await callWebhooks(express.url, 500, plan.seconds);
    note("webhooks at 500/s, express 5 + HMAC, p50 ms", floor.p50);
    note("webhooks at 500/s, express 5 + HMAC, p99 ms", floor.p99);
    const ours = await callWebhooks(called.program.url, 500, plan.seconds);
    note("webhooks at 500/s, Peerline (verified, read, stored), p50 ms", ours.p50);
    note("webhooks at 500/s, Peerline (verified, read, stored), p99 ms", ours.p99);
    note("webhooks at 500/s, Peerline, not answered 200", ours.refused);
  }
  await express.stop();
  await recovering.stop();
  await called.stop();
  const few = await startPeerline({ name: "Peerline", database: null, mentees: 100, each: 100 });
  const many = await startPeerline({ name: "Peerline", database: null, mentees: plan.cases, each: 100 });
  const grown = (await memoryInUse(many, plan.cases)) - (await memoryInUse(few, plan.cases));
  note(`memory for 10,000 open cases (measured with ${plan.cases}), MB`, (grown * 10_000) / plan.cases);
  await few.stop();
  await many.stop();
}

async function withMuchStored(plan: Plan, figures: Figures): Promise<void> {
  const contenders: { stored: number; peerline: Peerline }[] = [];
  for (const stored of plan.stored) {
    const name = `Peerline with ${stored.toLocaleString("en")} messages stored`;
    const prepare = (directory: string): Promise<void> => store(directory, stored);
    contenders.push({
      stored,
      peerline: await startPeerline({ name, database: null, mentees: talks, each: 1, prepare }),
    });
  }
  for (let repetition = 0; repetition < plan.repetitions; repetition++) {
    for (const { peerline } of contenders) {
      const measured = await offer(peerline, 200, 0, plan.seconds);
      cell(figures, "200/s, much stored", peerline.name).push(measured);
      console.log(`${peerline.name}: ${measured.cpuOfAll.toFixed(0)} µs`);
    }
  }
  for (const { peerline } of contenders) await peerline.stop();
}
