import Link from '@cloudscape-design/components/link'
import { useQuery } from '@tanstack/react-query'
import { bodyOf } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useClient } from '../../app/services.tsx'
import { userPath } from './paths.ts'

const NAMES_AT_ONCE = 200

/** The names of users by their ids: of the first ones, in one request for a whole table. */
export function useUserNames(): ReadonlyMap<string, string> {
  const client = useClient()
  const { data } = useQuery({
    queryKey: [...keys.users, 'names'],
    queryFn: async ({ signal }) => {
      const params = { query: { limit: NAMES_AT_ONCE } }
      const { items } = await bodyOf(client.GET('/users', { params, signal }))
      return new Map(items.map(({ userId, name }) => [userId, name]))
    },
    staleTime: 60_000,
  })
  return data ?? NONE
}

const NONE: ReadonlyMap<string, string> = new Map()

/** A user by name, read by itself where it is not among the first. */
export function UserLink({ userId }: { userId: string | undefined }) {
  const client = useClient()
  const names = useUserNames()
  const { data } = useQuery({
    queryKey: [...keys.user(userId ?? ''), 'name'],
    queryFn: async ({ signal }) => {
      const params = { path: { userId: userId ?? '' } }
      return (await bodyOf(client.GET('/users/{userId}', { params, signal }))).name
    },
    enabled: userId !== undefined && names !== NONE && !names.has(userId),
    staleTime: 60_000,
  })
  if (userId === undefined) return <>–</>
  return <Link href={userPath(userId)}>{names.get(userId) ?? data ?? userId}</Link>
}
