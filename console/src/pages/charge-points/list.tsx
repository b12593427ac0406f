import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { AddChargePoint } from './add.tsx'
import { useColumns, useFilters } from './columns.tsx'

type ChargePoint = Schemas['ChargePoint']

export default function ChargePoints() {
  const { t } = useTranslation()
  const client = useClient()
  const [adding, setAdding] = useState(false)
  usePlace(t('chargePoints.title'))
  const add = (
    <MayButton needs="administrator" variant="primary" onClick={() => setAdding(true)}>
      {t('chargePoints.add')}
    </MayButton>
  )
  return (
    <>
      <Listing<ChargePoint>
        id="charge-points"
        title={t('chargePoints.title')}
        queryKey={keys.chargePoints}
        fetchPage={(query, signal) => bodyOf(client.GET('/charge-points', { params: { query }, signal }))}
        rowId={({ chargePointId }) => chargePointId}
        columns={useColumns()}
        filters={useFilters()}
        freeText="prefix"
        order={{ usual: 'asc' }}
        csv="/charge-points"
        refreshSeconds={15}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button href="/imports">{t('chargePoints.import')}</Button>
            {add}
          </SpaceBetween>
        }
        empty={{ title: t('chargePoints.empty'), detail: t('chargePoints.emptyDetail'), action: add }}
      />
      {adding && <AddChargePoint close={() => setAdding(false)} />}
    </>
  )
}
