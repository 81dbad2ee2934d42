/** Each mechanism of a message's path, in the one situation that it is there for. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Tenure } from "../../bot/tenure.ts";
import type { ThreadState } from "../../flows/state.ts";
import type { MessageDocument } from "../../models/messages.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import type { Instance } from "../support/instance.ts";
import { publicBot, teamBot } from "../support/people.ts";
import { Stage } from "../support/stage.ts";

let server: TestServer;
let stage: Stage;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  stage = await Stage.open(server, { supporters: ["21", "22"], mentees: ["11"] });
});
afterEach(() => stage.close());

/** Somebody who holds the lease, or believes to. */
const holder = (epoch: number): { tenure: Tenure } => ({
  tenure: new Tenure(epoch, Number.POSITIVE_INFINITY),
});

/** What the mentee said so far, as it was applied. */
const applied = (): Promise<number> => stage.count("messages", { author: "mentee" });

async function thread(): Promise<ThreadState> {
  const id = stage.cast.thread("11");
  const found = (await stage.database.subjects.load([id])).get(id);
  return found?.state as ThreadState;
}

/** The mentee talks with supporter 21. */
async function talk(instance: Instance): Promise<void> {
  stage.says(publicBot, "11", "word-0");
  await stage.deliver(instance);
  await stage.pressesButton(teamBot, "21", "offer:accept:");
  await stage.deliver(instance);
  await stage.shown(teamBot, "21", "word-0");
  await settled();
}

/** Nothing is to be applied or sent any more. */
async function settled(): Promise<void> {
  await stage.until(
    async () =>
      (await stage.count("inbound", { state: "new" })) +
        (await stage.count("subjects", { pending: true })) +
        (await stage.count("messages", { delivery: { $in: ["queued", "sending"] } })) ===
      0,
    "rest",
  );
}

/** An instance has looked into its inbox twice more: what it had under way has gone on. */
async function looksTwice({ proxy }: Instance): Promise<void> {
  for (let n = 0; n < 2; n++) {
    const looking = proxy.stopAt("find", "inbound");
    await looking.reached;
    looking.letGo();
  }
}

/** The mentee goes on with supporter 22. */
async function change(instance: Instance): Promise<void> {
  stage.presses(publicBot, "11", "talk:change");
  await stage.deliver(instance);
  await stage.until(async () => (await thread()).case?.phase.phase !== "talking", "the change");
}

async function acceptAs22(instance: Instance): Promise<void> {
  await stage.pressesButton(teamBot, "22", "offer:accept:");
  await stage.deliver(instance);
}

/** Words of the mentee's that need no sending. */
function kept(id: string, subject: `t${string}`): MessageDocument {
  const content = stage.database.messages.seal(id, {
    header: null,
    content: { kind: "text", text: "word" },
    buttons: [],
  });
  return {
    _id: id,
    subject,
    case: null,
    author: "mentee",
    reader: "bot",
    chat: null,
    at: new Date(),
    content,
    delivery: "kept",
    priority: 1,
    made: 2,
    n: 0,
    queued: null,
    queuedN: null,
    held: null,
    protected: false,
    epoch: 1,
    attempts: 0,
    platformIds: [],
  };
}

const addressOf = (number: string) => stage.platform.address(teamBot, number);
const readBy = (number: string): string[] =>
  stage.platform.chat(teamBot, number).flatMap(({ text }) => /word-\d/.exec(text) ?? []);

describe("the epoch", () => {
  test("refuses the commit of a holder that read the inbox long ago and the subject just now", async () => {
    const frozen = await stage.instance(holder(5));
    const loading = frozen.proxy.stopAt("find", "subjects", "$in");
    stage.says(publicBot, "11", "word-1");
    await stage.deliver(frozen);
    await loading.reached;
    const next = await stage.instance(holder(6));
    stage.says(publicBot, "11", "word-2");
    await stage.deliver(next);
    await stage.until(async () => (await applied()) === 2, "both words");
    await stage.until(async () => (await stage.count("inbound", { state: "new" })) === 0, "an empty inbox");
    const committing = frozen.proxy.stopAt("update", "subjects");
    loading.letGo();
    await committing.reached;
    const looking = frozen.proxy.stopAt("find", "inbound");
    committing.letGo();
    await looking.reached;
    looking.letGo();
    expect(await applied()).toBe(2);
    expect((await thread()).case?.wordsIn).toBe(2);
  });

  test("refuses the claim of an older holder on what a later one has queued", async () => {
    const later = await stage.instance(holder(6));
    await talk(later);
    stage.platform.outOfReach.add(addressOf("21"));
    stage.says(publicBot, "11", "word-1");
    await stage.deliver(later);
    await stage.until(
      async () => (await stage.count("messages", { failure: "unreachable" })) === 1,
      "a refusal",
    );
    stage.platform.outOfReach.clear();
    await stage.database.connection.collection("messages").updateMany({}, { $unset: { retryAt: 1 } });
    const sends: string[] = [];
    const older = await stage.instance({ ...holder(5), onSend: (_to, { text }) => sends.push(text) });
    await looksTwice(older);
    expect(older.proxy.writes).toBeGreaterThan(0); // It did try to claim.
    expect(sends).toEqual([]);
  });
});

describe("the version", () => {
  test("refuses a commit that was made from an old reading", async () => {
    const slow = await stage.instance(holder(6));
    const committing = slow.proxy.stopAt("update", "subjects");
    stage.says(publicBot, "11", "word-1");
    await stage.deliver(slow);
    await committing.reached;
    const fast = await stage.instance(holder(5));
    stage.says(publicBot, "11", "word-2");
    await stage.deliver(fast);
    await stage.until(async () => (await thread()).case?.wordsIn === 2, "both words");
    await stage.until(async () => (await stage.count("subjects", { pending: true })) === 0, "empty outboxes");
    const looking = slow.proxy.stopAt("find", "inbound");
    committing.letGo();
    await looking.reached;
    looking.letGo();
    expect((await thread()).case?.wordsIn).toBe(2);
    expect(await applied()).toBe(2);
  });
});

