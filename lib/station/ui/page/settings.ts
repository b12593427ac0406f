import type { ShownSettings } from '../protocol.ts'
import { ask } from './api.ts'
import { button, field, h } from './dom.ts'

const PROFILES = ['0 – no security', '1 – password', '2 – TLS and password', '3 – TLS and client certificate']

/** Settings of a new station, or of `key`, in a dialog. */
export function openSettings(
  shown: ShownSettings,
  key: string | undefined,
  onSaved: (key: string) => void,
): void {
  const text = (value: string, more = {}) => h('input', { type: 'text', spellcheck: false, value, ...more })
  const number = (value: number | undefined, more = {}) =>
    h('input', { type: 'number', value: value ?? '', ...more })
  const secret = (has: boolean) => (has && key ? 'unchanged' : '')
  const pem = (has: boolean) =>
    h('textarea', { rows: 2, spellcheck: false, placeholder: secret(has) || 'PEM' })
  const url = text(shown.url, { required: true })
  const id = text(shown.id, { required: true, maxlength: 255 })
  const profile = h('select', {}, ...PROFILES.map((name, value) => h('option', { value }, name)))
  const password = h('input', {
    ...{ type: 'password', autocomplete: 'off', placeholder: secret(shown.hasPassword) },
  })
  const ca = pem(false)
  const certificate = pem(shown.hasCertificate)
  const privateKey = pem(shown.hasCertificate)
  const idTag = text(shown.idTag, { required: true, maxlength: 20 })
  const connectors = number(shown.connectors, { min: 1, max: 32, required: true })
  const powerKw = number(shown.powerKw, { min: 0.1, max: 1000, step: 'any', required: true })
  const limit = number(shown.stationLimitKw, { min: 0, step: 'any', placeholder: 'none' })
  const interval = number(shown.meterInterval, { min: 0, max: 86_400, required: true })
  const speed = number(shown.speed, { min: 1, max: 3600, required: true })
  profile.value = String(shown.securityProfile)
  const problem = h('p', { class: 'problem', role: 'alert' })
  const tls = h(
    'div',
    {},
    field('Certificate authority', ca, 'Trusted instead of those this machine trusts.'),
    field('Certificate of the station', certificate),
    field('Private key', privateKey),
  )
  const passwordField = field('Password', password)
  const showWhatMatters = () => {
    passwordField.hidden = !['1', '2'].includes(profile.value)
    tls.hidden = !['2', '3'].includes(profile.value)
  }
  profile.addEventListener('change', showWhatMatters)
  showWhatMatters()

  async function save(): Promise<void> {
    const secrets = {
      password: password.value,
      ca: ca.value,
      certificate: certificate.value,
      privateKey: privateKey.value,
    }
    const outcome = await ask(key ? 'PUT' : 'POST', key ? `/api/stations/${key}` : '/api/stations', {
      ...{ url: url.value.trim(), id: id.value, idTag: idTag.value, securityProfile: Number(profile.value) },
      ...{ connectors: Number(connectors.value), powerKw: Number(powerKw.value) },
      ...{ meterInterval: Number(interval.value), speed: Number(speed.value) },
      ...(limit.value === '' ? {} : { stationLimitKw: Number(limit.value) }),
      ...Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== '')),
    })
    problem.textContent = outcome.ok ? '' : outcome.text
    if (!outcome.ok || !outcome.key) return
    dialog.close()
    onSaved(outcome.key)
  }
  const form = h(
    'form',
    {
      method: 'dialog',
      onsubmit: (event) => {
        event.preventDefault()
        void save()
      },
    },
    h('h2', { id: 'settings-title' }, key ? `Settings of ${shown.id}` : 'New station'),
    field('Central system', url, 'The OCPP-J address without the identity.'),
    h('div', { class: 'pair' }, field('Identity', id), field('Id tag', idTag)),
    field('Security profile', profile),
    passwordField,
    tls,
    h('div', { class: 'pair' }, field('Connectors', connectors), field('Power of each, kW', powerKw)),
    h(
      'div',
      { class: 'pair' },
      field('Limit of the station, kW', limit),
      field('Meter values every, s', interval),
    ),
    field('Speed', speed, 'How many times as fast as ours the time of the station goes.'),
    key ? h('p', { class: 'hint' }, 'The station is switched off and connects anew with these.') : undefined,
    problem,
    h(
      'div',
      { class: 'row' },
      h('button', { type: 'submit', class: 'primary' }, key ? 'Save and connect' : 'Connect'),
      button('Cancel', () => dialog.close()),
    ),
  )
  const dialog = h('dialog', { 'aria-labelledby': 'settings-title', onclose: () => dialog.remove() }, form)
  document.body.append(dialog)
  dialog.showModal()
}
