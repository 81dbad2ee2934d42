/** What the database is asked in a whole day of the service: always by an index, never by what somebody wrote. */
import mongoose from "mongoose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/database.ts";
import { type Command, DatabaseProxy } from "../support/proxy.ts";
import { Service } from "../support/service.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const minute = 60_000;
const day = 24 * 60 * minute;

interface Question {
  collection: string;
  filter: Record<string, unknown>;
  sort?: unknown;
}

/** The questions in a command; none in one that only writes something new. */
function questionsOf(command: Command): Question[] {
  const list = (name: string): Record<string, unknown>[] =>
    (command[name] ?? []) as Record<string, unknown>[];
  const ask = (name: string, filter: unknown, sort?: unknown): Question => ({
    collection: String(command[name]),
    filter: filter as Question["filter"],
    ...(sort === undefined ? {} : { sort }),
  });
  if ("find" in command) return [ask("find", command.filter ?? {}, command.sort)];
  if ("update" in command) return list("updates").map(({ q }) => ask("update", q));
  if ("delete" in command) return list("deletes").map(({ q }) => ask("delete", q));
  if ("findAndModify" in command) return [ask("findAndModify", command.query, command.sort)];
  if ("count" in command) return [ask("count", command.query ?? {})];
  if ("aggregate" in command) {
    const [first] = list("pipeline");
    return [ask("aggregate", first?.$match ?? {})];
  }
  return [];
}

/** The form of a filter, without what is compared with. */
function form(value: unknown): unknown {
  if (Array.isArray(value)) return "list";
  if (typeof value !== "object" || value === null || "_bsontype" in value || value instanceof Date)
    return "value";
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, form(part)]));
}

async function isServedByIndex(
  db: mongoose.mongo.Db,
  { collection, filter, sort }: Question,
): Promise<boolean> {
  const explained = await db.command({
    explain: { find: collection, filter, ...(sort ? { sort } : {}) },
    verbosity: "queryPlanner",
  });
  return !JSON.stringify(explained.queryPlanner?.winningPlan ?? explained).includes("COLLSCAN");
}

test("every question meets an index, and none is made of what people wrote", async () => {
  const uri = server.fresh();
  const commands: Command[] = [];
  const proxy = await DatabaseProxy.open(uri, { onCommand: (command) => void commands.push(command) });
  const oslo = await Service.start({ uri: proxy.uri, app: { timing: { sweep: 50 } } });
  const injected = '{"$gt":""} $where-canary';
  try {
    const kari = await oslo.supporter("Kari");
    const jonas = oslo.onTelegram();
    await oslo.arrives(jonas, `Hi ${injected}`);
    await kari.taps("Accept");
    await kari.reads("Hi ");
    await jonas.reads("You are now writing");
    kari.writes(`hello ${injected}`, await kari.reads("Hi ").catch(() => undefined));
    await jonas.reads("hello");
    const amina = oslo.onMessenger();
    await oslo.arrives(amina, "Hi from Messenger");
    await kari.taps("Accept");
    await kari.reads("Hi from Messenger");
    kari.writes("/escalate I am worried");
    await oslo.coordinator().reads("worried");
    await kari.taps("Hand on");
    const mats = await oslo.supporter("Mats");
    await mats.taps("Accept");
    oslo.coordinator().writes("/help");
    jonas.writes("delete");
    await jonas.taps("Yes, delete");
    oslo.clock.advance(20 * day);
    amina.writes("one more word");
    await amina.reads(/./);
  } finally {
    await oslo.stop();
    await proxy.close();
  }
  const questions = commands.flatMap(questionsOf);
  expect(questions.length).toBeGreaterThan(100);
  expect(JSON.stringify(questions)).not.toContain("canary");
  const forms = new Map<string, Question>();
  for (const question of questions) {
    forms.set(JSON.stringify([question.collection, form(question.filter), form(question.sort)]), question);
  }
  const client = await mongoose.mongo.MongoClient.connect(uri);
  try {
    const db = client.db();
    const slow: string[] = [];
    for (const [shape, question] of forms) if (!(await isServedByIndex(db, question))) slow.push(shape);
    expect(slow).toEqual([]);
    // It would be seen.
    expect(await isServedByIndex(db, { collection: "messages", filter: { author: "bot" } })).toBe(false);
  } finally {
    await client.close();
  }
});
