import sharp from "sharp";
import { expect, test } from "vitest";
import { cleanPicture, type PictureType } from "../../media/picture.ts";
import { photoWithPlace } from "./files.ts";

const all: PictureType[] = ["image/jpeg", "image/png", "image/webp", "image/gif"];

test("place, camera and author go, the picture stays upright", async () => {
  const bytes = await photoWithPlace();
  const before = await sharp(bytes).metadata();
  expect(before.exif?.includes("Kari Nordmann")).toBe(true);
  const clean = await cleanPicture(bytes, all, 1_000_000);
  if (!clean) expect.fail("it could be read");
  const after = await sharp(clean.bytes).metadata();
  expect([after.exif, after.xmp, after.iptc, after.icc, after.orientation]).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
  expect(clean.bytes.includes("Kari Nordmann")).toBe(false);
  // It lay on its side, and its metadata said so.
  expect([after.width, after.height]).toEqual([before.height, before.width]);
  expect(clean.type.type).toBe("image/jpeg");
});

test.each(["jpeg", "png", "webp", "gif"] as const)("a picture as %s stays what it is", async (format) => {
  const clean = await cleanPicture(await picture().toFormat(format).toBuffer(), all, 1_000_000);
  expect(clean?.type.type).toBe(`image/${format}`);
});

test("what a channel can't show becomes what it can", async () => {
  const clean = await cleanPicture(await picture().webp().toBuffer(), ["image/png"], 1_000_000);
  expect(clean?.type.type).toBe("image/png");
});

test("what is too big is made smaller, and refused when even that does not help", async () => {
  const noise = sharp({
    create: {
      width: 600,
      height: 600,
      channels: 3,
      background: "white",
      noise: { type: "gaussian", mean: 128, sigma: 60 },
    },
  });
  const bytes = await noise.png().toBuffer();
  const most = Math.round(bytes.length * 0.8);
  expect((await cleanPicture(bytes, all, most))?.bytes.length).toBeLessThanOrEqual(most);
  expect(await cleanPicture(bytes, all, 1000)).toBeNull();
});

test("what is no picture, or half of one, is refused", async () => {
  const whole = await picture().resize(600, 600).png().toBuffer();
  expect(await cleanPicture(Buffer.from("GIF89a and nothing else"), all, 1_000_000)).toBeNull();
  expect(await cleanPicture(whole.subarray(0, whole.length / 2), all, 1_000_000)).toBeNull();
});

test("a picture with more points than can be decoded is refused", async () => {
  const bomb = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: "white" } })
    .png()
    .toBuffer();
  expect(await cleanPicture(bomb, all, 10_000_000)).toBeNull();
});

function picture() {
  return sharp({ create: { width: 30, height: 20, channels: 3, background: "teal" } });
}
