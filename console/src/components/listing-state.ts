import { useCallback, useMemo, useState } from 'react'
import { useLocation, useNavigate, useSearchParams } from 'react-router'

/** What is asked for: filters of the API by their names, and `order`. */
export type Asked = Readonly<Record<string, string>>

/** How somebody likes a table; kept in this browser. */
export interface ListingPreferences {
  pageSize: number
  wrapLines: boolean
  /** Of columns; all, where there is none. */
  visible?: readonly string[]
}

const USUAL: ListingPreferences = { pageSize: 25, wrapLines: false }

/** Filters live in the address, so that they can be linked to and go with Back, or, `inAddress` being false, in the page. */
export function useAsked(names: readonly string[], inAddress: boolean): [Asked, (asked: Asked) => void] {
  const [search, setSearch] = useSearchParams()
  const [local, setLocal] = useState<Asked>({})
  const text = search.toString()
  const fromAddress = useMemo(() => {
    const given = new URLSearchParams(text)
    return Object.fromEntries([...given].filter(([name, value]) => names.includes(name) && value !== ''))
  }, [text, names])
  const setAddress = useCallback(
    (asked: Asked) =>
      setSearch((before) => {
        const others = [...before].filter(([name]) => !names.includes(name))
        return new URLSearchParams([...others, ...Object.entries(asked)])
      }),
    [setSearch, names],
  )
  return inAddress ? [fromAddress, setAddress] : [local, setLocal]
}

export function useListingPreferences(id: string) {
  const key = `busbar.table.${id}`
  const [kept, setKept] = useState(() => read(key))
  const keep = (preferences: ListingPreferences) => {
    localStorage.setItem(key, JSON.stringify(preferences))
    setKept(preferences)
  }
  return [kept, keep] as const
}

function read(key: string): ListingPreferences {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(key) ?? '{}') }
  } catch {
    return USUAL
  }
}

/** The page that is shown, and the cursors of those that have been seen, of which the first has none. */
interface Pages {
  /** They are of one question only. */
  question: string
  page: number
  cursors: (string | undefined)[]
}

/** Pages are kept in the history, so that Back leads to the page that was left, or, `inAddress` being false, in the page. */
export function usePages(question: string, inAddress: boolean) {
  const navigate = useNavigate()
  const { state: kept, ...here } = useLocation()
  const [local, setLocal] = useState<Pages>()
  const pages: Pages | undefined = inAddress ? kept?.pages : local
  const { page, cursors } = pages?.question === question ? pages : { page: 0, cursors: [undefined] }
  const turn = (to: Pages) => (inAddress ? void navigate(here, { state: { pages: to } }) : setLocal(to))
  return {
    page,
    cursor: cursors[page],
    known: cursors.length,
    open(to: number, next: string | undefined) {
      const all = to === cursors.length && next !== undefined ? [...cursors, next] : cursors
      if (to < all.length) turn({ question, page: to, cursors: all })
    },
  }
}
