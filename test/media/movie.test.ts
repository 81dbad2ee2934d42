import { describe, expect, test } from "vitest";
import { cleanMovie, NotAMovie } from "../../media/movie.ts";
import { box, movieWithPlace } from "./files.ts";

async function cleaned(bytes: Buffer, chunk: number): Promise<Buffer> {
  async function* pieces(): AsyncIterable<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  const out: Uint8Array[] = [];
  for await (const part of cleanMovie(pieces())) out.push(part);
  return Buffer.concat(out);
}

describe.each([1, 3, 8, 1000])("in pieces of %i bytes", (chunk) => {
  test("place, camera and author go, and nothing moves", async () => {
    const film = movieWithPlace();
    const clean = await cleaned(film, chunk);
    for (const told of ["59.9139", "Kari", "xyz"]) {
      expect(film.includes(told)).toBe(true);
      expect(clean.includes(told)).toBe(false);
    }
    expect(clean.length).toBe(film.length);
    expect(clean.indexOf("what is to be seen")).toBe(film.indexOf("what is to be seen"));
    expect(clean.includes(box("mvhd", Buffer.alloc(100, 1)))).toBe(true);
  });
});

test("words in what is to be seen are not taken for a box", async () => {
  const film = movieWithPlace("\0\0\0\x0cudtaABCD");
  expect((await cleaned(film, 5)).includes("udtaABCD")).toBe(true);
});

test("a last box that goes on to the end, and one with a long size, are read", async () => {
  const long = Buffer.alloc(16);
  long.writeUInt32BE(1);
  long.write("udta", 4, "latin1");
  long.writeBigUInt64BE(20n, 8);
  const open = Buffer.concat([Buffer.alloc(4), Buffer.from("mdat"), Buffer.from("to the end")]);
  const film = Buffer.concat([box("ftyp", "isom"), long, Buffer.from("+59."), open]);
  const clean = await cleaned(film, 7);
  expect(clean.includes("+59.")).toBe(false);
  expect(clean.subarray(-10).toString()).toBe("to the end");
  expect(clean.length).toBe(film.length);
});

test.each([
  ["half a film", movieWithPlace().subarray(0, 150)],
  ["a box that is shorter than itself", Buffer.from("\0\0\0\x04moov")],
  ["something else", Buffer.from("GIF89a........")],
])("%s is refused", async (_, bytes) => {
  await expect(cleaned(bytes, 16)).rejects.toThrow(NotAMovie);
});
