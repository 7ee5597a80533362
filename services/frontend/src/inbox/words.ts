// The texts of the inbox in the language of the page.
import { type Language, language, type Translated } from '../app/i18n';
import { de } from './de';
import { en } from './en';

type Catalogue = Translated<typeof en>;

const catalogues: Record<Language, Catalogue> = { en, de };

/** w is to the inbox what t is to every page. */
export function w(): Catalogue {
  return catalogues[language.value];
}
