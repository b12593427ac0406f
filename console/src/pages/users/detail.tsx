import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { answerOf, bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Page } from '../../app/page.tsx'
import { useClient, useRefresh } from '../../app/services.tsx'
import { EditOrRemove } from '../../components/edit-or-remove.tsx'
import { Facts } from '../../components/facts.tsx'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { RemoveModal } from '../../components/remove-modal.tsx'
import { When } from '../../components/time.tsx'
import { AddIdTag } from '../id-tags/add.tsx'
import { useIdTagColumns } from '../id-tags/columns.tsx'
import { TransactionsOf } from '../transactions/transactions-of.tsx'
import { UserForm } from './form.tsx'

/** A user: the facts, the id tags, what was charged. */
export default function User() {
  const { t } = useTranslation()
  const { userId = '' } = useParams()
  const client = useClient()
  const { data, error, refetch } = useQuery({
    queryKey: keys.user(userId),
    queryFn: async ({ signal }) => {
      const params = { path: { userId } }
      const { body, headers } = await answerOf(client.GET('/users/{userId}', { params, signal }))
      return { user: body, etag: headers.get('etag') ?? '*' }
    },
    refetchInterval: useRefresh(60),
  })
  return (
    <Page
      title={data?.user.name ?? userId}
      above={[{ text: t('users.title'), href: '/users' }]}
      actions={data && <Actions {...data} />}
    >
      {error && <ProblemAlert error={error} retry={refetch} />}
      {!data && !error && <Spinner size="large" />}
      {data && (
        <SpaceBetween size="l">
          <UserFacts {...data.user} />
          <TagsOf userId={userId} />
          <TransactionsOf
            id="user-transactions"
            title={t('users.transactions')}
            query={{ userId }}
            empty={{ title: t('users.noTransactions') }}
          />
        </SpaceBetween>
      )}
    </Page>
  )
}

function UserFacts({ email, phone, note, createdAt, updatedAt }: Schemas['UserDetails']) {
  const { t } = useTranslation()
  return (
    <Facts
      title={t('users.facts')}
      facts={[
        { label: t('users.email'), value: email && <Link href={`mailto:${email}`}>{email}</Link> },
        { label: t('users.phone'), value: phone },
        { label: t('users.note'), value: note },
        { label: t('users.createdAt'), value: <When at={createdAt} /> },
        { label: t('users.updatedAt'), value: <When at={updatedAt} /> },
      ]}
    />
  )
}

function TagsOf({ userId }: { userId: string }) {
  const { t } = useTranslation()
  const client = useClient()
  const [adding, setAdding] = useState(false)
  const add = (
    <MayButton needs="administrator" onClick={() => setAdding(true)}>
      {t('users.giveTag')}
    </MayButton>
  )
  return (
    <>
      <Listing<Schemas['IdTag']>
        id="user-id-tags"
        variant="container"
        title={t('users.tags')}
        queryKey={[...keys.idTags, 'of', userId]}
        fetchPage={(query, signal) =>
          bodyOf(client.GET('/id-tags', { params: { query: { ...query, userId } }, signal }))
        }
        rowId={({ idTag }) => idTag}
        columns={useIdTagColumns().filter(({ id }) => id !== 'userId')}
        actions={add}
        empty={{ title: t('users.noTags'), detail: t('users.noTagsDetail') }}
      />
      {adding && <AddIdTag userId={userId} close={() => setAdding(false)} />}
    </>
  )
}

function Actions({ user, etag }: { user: Schemas['UserDetails']; etag: string }) {
  const { t } = useTranslation()
  const client = useClient()
  const [open, setOpen] = useState<'edit' | 'remove'>()
  const close = () => setOpen(undefined)
  const { userId, name } = user
  const params = { path: { userId }, header: { 'If-Match': etag } }
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <EditOrRemove open={setOpen} />
      {open === 'edit' && <UserForm user={user} etag={etag} close={close} />}
      {open === 'remove' && (
        <RemoveModal
          title={t('users.removeTitle', { name })}
          detail={t('users.removeDetail')}
          removed={t('users.removed', { name })}
          list="/users"
          listKey={keys.users}
          ownKey={keys.user(userId)}
          remove={() => bodyOf(client.DELETE('/users/{userId}', { params }))}
          close={close}
        />
      )}
    </SpaceBetween>
  )
}
