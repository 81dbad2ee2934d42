/** What people type, language by language. */
import type { Language } from "../../programmes/programme.ts";
import { el } from "./el.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { hu } from "./hu.ts";
import { it } from "./it.ts";
import { nb } from "./nb.ts";
import { pt } from "./pt.ts";
import { sr } from "./sr.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const vocabularies: Record<Language, Vocabulary> = { en, nb, sr, hu, el, it, fr, es, pt };
