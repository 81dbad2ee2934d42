/** A signature is made over every byte: whatever is changed, nothing of it is taken. */
import { expect, test } from "vitest";
import { messengerChannel } from "../adapters/messenger/situation.ts";

test("every single byte that is flipped in a signed body is noticed", async () => {
  const { adapter, writes, webhook } = await messengerChannel();
  await writes("true words");
  const genuine = webhook.requests.at(-1);
  if (!genuine) expect.fail("nothing was delivered");
  expect(adapter.receive(genuine).updates).toHaveLength(1);
  for (let at = 0; at < genuine.body.length; at++) {
    const body = Buffer.from(genuine.body);
    body[at] = (body[at] ?? 0) ^ (1 << (at % 8));
    expect(adapter.receive({ ...genuine, body }), `byte ${at}`).toMatchObject({ status: 401, updates: [] });
  }
});

test.each([1, -1])("a body with %i byte more or less is noticed", async (more) => {
  const { adapter, writes, webhook } = await messengerChannel();
  await writes("true words");
  const genuine = webhook.requests.at(-1);
  if (!genuine) expect.fail("nothing was delivered");
  const body = more > 0 ? Buffer.concat([genuine.body, Buffer.from(" ")]) : genuine.body.subarray(0, more);
  expect(adapter.receive({ ...genuine, body })).toMatchObject({ status: 401, updates: [] });
});
