/** Files as people's phones make them. */
import sharp from "sharp";

/** A picture that tells who took it, and where. */
export function photoWithPlace(): Promise<Buffer> {
  return sharp({ create: { width: 60, height: 40, channels: 3, background: "teal" } })
    .withExif({
      IFD0: { Artist: "Kari Nordmann", Model: "Phone" },
      IFD3: { GPSLatitude: "59/1 54/1 0/1", GPSLatitudeRef: "N", GPSLongitude: "10/1 45/1 0/1" },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
}

/** A box of an MP4 file. */
export function box(name: string, ...content: (Buffer | string)[]): Buffer {
  const inside = Buffer.concat(content.map((part) => Buffer.from(part)));
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + inside.length);
  header.write(name, 4, "latin1");
  return Buffer.concat([header, inside]);
}

/** A film that tells where it was taken; `film` is what is to be seen. */
export function movieWithPlace(film: Buffer | string = "what is to be seen"): Buffer {
  return Buffer.concat([
    box("ftyp", "isom", "\0\0\x02\0", "isommp42"),
    box(
      "moov",
      box("mvhd", Buffer.alloc(100, 1)),
      box("trak", box("tkhd", Buffer.alloc(84, 2)), box("meta", "camera of Kari")),
      box("udta", box("\xa9xyz", "+59.9139+010.7522/")),
      box("meta", "com.apple.quicktime.location.ISO6709 +59.9139+010.7522/"),
    ),
    box("uuid", "author Kari Nordmann"),
    box("mdat", film),
  ]);
}
