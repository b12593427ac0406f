import { describe, expect, it } from 'vitest'
import { addressOf } from '../../console/src/pages/about/addresses.ts'
import { commandOf } from '../../console/src/pages/files/upload.ts'
import { doneOf, failedOf } from '../../console/src/pages/tasks/outcome.ts'
import { namesIn, wishOf } from '../../console/src/pages/tasks/targets.ts'

describe('the results of a task', () => {
  it('are worth another try where there was no answer, an error, or an answer that says no', () => {
    const failed = failedOf([
      { chargePointId: 'OK', status: 'Answered', response: { status: 'Accepted' } },
      { chargePointId: 'NO', status: 'Answered', response: { status: 'Rejected' } },
      { chargePointId: 'PLAIN', status: 'Answered', response: { listVersion: 3 } },
      { chargePointId: 'ERROR', status: 'Refused' },
      { chargePointId: 'SLOW', status: 'TimedOut' },
      { chargePointId: 'AWAY', status: 'Undelivered' },
      { chargePointId: 'OLD', status: 'Expired' },
      { chargePointId: 'BACK', status: 'Cancelled' },
      { chargePointId: 'NEXT', status: 'Waiting' },
      { chargePointId: 'NO', status: 'Refused' },
    ])
    expect(failed).toEqual(['NO', 'ERROR', 'SLOW', 'AWAY', 'OLD'])
  })

  it('are counted in percent, and none of none is nothing', () => {
    const none = { answered: 0, refused: 0, timedOut: 0, undelivered: 0, expired: 0, cancelled: 0 }
    expect(doneOf({ ...none, targets: 0, waiting: 0 })).toBe(0)
    expect(doneOf({ ...none, targets: 8, waiting: 2 })).toBe(75)
  })
})

describe('whom a task is for', () => {
  it('is named one on each line, or with commas, each once', () => {
    expect(namesIn(' CP1\nCP2, CP1;\n\nCP3 ')).toEqual(['CP1', 'CP2', 'CP3'])
  })

  it('is nobody until something is given, and everybody only when that is said', () => {
    expect(wishOf({ by: 'names', names: ' \n', filter: {} })).toBeUndefined()
    expect(wishOf({ by: 'filter', names: 'CP1', filter: { vendor: ' ' } })).toBeUndefined()
    expect(wishOf({ by: 'filter', names: '', filter: { vendor: 'Acme', tag: '' } })).toEqual({
      filter: { vendor: 'Acme' },
    })
    expect(wishOf({ by: 'all', names: 'CP1', filter: {} })).toEqual({ filter: { all: true } })
  })
})

describe('what a station dials', () => {
  it('depends on its security profile and on whether there is TLS', () => {
    expect(addressOf('wss://csms.example/ocpp/', 'A 1/2', 2)).toBe('wss://csms.example/ocpp/A%201%2F2')
    expect(addressOf('ws://localhost:8080/ocpp', 'CP1', 1)).toBe('ws://localhost:8080/ocpp/CP1')
    expect(addressOf('ws://localhost:8080/ocpp/', 'CP1', 2)).toBeUndefined()
    expect(addressOf('wss://csms.example/ocpp/', 'CP1', 3)).toBeUndefined()
  })
})

describe('firmware by a shell', () => {
  it('is sent by a command that no name of a file breaks', () => {
    expect(commandOf('https://s3/x?a=1&b=2', "it's.bin")).toBe(
      `curl -T 'it'\\''s.bin' 'https://s3/x?a=1&b=2'`,
    )
  })
})