describe("the outbox", () => {
  test("is posted by whoever comes after a crash between commit and posting", async () => {
    const first = await stage.instance(holder(5));
    const posting = first.proxy.stopAt("insert", "messages");
    stage.says(publicBot, "11", "word-1");
    await stage.deliver(first);
    await posting.reached;
    first.crash();
    expect(await applied()).toBe(0);
    await stage.instance(holder(6));
    await stage.until(async () => (await applied()) === 1, "the word");
    await stage.until(async () => (await stage.count("inbound", { state: "new" })) === 0, "an empty inbox");
  });

  test("is posted at the start, also when nothing else is to be done for its subject", async () => {
    const id = stage.cast.thread("11");
    const state = await thread();
    const entry = { entry: "message", document: kept(`${id}/2/0`, id) } as const;
    const commit = {
      id,
      read: 1,
      lastKey: null,
      state,
      outbox: [entry],
      wakeAt: null,
      fields: { site: "oslo" },
    };
    await stage.database.subjects.commit([commit], 1, "left behind");
    await stage.instance(holder(6));
    await stage.until(async () => (await applied()) === 1, "the word");
  });

  test("is posted before the subject's next update is looked at", async () => {
    const instance = await stage.instance(holder(5));
    instance.proxy.cutAfter("insert", "messages");
    stage.says(publicBot, "11", "word-1");
    await stage.deliver(instance);
    stage.says(publicBot, "11", "word-2");
    await stage.deliver(instance);
    await stage.until(async () => (await applied()) === 2, "both words");
  });
});

describe("the last key", () => {
  test("knows an update whose commit went through without an answer", async () => {
    const instance = await stage.instance(holder(5));
    instance.proxy.cutAfter("update", "subjects");
    stage.says(publicBot, "11", "word-1");
    await stage.deliver(instance);
    await stage.until(async () => (await stage.count("inbound", { state: "new" })) === 0, "an empty inbox");
    stage.says(publicBot, "11", "word-2");
    await stage.deliver(instance);
    await stage.until(async () => (await applied()) >= 2, "the second word");
    await settled();
    expect((await thread()).case?.wordsIn).toBe(2);
    expect(await applied()).toBe(2);
  });
});

describe("the mark that an update is done", () => {
  test("goes with the commit, so that an update that was overtaken is not applied again", async () => {
    const instance = await stage.instance(holder(5));
    const looking = instance.proxy.stopAt("find", "inbound");
    await looking.reached;
    stage.says(publicBot, "11", "word-1");
    stage.says(publicBot, "11", "word-2");
    await stage.deliver(instance);
    looking.letGo();
    await settled();
    await looksTwice(instance);
    expect(await applied()).toBe(2);
  });
});

describe("the recall", () => {
  test("takes words that wait for one supporter to the next", async () => {
    const instance = await stage.instance(holder(5));
    await talk(instance);
    stage.platform.outOfReach.add(addressOf("21"));
    stage.says(publicBot, "11", "word-1");
    await stage.deliver(instance);
    await stage.until(
      async () => (await stage.count("messages", { failure: "unreachable" })) === 1,
      "a refusal",
    );
    await change(instance);
    await acceptAs22(instance);
    await stage.shown(teamBot, "22", "word-1");
    expect(readBy("21")).toEqual(["word-0"]);
  });

  test("finds also what a holder that died was sending", async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let sending = false;
    const first = await stage.instance({
      ...holder(5),
      onSend: (_to, { text }) => {
        if (text.includes("word-1")) sending = true;
      },
      held: (to, { text }) => (to === addressOf("21") && text.includes("word-1") ? gate : null),
    });
    await talk(first);
    stage.says(publicBot, "11", "word-1");
    await stage.deliver(first);
    await stage.until(() => sending, "a send on its way");
    await change(first);
    first.crash();
    open();
    const next = await stage.instance(holder(6));
    await acceptAs22(next);
    await stage.shown(teamBot, "22", "word-1");
  });
});

describe("asking once more before a send", () => {
  test("keeps words from a supporter who was changed while they were being claimed", async () => {
    const instance = await stage.instance(holder(5));
    await talk(instance);
    const claiming = instance.proxy.stopAt("update", "messages", "attempts");
    stage.says(publicBot, "11", "word-1");
    await stage.deliver(instance);
    await claiming.reached;
    await change(instance);
    claiming.letGo();
    await acceptAs22(instance);
    await stage.shown(teamBot, "22", "word-1");
    expect(readBy("21")).toEqual(["word-0"]);
  });
});

/** A message that was claimed just when the lease lapsed, and was renewed after all, is not left behind. */
describe("a lease that is renewed too late", () => {
  test("ends the holding: what was claimed meanwhile is sent by the next one", async () => {
    const instance = await stage.instance();
    await talk(instance);
    const claiming = instance.proxy.stopAt("update", "messages", "attempts");
    stage.says(publicBot, "11", "word-1");
    await stage.deliver(instance);
    await claiming.reached;
    const renewing = instance.proxy.stopAt("update", "leases");
    await renewing.reached;
    await stage.until(() => !instance.works, "a lapse");
    claiming.letGo();
    await stage.until(async () => (await stage.count("messages", { delivery: "sending" })) === 1, "a claim");
    renewing.letGo();
    await stage.shown(teamBot, "21", "word-1");
    await settled();
  });
});
