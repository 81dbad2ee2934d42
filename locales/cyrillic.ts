/** Serbian in Latin letters → in Cyrillic ones, by the table of the official spelling. */

const letters: Readonly<Record<string, string>> = {
  a: "а",
  b: "б",
  v: "в",
  g: "г",
  d: "д",
  đ: "ђ",
  e: "е",
  ž: "ж",
  z: "з",
  i: "и",
  j: "ј",
  k: "к",
  l: "л",
  lj: "љ",
  m: "м",
  n: "н",
  nj: "њ",
  o: "о",
  p: "п",
  r: "р",
  s: "с",
  t: "т",
  ć: "ћ",
  u: "у",
  f: "ф",
  h: "х",
  c: "ц",
  č: "ч",
  dž: "џ",
  š: "ш",
};

/** Holes, web addresses, commands, and names that are written alike everywhere. */
const untouched = [
  String.raw`\{\{\w+\}\}`,
  String.raw`\S+://\S+`,
  String.raw`(?<![\p{L}\p{N}/])/[\p{L}_]+`,
  String.raw`(?<!\p{L})(?:Messenger|Telegram|Start|Remain|SMS|Peerline|Blue Heron)\p{L}*`,
  String.raw`npm run [\w:]+`,
  // With a letter that Serbian does not have: a foreign word.
  String.raw`\p{L}*[qwxyQWXY]\p{L}*`,
];
const pieces = new RegExp(`(${untouched.join("|")})`, "u");

/** Two letters that are two sounds, because a prefix ends between them. */
const seams =
  /(?<!\p{L})(?:in(?=jekc)|kon(?=jug|junk)|van(?=jezi)|nad(?=živ|žnj)|od(?=žal|živ|žvać)|pod(?=žup|žanr))/giu;
const seam = "\u200B";

/** What a person reads in Cyrillic letters; what has to be dialled, opened or typed as it stands stays as it is. */
export function toCyrillic(text: string): string {
  return text
    .split(pieces)
    .map((piece, place) => (place % 2 === 1 ? piece : letterByLetter(piece)))
    .join("");
}

function letterByLetter(text: string): string {
  return text
    .normalize("NFC")
    .replace(seams, (prefix) => `${prefix}${seam}`)
    .replace(/lj|nj|dž|\p{L}/giu, (latin) => {
      const cyrillic = letters[latin.toLowerCase()] ?? latin;
      return latin === latin.toLowerCase() ? cyrillic : cyrillic.toUpperCase();
    })
    .replaceAll(seam, "");
}
