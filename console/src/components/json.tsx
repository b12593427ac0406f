import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { useTranslation } from 'react-i18next'

/** A value as people read it, to be copied. */
export function Json({ value, label }: { value: unknown; label?: string }) {
  const { t } = useTranslation()
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  return (
    <div className="busbar-json">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section className="busbar-code" tabIndex={0} aria-label={label ?? t('common.code')}>
        <pre>{text}</pre>
      </section>
      <div className="busbar-json-copy">
        <Copy text={text} />
      </div>
    </div>
  )
}

export function Copy({ text, button }: { text: string; button?: string }) {
  const { t } = useTranslation()
  return (
    <CopyToClipboard
      variant={button ? 'button' : 'icon'}
      {...(button ? { copyButtonText: button } : {})}
      copyButtonAriaLabel={button ?? t('common.copy')}
      copySuccessText={t('common.copied')}
      copyErrorText={t('common.copyFailed')}
      textToCopy={text}
    />
  )
}
