import { expect, test } from "vitest";
import { capped, collected, peek, TooManyBytes } from "../../media/stream.ts";

async function* of(...parts: string[]): AsyncIterable<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

test("what was looked at is still there, whole and in order", async () => {
  const { head, bytes } = await peek(of("a", "bc", "def", "g"), 4);
  expect(head.toString()).toBe("abcd");
  expect((await collected(bytes, 7)).toString()).toBe("abcdefg");
});

test("a file shorter than what is looked at is whole, too", async () => {
  const { head, bytes } = await peek(of("ab"), 64);
  expect(head.toString()).toBe("ab");
  expect((await collected(bytes, 2)).toString()).toBe("ab");
});

test("as many bytes as allowed pass, one more ends it", async () => {
  expect((await collected(capped(of("abc", "d"), 4), 10)).toString()).toBe("abcd");
  await expect(collected(capped(of("abc", "de"), 4), 10)).rejects.toThrow(TooManyBytes);
});

test("what is given up after a look is closed at its source", async () => {
  let closed = false;
  async function* source(): AsyncIterable<Uint8Array> {
    try {
      for (;;) yield Buffer.from("x");
    } finally {
      closed = true;
    }
  }
  const { bytes } = await peek(source(), 2);
  for await (const _ of bytes) break;
  expect(closed).toBe(true);
});
