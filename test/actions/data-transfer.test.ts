import { afterAll, beforeAll, describe, it } from 'vitest'
import { answersAll } from '../support/payloads.ts'
import { aChargePoint, startSystem, type TestSystem } from '../support/system.ts'

describe('DataTransfer (§4.3)', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  it('is answered by the table of vendors', async () => {
    await answersAll(await aChargePoint(test), 'DataTransfer', [
      ['a vendor nobody knows', { vendorId: 'com.example' }, { status: 'UnknownVendorId' }],
      [
        'a message nobody knows',
        { vendorId: 'org.busbar', messageId: 'Sing' },
        { status: 'UnknownMessageId' },
      ],
      ['a vendor without a message', { vendorId: 'org.busbar' }, { status: 'UnknownMessageId' }],
      [
        'a message',
        { vendorId: 'org.busbar', messageId: 'Echo', data: 'abc' },
        { status: 'Accepted', data: 'abc' },
      ],
      ['without case', { vendorId: 'ORG.Busbar', messageId: 'ECHO' }, { status: 'Accepted' }],
      ['null data', { vendorId: 'org.busbar', messageId: 'Echo', data: null }, { status: 'Accepted' }],
      ['no vendor', {}, 'OccurenceConstraintViolation'],
    ])
  })
})
