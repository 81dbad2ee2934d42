import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isRecord } from "../../simulator/parameters.ts";
import { startReceiver } from "./receiver.ts";
import { messengerSituation } from "./situation.ts";

const quick = { pauses: [5, 10, 20] };

/** Every event of a request, in order. */
function eventsOf(json: unknown): Record<string, unknown>[] {
  const entries = isRecord(json) && Array.isArray(json.entry) ? json.entry : [];
  return entries.flatMap((entry) =>
    isRecord(entry) && Array.isArray(entry.messaging) ? entry.messaging : [],
  );
}

async function webhookSituation(
  delivery: object = quick,
  answer: Parameters<typeof startReceiver>[0] = () => 200,
) {
  const situation = await messengerSituation({ messenger: { appSecret: "app secret", delivery } });
  const receiver = await startReceiver(answer);
  await situation.messenger.setWebhook(receiver.url, "verify me");
  const events = async () => {
    await situation.messenger.caughtUp();
    return receiver.requests.flatMap(({ json }) => eventsOf(json));
  };
  return { ...situation, receiver, events };
}

test("the webhook is taken only when it gives the challenge back, and only on this machine", async () => {
  const { messenger } = await messengerSituation();
  const receiver = await startReceiver();
  await expect(messenger.setWebhook(receiver.url, "wrong")).rejects.toThrow("couldn't be validated");
  expect(messenger.webhook).toBeNull();
  await expect(messenger.setWebhook("https://example.org/", "verify me")).rejects.toThrow("this machine");
  await messenger.setWebhook(receiver.url, "verify me");
  expect(messenger.webhook?.url).toBe(receiver.url);
});

test("bodies are signed over their raw bytes, which are not what JSON.stringify writes", async () => {
  const { nora, receiver, events } = await webhookSituation();
  nora.writes("blåbær / \u{1f600}");
  expect(await events()).toMatchObject([{ message: { text: "blåbær / \u{1f600}" } }]);
  const [request] = receiver.requests;
  if (request === undefined) expect.fail("Nothing was delivered.");
  const signed = createHmac("sha256", "app secret").update(request.body).digest("hex");
  expect(request.headers["x-hub-signature-256"]).toBe(`sha256=${signed}`);
  expect(request.body.toString()).toContain("bl\\u00e5b\\u00e6r \\/ \\ud83d\\ude00");
  expect(request.body.equals(Buffer.from(JSON.stringify(request.json)))).toBe(false);
});

test("everything that people do has its event", async () => {
  const { page, nora, graph, send, events } = await webhookSituation();
  await graph("POST", "me/messenger_profile", {
    get_started: { payload: "start" },
    persistent_menu: [
      { locale: "default", call_to_actions: [{ type: "postback", title: "Help", payload: "help:now" }] },
    ],
  });
  nora.opens(page.link("poster"));
  const hers = nora.writes("helo");
  nora.edits(hers, "hello");
  await send("Go on?", {
    message: { text: "Go on?", quick_replies: [{ content_type: "text", title: "Yes", payload: "y" }] },
  });
  const question = nora.lastMessage;
  nora.presses("Yes");
  expect(() => nora.presses("Yes")).toThrow("there are: none");
  nora.opensMenu("Help");
  nora.reacts(hers, "❤");
  nora.opens(page.link("again"));
  nora.reads();
  nora.sends("audio");
  if (question !== undefined) nora.writes("to that", { replyTo: question });
  const seen = await events();
  expect(seen).toMatchObject([
    {
      postback: { payload: "start", referral: { ref: "poster" } },
      sender: { id: nora.id },
      recipient: { id: page.id },
    },
    { message: { mid: hers.id, text: "helo" } },
    { message_edit: { mid: hers.id, text: "hello", num_edit: 1 } },
    { message: { is_echo: true, mid: question?.id, text: "Go on?" }, sender: { id: page.id } },
    { delivery: { mids: [question?.id] } },
    { message: { text: "Yes", quick_reply: { payload: "y" } } },
    { postback: { title: "Help", payload: "help:now" } },
    { reaction: { mid: hers.id, action: "react", emoji: "❤" } },
    { referral: { ref: "again", source: "SHORTLINK", type: "OPEN_THREAD" } },
    { read: { watermark: expect.any(Number) } },
    { message: { attachments: [{ type: "audio", payload: { url: expect.any(String) } }] } },
    { message: { text: "to that", reply_to: { mid: question?.id } } },
  ]);
  const times = seen.map(({ timestamp }) => Number(timestamp));
  expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
  expect(hers.delivered).toBe(true);
});

