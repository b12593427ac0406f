import { act, check } from './api.ts'
import { button, field, h } from './dom.ts'

const SAMPLES: Record<string, () => object> = {
  Authorize: () => ({ idTag: 'TAG001' }),
  BootNotification: () => ({ chargePointVendor: 'Acme', chargePointModel: 'Model 1' }),
  DataTransfer: () => ({ vendorId: 'com.example', messageId: 'Hello', data: 'text' }),
  DiagnosticsStatusNotification: () => ({ status: 'Uploaded' }),
  FirmwareStatusNotification: () => ({ status: 'Installed' }),
  Heartbeat: () => ({}),
  LogStatusNotification: () => ({ status: 'Uploaded', requestId: 1 }),
  MeterValues: () => ({
    connectorId: 1,
    meterValue: [{ timestamp: new Date().toISOString(), sampledValue: [{ value: '1000' }] }],
  }),
  SecurityEventNotification: () => ({
    type: 'TamperDetectionActivated',
    timestamp: new Date().toISOString(),
  }),
  StartTransaction: () => ({
    connectorId: 1,
    idTag: 'TAG001',
    meterStart: 0,
    timestamp: new Date().toISOString(),
  }),
  StatusNotification: () => ({ connectorId: 1, errorCode: 'NoError', status: 'Available' }),
  StopTransaction: () => ({ transactionId: 1, meterStop: 1000, timestamp: new Date().toISOString() }),
}
const CHECK_MS = 250

/** Any frame, as it is written here. What is not by the letter is remarked on, and sent all the same. */
export function framePanel(key: string) {
  const text = h('textarea', {
    rows: 7,
    spellcheck: false,
    id: 'frame-text',
    'aria-describedby': 'frame-remarks',
  })
  const remarks = h('ul', { class: 'remarks' })
  const samples = h('select', {}, ...Object.keys(SAMPLES).map((action) => h('option', {}, action)))
  let checking: number | undefined

  async function remark(): Promise<void> {
    const written = text.value
    const found = await check(written).catch(() => ({ remarks: [] }))
    if (written !== text.value) return
    const lines = found.remarks.length > 0 ? found.remarks : ['By the letter of the specification.']
    remarks.dataset.ok = String(found.remarks.length === 0)
    remarks.replaceChildren(...lines.map((line) => h('li', {}, line)))
  }
  const changed = () => {
    clearTimeout(checking)
    checking = window.setTimeout(() => void remark(), CHECK_MS)
  }
  const write = (frame: unknown) => {
    text.value = JSON.stringify(frame, null, 2)
    changed()
  }
  const sample = () => write([2, crypto.randomUUID(), samples.value, SAMPLES[samples.value]?.() ?? {}])
  const renew = () => {
    try {
      const frame: unknown = JSON.parse(text.value)
      if (Array.isArray(frame)) write(frame.with(1, crypto.randomUUID()))
    } catch {
      sample()
    }
  }
  const send = () => void act(key, { what: 'send', text: compact(text.value) })
  text.addEventListener('input', changed)
  samples.addEventListener('change', sample)
  samples.value = 'Heartbeat'
  return {
    element: h(
      'details',
      {
        class: 'panel',
        ontoggle: () => {
          if (text.value === '') sample()
        },
      },
      h('summary', {}, h('h2', {}, 'Raw frame')),
      h('div', { class: 'row' }, field('Begin with', samples), button('New message id', renew)),
      field('Frame', text),
      h('div', { id: 'frame-remarks', role: 'status' }, remarks),
      h('div', { class: 'row' }, button('Send as it is', send, { class: 'primary' })),
    ),
  }
}

/** On the wire frames have no line breaks; what is no JSON goes out as it stands. */
function compact(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return text
  }
}
