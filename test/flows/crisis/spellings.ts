/** Texts as other keyboards write them. */

/** č, ő, å become c, o, a, as on a keyboard without them; ø, đ have no mark to lose and go to their nearest letter. */
export function withoutMarks(text: string): string {
  const nearest: Record<string, string> = { ø: "o", Ø: "O", æ: "ae", Æ: "AE", đ: "dj", Đ: "Dj" };
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[øØæÆđĐ]/g, (letter) => nearest[letter] ?? letter);
}

const letters: Record<string, string> = {
  lj: "љ",
  nj: "њ",
  dž: "џ",
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
  m: "м",
  n: "н",
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
  š: "ш",
};

/** Serbian in Latin letters → in Cyrillic ones, by the table of the official spelling. */
export function cyrillic(latin: string): string {
  return latin.toLowerCase().replace(/lj|nj|dž|\p{L}/gu, (letter) => letters[letter] ?? letter);
}
