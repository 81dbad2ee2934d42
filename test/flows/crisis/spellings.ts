/** Texts as other keyboards write them. */

/** č, ő, å become c, o, a, as on a keyboard without them; ø, đ have no mark to lose and go to their nearest letter. */
export function withoutMarks(text: string): string {
  const nearest: Record<string, string> = { ø: "o", Ø: "O", æ: "ae", Æ: "AE", đ: "dj", Đ: "Dj" };
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[øØæÆđĐ]/g, (letter) => nearest[letter] ?? letter);
}