test("echoes tell the app's own words, with its metadata, from those of page staff", async () => {
  const { messenger, page, nora, send, events } = await webhookSituation();
  nora.writes("hello");
  await send("ours", { message: { text: "ours", metadata: "proof" } });
  page.staffWrites(nora, "from the inbox");
  const echoes = (await events()).filter(({ message }) => isRecord(message) && message.is_echo === true);
  expect(echoes).toMatchObject([
    { message: { text: "ours", metadata: "proof", app_id: messenger.app.id }, recipient: { id: nora.id } },
    { message: { text: "from the inbox", app_id: 263902037430900 } },
  ]);
  expect(echoes[1]?.message).not.toHaveProperty("metadata");
});

describe("delivery", () => {
  test("repeats the same bytes until they are answered with 200, in order", async () => {
    const { nora, receiver, events } = await webhookSituation(quick, (_, place) =>
      place === 1 ? 503 : place === 2 ? 202 : 200,
    );
    nora.writes("one");
    nora.writes("two");
    await events();
    const [first, second, third, fourth, ...rest] = receiver.requests;
    expect(rest).toEqual([]);
    expect(second?.body).toEqual(first?.body);
    expect(third?.body).toEqual(first?.body);
    expect(eventsOf(fourth?.json)).toMatchObject([{ message: { text: "two" } }]);
  });

  test("can put several entries into one request", async () => {
    const { messenger, nora, page, receiver, events } = await webhookSituation({ ...quick, batch: 10 });
    const other = messenger.createPage({ name: "Other" }).createPerson({ firstName: "Ola" });
    for (const text of ["one", "two", "three"]) nora.writes(text);
    other.writes("elsewhere");
    expect(await events()).toHaveLength(4);
    expect(receiver.requests).toHaveLength(1);
    const entries = receiver.requests[0]?.json.entry;
    expect(entries).toMatchObject([{ id: page.id }, { id: page.id }, { id: page.id }, { id: other.page.id }]);
  });

  test("can deliver everything twice, and out of order", async () => {
    const { nora, receiver, events } = await webhookSituation({ ...quick, copies: 2, shuffle: true });
    const texts = Array.from({ length: 30 }, (_, place) => `${place}`);
    for (const text of texts) nora.writes(text);
    const seen = (await events()).map(({ message }) => (isRecord(message) ? message.text : null));
    expect(receiver.requests).toHaveLength(60);
    expect([...new Set(seen)].sort()).toEqual([...texts].sort());
    expect([...new Set(seen)]).not.toEqual(texts);
  });

  test("gives up after a long failure: unsubscribed, nothing more comes until the app subscribes again", async () => {
    let healthy = false;
    const delivery = { ...quick, unsubscribeAfter: 40 };
    const { messenger, page, nora, graph, events } = await webhookSituation(delivery, () =>
      healthy ? 200 : 500,
    );
    nora.writes("lost");
    await messenger.changes.waitFor(
      () => page.subscribedFields === null,
      () => "still subscribed",
      5000,
    );
    healthy = true;
    nora.writes("lost too");
    await graph("POST", "me/subscribed_apps?subscribed_fields=messages");
    nora.writes("back");
    const last = (await events()).at(-1);
    expect(last).toMatchObject({ message: { text: "back" } });
    expect(JSON.stringify(await events())).not.toContain("lost too");
  });

  test("only fields that were asked for come", async () => {
    const { page, nora, events } = await webhookSituation();
    page.subscribedFields = new Set(["messages"]);
    nora.reads();
    page.staffWrites(nora, "unheard");
    nora.writes("heard");
    expect(await events()).toMatchObject([{ message: { text: "heard" } }]);
  });
});
