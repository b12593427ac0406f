import i18n from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Texts } from './en/index.ts'
import { shell } from './en/shell.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: Texts }
  }
}

/** What the pages say, each in a file that is loaded with the page: `./<language>/<noun>.ts`, by its default. */
const FILES = import.meta.glob<{ default: object }>(['./*/*.ts', '!./*/{index,shell}.ts'])

/** Another language is another folder like `en`, and a choice made here. */
const LANGUAGE = 'en'

void i18n.use(initReactI18next).init({
  lng: LANGUAGE,
  fallbackLng: 'en',
  resources: { en: { translation: shell as Texts } },
  interpolation: { escapeValue: false },
  initAsync: false,
})

/** Has the texts of these nouns at hand. */
export async function loadTexts(nouns: readonly string[]): Promise<void> {
  const loaded = await Promise.all(nouns.map((noun) => FILES[`./${LANGUAGE}/${noun}.ts`]?.()))
  for (const file of loaded) i18n.addResourceBundle(LANGUAGE, 'translation', file?.default ?? {}, true, true)
}

export default i18n
