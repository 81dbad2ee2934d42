/** A small file of each sort, for people who send something without saying what. */

export interface SampleFile {
  bytes: Buffer;
  /** The MIME type. */
  type: string;
  /** As the sender's phone calls it. */
  name: string;
}

const picture = Buffer.from(
  "/9j/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//" +
    "2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAAR" +
    "CAB4AKADASIAAhEBAxEB/8QAGgABAQADAQEAAAAAAAAAAAAAAAUCAwQGAf/EACkQAAICAgEDBAEEAwAAAAAAAAABAgMEETES" +
    "IVEFEyJBoTJhgdFCYnH/xAAaAQEAAwEBAQAAAAAAAAAAAAAAAgMEAQYF/8QAHhEBAAMAAgMBAQAAAAAAAAAAAAECEQMEEiEx" +
    "E1H/2gAMAwEAAhEDEQA/ANQALnzgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAF30z0eDrjflrbfeMP7LMK4Vx6YQj" +
    "FeEtGDl79KTlY1t4ula8baceJB67K9PxsqLU60pfUorTR5nOxLMO91z7rmMvKLev26c3r5Kvn61uL39hzgA1MwAAAAAAAAAA" +
    "AAAAAAdPp1Svz6a5LactteddzmOn061UZ9NkuyUtN+N9ivl3wnPuJ8eecb8168AHmnoAmev0qeB7mvlXJNP9n2KZM9ftUMD2" +
    "9/KySSX7LuX9bf2rn9U9jPytv8eaAB6J8IAAAAAAAAAAAbW9b7mu+6NMOqXP0vJLd9nve71fIlWsyLANWPfG+G12kuUbSMxg" +
    "AAC56Z6xGMI0Zb1rtGz+y1CyFkeqE4yXlPZ4kGDl6FLz5VnG3i7tqRlo167K9QxsWLc7E5fUYvbZ5nOy7My92T7LiMfCOcFv" +
    "B1KcPv7Krn7NuX18gABqZwAAAAAAAAwttjVByl/C8n2yyNcHKb0kSr7pXT6pcfS8Eq10fLbZWzcpfwvBrALxlCcq5qUHpoq4" +
    "98b4bXaS5RIMoTlXNSg9NEbV0Wgase+N8NrtJco2lExgAGFtsKY9U3/xeQMpSUYuUmkl9hNSSae0+CVffO6XftH6Rtwsjoft" +
    "zfxfD8E5pOCiACAAAAAAB8nKMIuUnpISaim5PSXLJmVkO6Wl2guESrXRjkXyvnviK4RpALojAAB0AABlCcq5qUHpoq498b4b" +
    "XaS5RIMoTlCXVBtPyRtXRTyMmNK0vlPx4Jlk5WScpvbPjbb23tnwVrEAACQo4WR1r25v5Lh+TrIibi009NFXGvV1ff8AUuUU" +
    "3rnuBuABAA2ktvgE7Myfcft1v4rl+Tta7Ixy8l2y6YfoX5OYAviMAAHQAAAAAAAAAAAAADOqyVVinHlfkwAFmqyNtanHh/gz" +
    "JWNe6bP9XyiompJNPafBRauSOHMyd7qrfb/J+TiALqxkAADoAAAAAAAAAAAAAAAAAAAdeFkdD9ub+L4fgA5MbA//2Q==",
  "base64",
);

