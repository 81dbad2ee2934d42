import { describe, expect, test } from "vitest";
import { fold } from "../../flows/crisis/fold.ts";
import { toCyrillic } from "../../locales/cyrillic.ts";
import { readLocale, type TextTree } from "../../locales/texts.ts";

const texts = textsOf(readLocale("sr"));

function textsOf(tree: TextTree): string[] {
  return Object.values(tree).flatMap((inner) => (typeof inner === "string" ? [inner] : textsOf(inner)));
}

const names =
  /\{\{\w+\}\}|(?<![\p{L}\p{N}])\/[a-z]+|(?:Messenger|Telegram|Start|Remain|SMS|Peerline|Blue Heron)\p{L}*|npm run [a-z:]+|\p{L}*[qwxy]\p{L}*/gu;

describe("Serbian in Cyrillic letters", () => {
  test.each([
    ["Možeš i dalje da pišeš ovde.", "Можеш и даље да пишеш овде."],
    ["njen džep, ljubav i đak", "њен џеп, љубав и ђак"],
    ["Ljubav NJEGOŠ Džep", "Љубав ЊЕГОШ Џеп"],
    ["čaj, ćutim, šta, žao, đe", "чај, ћутим, шта, жао, ђе"],
    // A prefix ends between the two letters.
    [
      "injekcija, konjunkcija, nadživeti, odžaliti, podžanr",
      "инјекција, конјункција, надживети, оджалити, поджанр",
    ],
    ["konj, inje, odžak", "коњ, иње, оџак"],
    ["ž decomposed: ž", "ж децомпосед: ж"],
    ["Фонетика остаје", "Фонетика остаје"],
    ["", ""],
  ])("%s", (latin, cyrillic) => {
    expect(toCyrillic(latin)).toBe(cyrillic);
  });

  test.each([
    ["{{name}} piše", "{{name}} пише"],
    ["Napiši /pomoc ili /mojipodaci.", "Напиши /pomoc или /mojipodaci."],
    ["i/ili", "и/или"],
    ["vidi https://centarsrce.org/chat sada", "види https://centarsrce.org/chat сада"],
    ["na Telegramu i Messengeru: Start", "на Telegramu и Messengeru: Start"],
    ["/blokiraj Blue Heron 27 7 uvrede", "/blokiraj Blue Heron 27 7 увреде"],
    ["isključi „Remain anonymous“, Alex", "искључи „Remain anonymous“, Alex"],
    ["Tehničar vidi: npm run ready", "Техничар види: npm run ready"],
    ["0800 309 309, 194", "0800 309 309, 194"],
  ])("leaves alone what has to stay: %s", (latin, cyrillic) => {
    expect(toCyrillic(latin)).toBe(cyrillic);
  });

  test("says the same in every text, with its holes, commands and names", () => {
    expect(texts.length).toBeGreaterThan(300);
    for (const text of texts) {
      const cyrillic = toCyrillic(text);
      expect(fold(cyrillic)).toBe(fold(text));
      expect(cyrillic.match(names)).toEqual(text.match(names));
      expect(cyrillic.replace(names, "")).not.toMatch(/[A-Za-zčćžšđ]/i);
    }
  });
});
