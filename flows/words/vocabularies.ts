/** What people type, language by language. */
import type { Language } from "../../programmes/programme.ts";
import { en } from "./en.ts";
import { hu } from "./hu.ts";
import { nb } from "./nb.ts";
import { sr } from "./sr.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const vocabularies: Record<Language, Vocabulary> = { en, nb, sr, hu };