const sticker = Buffer.from(
  "UklGRqAHAABXRUJQVlA4WAoAAAAQAAAAfwAAfwAAQUxQSFMDAAABoERb22E5e6vdPYudjGzbtm3byW/ObNu2Geci1txObt92" +
    "91pduVXv6Kv66vve59coIiaA/p9Z2HX2gx/tPXO1pJq5uuTqmb0fPTC7awEIp+Pmby94rNW78M2mDtI1WvP5TY745merG4qV" +
    "P/lLl43M/LWkSKK+b5aywaVv9JZm0E9sfGyyJKOSbOXJ2Y4QA0+ytcf7S1D3BY8t9j9sYJuzJMWWl2zNsqpVnAU81NKiyWkW" +
    "sWyWLTmPeiyk/0KeFS2OsKDJ5ha0v8yiXutsXJ8UC1sy0LBRlSxu9QSjFtxhgd15Bk28wyK7E4zpW8VC1ww0pGOaxS5ub0TL" +
    "Kyz45eYG5CZY9CN50T3Hwj8Z2URfOn9qRC2KWfySVpFkxRngASeKtQxxRQT1UhiK6+t7l0G+rm2gj8Lrr8k5yTCPaprMQMfp" +
    "iSNJaBnJUIfq2IvlTw19GWzvcG+ieS1UQSmakvwwcxnuzDA/4/k+REMXj1s/2BoGvDrY54i+CeTcRFSeG6QTQ+4XZDOmXUG+" +
    "xfRtkIuYzgUo9DB5BaquDLqTag6qmaqHUN2v+gjVB6p9qHarzqI6pbqK6rKqDFWJqgZVtSqDKvP3oQZVtaoMVYnqKqrLqjOo" +
    "Tqr2oPpT9RGqD1QPorpPNRvVDFUXVB1VhR4mr0BFFzGdo4DfYPo2yGZMO4J0xNQniHMDUXluEPoM0dcUeDWilcEaunhq6wej" +
    "n/B8RyHn4JkRpqAUTUl+GHoDzasUujeanuFoN5bfSeNwLIN1UAxJnLRORDJGj3McR5I09/ZQeH110dsoXiXtdVMYiuvpo9UY" +
    "llGEWYcQ7HOioOYp+dItKdoJvnT+FIr6aekeo8hzYrIlc6Oj5pclu9iUTGx9S65UOzKzT6VU1QPI1FG1MrnjyNx5rkTuXDJ5" +
    "VIU8VePJ7N63pUkPINPbX5LlYlsyv3lCklhTsjHnUU8K/4VcsnTUTRlSE8jeFgck2NeMbHaW3LItvTWLLK/zQsYm/8P6JGDf" +
    "o/Yke5OQg3bbEZvskJyDfjIvNoqE7f16iUnpV3uSwPmTv6w1I/PXkiKSuv7qb8qjKvt6VT2SPbf/zu/OeXoy577d0S+HMOZ3" +
    "nnX/+7tPXympYK4ouXxq9/v3z+yUT//PBABWUDggJgQAANAYAJ0BKoAAgAA+tU6hTKc/oyIukjnT8BaJZgDNRhlhfmN+C5LT" +
    "geJSlJyAeoDbAeZXzhfS9/ct9V9CXwAPg9yIHxH/NvxEjlnICwA9r+oB0ZP2M9gBBgGA8d+ErLTeQ7L7GmuBHLlp3IZAi3XB" +
    "XIFSHW+16q7oq7lI/7oLptZY1tchgCBQQSbJBgkKSzDPv/XTBQs5XtsX2cIfT5AAV0OhPm7ID5rufmpI/tOuF12W1hSP6Qmj" +
    "qTVmiwjTfVbVTEQGzQPMpk1etwcw25f5wAD++dBxNRuxoe3X9uvd4QYYn7zHWXVnMmAk2LUuq1ce6eA2tT1jYeIpsbD0G9vk" +
    "/RK6WBN+DifVP34rQCY8FS0LAQH1dzadQoWakz54r//Q2//omf//ocL3vbbtFtnOUrSDl5/AAET/6f4mmSkZD8A1Dzc9s8WX" +
    "blCi5/R+j1DrbJO2AOnu/lqAl/GBReR14hRCkPqn/HvMfqwDlj6tJjPQbRxhVAt45eUDOu3gDx6TfwsKbQAifVEiUhto859V" +
    "HIhDZjcpLZR8WWp7/1wEH1tXAsEFuqFbSNTsHM/ECv2IBmiGMjFSjpnePrGlrKkWjpl3b3XXpGN1NnDooDiGpM/+f/cbmxvG" +
    "VLb351ZjBbA1gY2+EaQOjpEvgFpQLfx/3Goktl9P+40po0hRNGkFqLPfftbiZroqFjnay979i0UV3vnkQaw/DA9nTqHNLoaf" +
    "R5ui1Jv/zjWpVKzGUhb2Y8ZDPyExB/S4e/gUgYOZlcd1MCSf9XOcopxBfEEy+aBbTUmUOadpiaSBl4NTZtckRKVVw+tKDKqh" +
    "b96XIUoN4J/Qsf7toeg47YUjlMfptSDwUmT8b6bo1ZWdxFaL4M++FyDQd1B4a7T4HWK4FuUNehcLC1HRK3hbT7/P9tIEQA5m" +
    "bTln7SupaYnhTGNO8bFoZiguHLz5b1+rncL1yaWEtxGfVFwIbg4VpAEY7ZE2ZKoovILjbZeoQEt74kjoIo0F7lBOLdy1oIiH" +
    "yG90/NnOHyGojxs6ufcSpdUBi084cbnSb3FXcSowP3XslT0Rhl2UP9SYM/EuG/ex1HGhhv0QJv3+Br4d3Bni307PkDyxuv2X" +
    "yyj4bY6/mT99d+tDGJEzJLf7+HGxDnCM0g7+nEh6/N4bTpjbP9DtfwKapqEMyMdXQF0zgmOIuuWJctys1TWTxhnl2P7N66Ey" +
    "BQ+XKTvyM+tfW+/cdS+x/cxIk46OJHyK7eKopaLmaCRoi3LDf1gj4TZnKtYt+wDAAAFJ9L+l/0y85QpzEKeYb4t+z6/hEkdv" +
    "HYrgBu24FG5jtt3AczEndWyxYCtMlreHA3BHzl1wpVw9rThtRsll3O/Ngz9QES3BV3NT51U5fEDpzgcy/IdTgxqtLkJhSlku" +
    "HBZsnmfHBo6WrM2+yAAAAA==",
  "base64",
);

/** A film of no length: the boxes that every MP4 file begins with. */
const film = Buffer.concat([
  box("ftyp", Buffer.from("isom\0\0\x02\0isommp42")),
  box("moov", box("mvhd", Buffer.alloc(100))),
  box("mdat", Buffer.alloc(2000, 7)),
]);

const sound = Buffer.concat([
  box("ftyp", Buffer.from("M4A \0\0\x02\0isommp42")),
  box("moov", box("mvhd", Buffer.alloc(100))),
  box("mdat", Buffer.alloc(1000, 9)),
]);

export const samples = {
  picture: { bytes: picture, type: "image/jpeg", name: "IMG_0001.jpg" },
  sticker: { bytes: sticker, type: "image/webp", name: "sticker.webp" },
  film: { bytes: film, type: "video/mp4", name: "VID_0001.mp4" },
  voice: {
    bytes: Buffer.concat([
      Buffer.from("OggS\0\x02"),
      Buffer.alloc(22),
      Buffer.from("OpusHead"),
      Buffer.alloc(900, 3),
    ]),
    type: "audio/ogg",
    name: "voice.ogg",
  },
  sound: { bytes: sound, type: "audio/mp4", name: "sound.m4a" },
  paper: {
    bytes: Buffer.from("%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"),
    type: "application/pdf",
    name: "document.pdf",
  },
} as const satisfies Record<string, SampleFile>;

function box(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.length);
  header.write(name, 4, "latin1");
  return Buffer.concat([header, content]);
}
