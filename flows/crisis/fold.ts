/**
 * Letters as people type them → letters as rules are compared: lower case, Latin, without marks. `å`, `ö`, `ž` lose
 * their mark by decomposition; the letters below have none to lose. Everything here is linear in the text.
 */

const byHand: Record<string, string> = {
  ø: "o",
  æ: "ae",
  đ: "dj",
  ð: "d",
  ł: "l",
  ß: "ss",
  œ: "oe",
  þ: "th",
  ı: "i",
  ς: "σ",
};

const cyrillic: Record<string, string> = {
  а: "a",
  б: "b",
  в: "v",
  г: "g",
  д: "d",
  ђ: "dj",
  е: "e",
  ж: "z",
  з: "z",
  и: "i",
  ј: "j",
  к: "k",
  л: "l",
  љ: "lj",
  м: "m",
  н: "n",
  њ: "nj",
  о: "o",
  п: "p",
  р: "r",
  с: "s",
  т: "t",
  ћ: "c",
  у: "u",
  ф: "f",
  х: "h",
  ц: "c",
  ч: "c",
  џ: "dz",
  ш: "s",
  // Not Serbian, but on the keyboards of its neighbours, and look-alikes of Latin letters.
  і: "i",
  ѕ: "s",
  й: "j",
  ы: "i",
  э: "e",
  ь: "",
  ъ: "",
};

/** Further spellings of a letter that people use when their keyboard lacks it. */
const spelledOut: Record<string, string[]> = {
  ø: ["oe"],
  å: ["aa"],
  æ: ["e"],
  đ: ["d"],
};

/** Soft hyphens, zero-width and direction marks, and what varies an emoji: its presentation, its skin. */
const invisible =
  /\u00AD|[\u200B\u200C\u200E\u200F]|\u200D|[\u202A-\u202E\u2060-\u2064\uFEFF]|\uFE0E|\uFE0F|[\u{1F3FB}-\u{1F3FF}]/gu;
const apostrophes = /['’‘ʼ`´′]/g;
const marks = /\p{M}/gu;

/** A whole text, folded. Apostrophes inside words go ("don’t" is "dont"), so do invisible characters. */
export function fold(text: string): string {
  const plain = text
    .normalize("NFKC")
    .replace(invisible, "")
    .toLowerCase()
    // Not every mark: NFKC turns "´" into a space and a mark, which is an apostrophe all the same.
    .replace(/ \u0301/g, "")
    .replace(apostrophes, "");
  let folded = "";
  for (const character of plain.normalize("NFD").replace(marks, "")) {
    folded += byHand[character] ?? cyrillic[character] ?? character;
  }
  return folded;
}

/** All folded spellings of a word of the rules: "dø" is "do" and "doe", "predoziran" is itself. */
export function spellings(word: string): string[] {
  // Most words are plain already; the start of the program folds tens of thousands.
  if (/^[a-z]*$/.test(word)) return [word];
  const letters = [...word.normalize("NFC").toLowerCase()];
  let found = [""];
  for (const letter of letters) {
    const ways = waysOf(letter);
    // A word with many such letters keeps to its first way, so that the number of spellings stays small.
    const used = found.length * ways.length > 16 ? ways.slice(0, 1) : ways;
    found = found.flatMap((start) => used.map((way) => start + way));
  }
  return [...new Set(found)];
}

function waysOf(letter: string): string[] {
  return /^[a-z]$/.test(letter) ? [letter] : [fold(letter), ...(spelledOut[letter] ?? [])];
}

/** Stretched letters drawn together: "diiie" is "die". Doubled ones stay, as in "kill". */
export function unstretch(word: string): string {
  return word.replace(/(.)\1{2,}/gu, "$1");
}

/** Every repetition drawn together, on both sides of a comparison: "killl", "kil" and "kill" are one. */
export function skeleton(word: string): string {
  return word.replace(/(.)\1+/gu, "$1");
}

const leet: Record<string, string> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "€": "e",
};

/** Digits and signs between letters read as letters: "su1c1de" is "suicide". Null when there is nothing to read so. */
export function unleet(word: string): string | null {
  if (!/[\p{L}]/u.test(word) || !/[013457@$€]/.test(word)) return null;
  return word.replace(/[013457@$€]/g, (sign) => leet[sign] ?? sign);
}
