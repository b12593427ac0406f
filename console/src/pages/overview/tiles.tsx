import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import { formatCount, formatEnergy } from '../../components/format.ts'

interface Figure {
  label: string
  value: string
  /** The list of what is counted. */
  href?: string
}

/** The figures of everything; each leads to the list behind it. */
export function Tiles({ overview }: { overview: Schemas['Overview'] }) {
  const { t } = useTranslation()
  const { chargePoints, heard, transactions, energyWh, reservations, tasks, users, idTags, sites } = overview
  const figure = (label: string, count: number, href?: string): Figure => ({
    label,
    value: formatCount(count),
    ...(href === undefined ? {} : { href }),
  })
  return (
    <div className="busbar-tiles">
      <Tile
        title={t('overview.chargePoints')}
        figures={[
          figure(t('overview.registered'), chargePoints.total, '/charge-points'),
          figure(t('overview.online'), chargePoints.online, '/charge-points?connectionState=online'),
          figure(t('overview.stale'), chargePoints.stale, '/charge-points?connectionState=stale'),
          figure(t('overview.offline'), chargePoints.offline, '/charge-points?connectionState=offline'),
          figure(
            t('overview.pending'),
            chargePoints.registrationStatus.Pending,
            '/charge-points?registrationStatus=Pending',
          ),
        ]}
      />
      <Tile
        title={t('overview.transactions')}
        figures={[
          figure(t('overview.active'), transactions.active, '/transactions?active=true'),
          figure(t('overview.doubtful'), transactions.doubtful, '/transactions?doubtful=true'),
          figure(t('overview.startedToday'), transactions.startedToday, `/transactions?from=${midnight(0)}`),
          figure(
            t('overview.startedYesterday'),
            transactions.startedYesterday,
            `/transactions?from=${midnight(-1)}&to=${midnight(0)}`,
          ),
        ]}
      />
      <Tile
        title={t('overview.energy')}
        figures={[
          {
            label: t('overview.energyToday'),
            value: formatEnergy(energyWh.today),
            href: '/transactions?active=false',
          },
          { label: t('overview.energyYesterday'), value: formatEnergy(energyWh.yesterday) },
        ]}
      />
      <Tile
        title={t('overview.heard')}
        figures={[
          figure(t('overview.today'), heard.today, `/charge-points?heardWithin=${secondsOfToday()}`),
          figure(t('overview.yesterday'), heard.yesterday),
          figure(t('overview.earlier'), heard.earlier, '/charge-points?connectionState=offline'),
          figure(t('overview.never'), heard.never, '/charge-points?connectionState=offline'),
        ]}
      />
      <Tile
        title={t('overview.underWay')}
        figures={[
          figure(t('overview.reservations'), reservations.active, '/reservations?active=true'),
          figure(t('overview.tasks'), tasks.running, '/tasks?status=running'),
        ]}
      />
      <Tile
        title={t('overview.onRecord')}
        figures={[
          figure(t('overview.users'), users, '/users'),
          figure(t('overview.idTags'), idTags.total, '/id-tags'),
          figure(t('overview.blocked'), idTags.blocked, '/id-tags?blocked=true'),
          figure(t('overview.sites'), sites, '/sites'),
        ]}
      />
    </div>
  )
}

function Tile({ title, figures }: { title: string; figures: Figure[] }) {
  return (
    <Container fitHeight header={<Header variant="h2">{title}</Header>}>
      <dl className="busbar-figures busbar-counts">
        {figures.map(({ label, value, href }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {href ? (
                <Link href={href} fontSize="heading-xl" ariaLabel={`${label}: ${value}`}>
                  {value}
                </Link>
              ) : (
                <span className="busbar-value">{value}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Container>
  )
}

const DAY_MILLISECONDS = 24 * 3600 * 1000

/** Of today or of a day before, in UTC, as the figures count. */
function midnight(days: number): string {
  const today = Math.floor(Date.now() / DAY_MILLISECONDS) * DAY_MILLISECONDS
  return new Date(today + days * DAY_MILLISECONDS).toISOString()
}

const secondsOfToday = (): number => Math.max(1, Math.floor((Date.now() % DAY_MILLISECONDS) / 1000))
