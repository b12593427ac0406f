import Button, { type ButtonProps } from '@cloudscape-design/components/button'
import { useTranslation } from 'react-i18next'
import { type Role, useMay } from '../app/services.tsx'

/** A button for what needs a role: whoever lacks it sees the button, and why it does nothing. */
export function MayButton({ needs, ...props }: ButtonProps & { needs: Role }) {
  const { t } = useTranslation()
  const may = useMay(needs)
  return may ? (
    <Button {...props} />
  ) : (
    <Button {...props} disabled disabledReason={t(`roles.needs.${needs}`)} />
  )
}
