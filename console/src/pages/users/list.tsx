import Link from '@cloudscape-design/components/link'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { When } from '../../components/time.tsx'
import { UserForm } from './form.tsx'
import { userPath } from './paths.ts'

export default function Users() {
  const { t } = useTranslation()
  const client = useClient()
  const [adding, setAdding] = useState(false)
  usePlace(t('users.title'))
  const add = (
    <MayButton needs="administrator" variant="primary" onClick={() => setAdding(true)}>
      {t('users.add')}
    </MayButton>
  )
  return (
    <>
      <Listing<Schemas['User']>
        id="users"
        title={t('users.title')}
        queryKey={keys.users}
        fetchPage={(query, signal) => bodyOf(client.GET('/users', { params: { query }, signal }))}
        rowId={({ userId }) => userId}
        columns={[
          {
            id: 'name',
            header: t('users.name'),
            isRowHeader: true,
            cell: ({ userId, name }) => <Link href={userPath(userId)}>{name}</Link>,
          },
          { id: 'email', header: t('users.email'), cell: ({ email }) => email ?? '–' },
          { id: 'phone', header: t('users.phone'), cell: ({ phone }) => phone ?? '–' },
          { id: 'note', header: t('users.note'), cell: ({ note }) => note ?? '–' },
          {
            id: 'createdAt',
            header: t('users.createdAt'),
            cell: ({ createdAt }) => <When at={createdAt} />,
          },
        ]}
        filters={[
          { name: 'name', label: t('users.name'), operator: '^' },
          { name: 'email', label: t('users.email'), suggest: ({ email }) => [email] },
        ]}
        freeText="name"
        order={{ usual: 'asc' }}
        actions={add}
        empty={{ title: t('users.empty'), detail: t('users.emptyDetail'), action: add }}
      />
      {adding && <UserForm close={() => setAdding(false)} />}
    </>
  )
}
