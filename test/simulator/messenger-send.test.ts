import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fault, graphRefusal } from "../../simulator/index.ts";
import { startReceiver } from "./receiver.ts";
import { hour, messengerSituation } from "./situation.ts";

const refused = (code: number, error_subcode?: number) => ({
  status: 400,
  answer: { error: { code, ...(error_subcode === undefined ? {} : { error_subcode }) } },
});

const tagged = { messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" };

describe("sending", () => {
  test("a text with quick replies arrives, and the answer names person and message", async () => {
    const { nora, graph, page } = await messengerSituation();
    nora.writes("hello");
    const quick_replies = [
      { content_type: "text", title: "Yes", payload: "consent:yes" },
      { content_type: "text", title: "No", payload: "consent:no" },
    ];
    const body = {
      recipient: { id: nora.id },
      messaging_type: "RESPONSE",
      message: { text: "May I?", quick_replies, metadata: "ours" },
    };
    const { status, answer, headers } = await graph("POST", `${page.id}/messages`, body);
    expect(status).toBe(200);
    expect(answer).toEqual({ recipient_id: nora.id, message_id: nora.lastMessage?.id });
    expect(nora.lastMessage).toMatchObject({ author: "app", text: "May I?", metadata: "ours" });
    expect(nora.quickReplies.map(({ label }) => label)).toEqual(["Yes", "No"]);
    expect(headers.get("facebook-api-version")).toBe("v26.0");
    expect(JSON.parse(headers.get("x-app-usage") ?? "")).toHaveProperty("call_count");
    expect(JSON.parse(headers.get("x-business-use-case-usage") ?? "")).toHaveProperty([page.id]);
  });

  test.each([
    ["an empty text", { message: { text: " " } }, 100, 2018034],
    ["no message", { message: undefined }, 100, 2018034],
    ["2,001 characters", { message: { text: "x".repeat(2001) } }, 100, undefined],
    ["an unknown person", { recipient: { id: "1" } }, 100, 2018001],
    ["no messaging type", { messaging_type: undefined }, 100, undefined],
    ["a tag that is gone", { messaging_type: "MESSAGE_TAG", tag: "ACCOUNT_UPDATE" }, 100, undefined],
    ["a tag that was not approved", tagged, 100, 2018276],
    [
      "14 quick replies",
      {
        message: {
          text: "?",
          quick_replies: Array(14).fill({ content_type: "text", title: "a", payload: "a" }),
        },
      },
      100,
      undefined,
    ],
    [
      "a title of 21 characters",
      {
        message: {
          text: "?",
          quick_replies: [{ content_type: "text", title: "x".repeat(21), payload: "a" }],
        },
      },
      100,
      undefined,
    ],
    [
      "a payload of 1,001 characters",
      {
        message: {
          text: "?",
          quick_replies: [{ content_type: "text", title: "a", payload: "x".repeat(1001) }],
        },
      },
      100,
      undefined,
    ],
  ])("refuses %s", async (_, more, code, subcode) => {
    const { nora, send } = await messengerSituation();
    nora.writes("hello");
    const { status, answer } = await send("words", more);
    expect({ status, answer }).toMatchObject(refused(code, subcode));
    expect(answer).toMatchObject({
      error: {
        message: expect.stringMatching(/^\(#100\) /),
        type: "OAuthException",
        fbtrace_id: expect.any(String),
      },
    });
    expect(nora.messages).toHaveLength(1);
  });

  test("takes exactly 2,000 characters", async () => {
    const { nora, send } = await messengerSituation();
    nora.writes("hello");
    expect(await send("x".repeat(2000))).toMatchObject({ status: 200 });
  });

  test("shows typing until a message comes, and marks as seen", async () => {
    const { nora, graph, send } = await messengerSituation();
    const hers = nora.writes("hello");
    const recipient = { id: nora.id };
    await graph("POST", "me/messages", { recipient, sender_action: "typing_on" });
    await graph("POST", "me/messages", { recipient, sender_action: "mark_seen" });
    expect(nora.typing).toBe(true);
    expect(hers.seen).toBe(true);
    await send("words");
    expect(nora.typing).toBe(false);
    expect(await graph("POST", "me/messages", { recipient, sender_action: "dance" })).toMatchObject(
      refused(100),
    );
  });
});

describe("the messaging window", () => {
  test("an answer within 24 hours of what the person last did, not a moment later", async () => {
    const { clock, nora, send } = await messengerSituation();
    expect(await send("before she wrote")).toMatchObject(refused(10, 2018278));
    nora.writes("hello");
    clock.advance(24 * hour);
    expect(await send("just in time")).toMatchObject({ status: 200 });
    clock.advance(1);
    const late = await send("late");
    expect(late).toMatchObject(refused(10, 2018278));
    expect(late.answer).toMatchObject({
      error: { message: expect.stringContaining("(#10) This message is sent outside of allowed window.") },
    });
    nora.writes("still there?");
    expect(await send("yes")).toMatchObject({ status: 200 });
  });

  test("what a person writes for seven days, where HUMAN_AGENT was granted", async () => {
    const { clock, page, nora, send } = await messengerSituation();
    page.humanAgent = true;
    nora.writes("hello");
    clock.advance(7 * 24 * hour);
    expect(await send("from a person", tagged)).toMatchObject({ status: 200 });
    expect(nora.lastMessage?.tag).toBe("HUMAN_AGENT");
    clock.advance(1);
    expect(await send("late", tagged)).toMatchObject(refused(10, 2018278));
  });

  test("quick replies, postbacks, reactions and links open it; reading and editing do not", async () => {
    const { clock, page, nora, graph, send } = await messengerSituation();
    await graph("POST", "me/messenger_profile", { get_started: { payload: "start" } });
    const mine = nora.writes("hello");
    const actions: Array<[boolean, () => void]> = [
      [true, () => nora.getsStarted()],
      [true, () => nora.reacts(mine, "❤")],
      [true, () => nora.opens(page.link("invite"))],
      [false, () => nora.reads()],
      [false, () => nora.edits(mine, "hello!")],
    ];
    for (const [opens, action] of actions) {
      clock.advance(25 * hour);
      action();
      expect((await send("words")).status === 200).toBe(opens);
    }
  });

  test("nothing reaches somebody who turned messages off", async () => {
    const { nora, send } = await messengerSituation();
    nora.writes("hello");
    nora.blocks();
    expect(await send("words")).toMatchObject(refused(551, 1545041));
    nora.unblocks();
    expect(await send("words")).toMatchObject({ status: 200 });
  });
});

describe("tokens", () => {
  test("by header or query; none, a wrong one and a revoked one are told apart", async () => {
    const { simulator, page, graph } = await messengerSituation();
    const me = async (query: string, headers = {}) => {
      const response = await fetch(`${simulator.graphRoot}/v25.0/me?fields=name${query}`, { headers });
      return { status: response.status, answer: await response.json() };
    };
    expect(await me("&access_token=PAGE-TOKEN")).toMatchObject({
      answer: { name: "Peer Support", id: page.id },
    });
    expect(await me("")).toMatchObject(refused(104));
    expect(await me("&access_token=else")).toMatchObject(refused(190));
    page.revokeToken();
    expect(await graph("GET", "me")).toMatchObject(refused(190, 460));
    page.token = "NEW-TOKEN";
    expect(await graph("GET", "me", undefined, { authorization: "Bearer NEW-TOKEN" })).toMatchObject({
      status: 200,
    });
  });

  test("a wrong proof is refused, a missing one where it is required", async () => {
    const { messenger, graph } = await messengerSituation({ messenger: { requireProof: true } });
    const proof = createHmac("sha256", messenger.app.secret).update("PAGE-TOKEN").digest("hex");
    expect(await graph("GET", "me")).toMatchObject({
      answer: {
        error: { code: 100, message: "API calls from the server require an appsecret_proof argument" },
      },
    });
    expect(await graph("GET", `me?appsecret_proof=${proof.replace(/^./, "z")}`)).toMatchObject({
      answer: { error: { code: 100, message: "Invalid appsecret_proof provided in the API argument" } },
    });
    expect(await graph("GET", `me?appsecret_proof=${proof}`)).toMatchObject({ status: 200 });
  });

  test("another page's edges are out of reach, unknown paths too", async () => {
    const { messenger, graph } = await messengerSituation();
    const other = messenger.createPage({ name: "Another" });
    for (const path of [`${other.id}/messages`, "me/cupcakes", "1/2/3/4"]) {
      expect((await graph("POST", path, {})).status).toBe(400);
    }
    expect(await graph("POST", `${other.id}/messages`, {})).toMatchObject(refused(100, 33));
  });
});

describe("faults", () => {
  test.each([
    [graphRefusal.callRate(), 400, 613, undefined],
    [graphRefusal.appRate(), 400, 4, 2018022],
    [graphRefusal.pageRate(), 400, 32, undefined],
    [graphRefusal.businessRate(), 400, 80006, undefined],
    [graphRefusal.temporary(), 400, 1200, undefined],
    [graphRefusal.unexpected(), 500, 2, undefined],
    [graphRefusal.pageRestricted(), 400, 10, 1893063],
    [graphRefusal.permission(), 400, 200, 2018028],
  ])("a planned error %# is answered once", async (refusal, status, code, subcode) => {
    const { messenger, nora, send } = await messengerSituation();
    nora.writes("hello");
    messenger.faults.next({ method: "POST messages", chat: nora.id }, fault.refuse(refusal));
    expect(await send("words")).toMatchObject({ ...refused(code, subcode), status });
    expect(await send("words")).toMatchObject({ status: 200 });
  });

  test("the message arrived and its answer was lost: the echo still tells", async () => {
    const { messenger, nora, send } = await messengerSituation();
    const receiver = await startReceiver();
    await messenger.setWebhook(receiver.url, "verify me");
    nora.writes("hello");
    messenger.faults.next({ method: "POST messages" }, fault.dropAfter);
    await expect(send("words", { message: { text: "words", metadata: "proof" } })).rejects.toThrow();
    await messenger.caughtUp();
    expect(nora.lastMessage?.text).toBe("words");
    expect(messenger.calls.list("POST messages")).toMatchObject([
      { effect: true, status: null, fault: "drop" },
    ]);
    const echo = receiver.requests.find(({ body }) => body.includes("is_echo"));
    expect(JSON.stringify(echo?.json)).toContain('"metadata":"proof"');
  });

  test("an echo can overtake the answer", async () => {
    const { messenger, nora, send } = await messengerSituation();
    const receiver = await startReceiver();
    await messenger.setWebhook(receiver.url, "verify me");
    nora.writes("hello");
    messenger.faults.next({ method: "POST messages" }, fault.delay(100));
    const order: string[] = [];
    const sending = send("words").then(() => order.push("answer"));
    await messenger.changes.waitFor(
      () => receiver.requests.some(({ body }) => body.includes("is_echo")),
      () => "no echo",
      5000,
    );
    order.push("echo");
    await sending;
    expect(order).toEqual(["echo", "answer"]);
  });
});

describe("setting up", () => {
  test("the profile is kept, and needs Get Started for a menu", async () => {
    const { nora, page, graph } = await messengerSituation();
    const menu = {
      persistent_menu: [
        {
          locale: "default",
          call_to_actions: [{ type: "postback", title: "I need help now", payload: "help:now" }],
        },
      ],
    };
    expect(await graph("POST", "me/messenger_profile", menu)).toMatchObject(refused(100));
    const profile = {
      get_started: { payload: "start" },
      greeting: [{ locale: "default", text: "In danger call 112." }],
      ...menu,
    };
    expect(await graph("POST", "me/messenger_profile", profile)).toMatchObject({
      answer: { result: "success" },
    });
    expect(await graph("GET", "me/messenger_profile?fields=get_started,greeting")).toMatchObject({
      answer: { data: [{ get_started: { payload: "start" }, greeting: [{ text: "In danger call 112." }] }] },
    });
    expect(page.profile.greeting).toBe("In danger call 112.");
    nora.opensMenu("I need help now");
    expect(() => nora.opensMenu("Else")).toThrow('The persistent menu has no "Else"');
    await graph("DELETE", "me/messenger_profile", { fields: ["persistent_menu"] });
    expect(page.profile.menuEntries).toEqual([]);
  });

  test("subscriptions, permissions and features can be asked for", async () => {
    const { messenger, page, graph } = await messengerSituation();
    page.subscribedFields = null;
    expect(await graph("GET", "me/subscribed_apps")).toMatchObject({ answer: { data: [] } });
    expect(await graph("POST", "me/subscribed_apps?subscribed_fields=messages,nonsense")).toMatchObject(
      refused(100),
    );
    await graph("POST", "me/subscribed_apps?subscribed_fields=messages,message_echoes");
    expect(await graph("GET", "me/subscribed_apps")).toMatchObject({
      answer: { data: [{ id: String(messenger.app.id), subscribed_fields: ["messages", "message_echoes"] }] },
    });
    const asApp = { authorization: `Bearer ${messenger.appToken}` };
    expect(await graph("GET", "debug_token?input_token=PAGE-TOKEN", undefined, asApp)).toMatchObject({
      answer: {
        data: { is_valid: true, profile_id: page.id, scopes: expect.arrayContaining(["pages_messaging"]) },
      },
    });
    expect(await graph("GET", "debug_token?input_token=else", undefined, asApp)).toMatchObject({
      answer: { data: { is_valid: false } },
    });
    expect(await graph("GET", "me/messaging_feature_review")).toMatchObject({ answer: { data: [] } });
    const receiver = await startReceiver();
    const webhook = { object: "page", callback_url: receiver.url, verify_token: "wrong", fields: "messages" };
    const path = `${messenger.app.id}/subscriptions`;
    expect(await graph("POST", path, webhook, asApp)).toMatchObject({ status: 400 });
    await graph("POST", path, { ...webhook, verify_token: "verify me" }, asApp);
    expect(await graph("GET", path, undefined, asApp)).toMatchObject({
      answer: { data: [{ object: "page", callback_url: receiver.url, active: true }] },
    });
  });

  test("a person's name is told to the page's owner only by name of the field", async () => {
    const { nora, graph } = await messengerSituation();
    expect((await graph("GET", nora.id)).answer).toEqual({ id: nora.id });
    expect((await graph("GET", `${nora.id}?fields=first_name`)).answer).toEqual({
      id: nora.id,
      first_name: "Nora",
    });
  });
});
