import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ERROR_CODES, OcppError, readErrorCode } from '../../lib/ocpp/error.ts'
import {
  readFrame,
  UNREADABLE_MESSAGE_ID,
  writeCall,
  writeCallError,
  writeCallResult,
} from '../../lib/ocpp/frame.ts'

const ID_36 = '0193f7c2-8d3e-7a51-9c04-6b1f2e7d5a90'

describe('a CALL (§4.2.1)', () => {
  test.each([
    ['with a payload', '[2,"1","Authorize",{"idTag":"A"}]', '1', 'Authorize', { idTag: 'A' }],
    ['with an empty payload', '[2,"1","Heartbeat",{}]', '1', 'Heartbeat', {}],
    ['with null for an empty payload', '[2,"1","Heartbeat",null]', '1', 'Heartbeat', {}],
    ['with an id of 36 characters', `[2,"${ID_36}","Heartbeat",{}]`, ID_36, 'Heartbeat', {}],
    ['with a numbered id', '[2,17,"Heartbeat",{}]', 17, 'Heartbeat', {}],
    ['with an empty id', '[2,"","Heartbeat",{}]', '', 'Heartbeat', {}],
    ['in small letters, which is another action', '[2,"1","heartbeat",{}]', '1', 'heartbeat', {}],
    ['of an action nobody knows', '[2,"1","Foo",{}]', '1', 'Foo', {}],
    ['with blanks and line breaks around', ' \r\n[ 2 , "1" , "Heartbeat" , {} ]\n', '1', 'Heartbeat', {}],
    ['with NUL bytes', '[2,"1","Heartbeat",{}]\0\0', '1', 'Heartbeat', {}],
    ['with a byte order mark', '\uFEFF[2,"1","Heartbeat",{}]', '1', 'Heartbeat', {}],
    ['with a key twice, of which the last counts', '[2,"1","A",{"x":1,"x":2}]', '1', 'A', { x: 2 }],
    ['whose message type is in quotes', '["2","1","Heartbeat",{}]', '1', 'Heartbeat', {}],
    ['with text of any language', '[2,"ü","A",{"x":"充电 🔌"}]', 'ü', 'A', { x: '充电 🔌' }],
  ])('%s', (_, text, messageId, action, payload) => {
    expect(readFrame(text)).toEqual({ kind: 'Call', messageId, action, payload })
  })

  test.each([
    ['without a payload', '[2,"1","Heartbeat"]', '1'],
    ['with nothing but an id', '[2,"1"]', '1'],
    ['with a fifth element', '[2,"1","Heartbeat",{},{}]', '1'],
    ['whose id is too long', `[2,"${ID_36}0","Heartbeat",{}]`, `${ID_36}0`],
    ['whose action is no string', '[2,"1",5,{}]', '1'],
    ['without an action', '[2,"1",null,{}]', '1'],
    ['whose payload is a list', '[2,"1","Heartbeat",[]]', '1'],
    ['whose payload is a string', '[2,"1","Heartbeat","{}"]', '1'],
    ['with a numbered id, broken', '[2,17,"Heartbeat"]', 17],
    ['without an id', '[2]', UNREADABLE_MESSAGE_ID],
    ['whose id is null', '[2,null,"Heartbeat",{}]', UNREADABLE_MESSAGE_ID],
    ['whose id is an object', '[2,{},"Heartbeat",{}]', UNREADABLE_MESSAGE_ID],
    ['whose id is a fraction', '[2,1.5,"Heartbeat",{}]', UNREADABLE_MESSAGE_ID],
  ])('%s can be answered with a CALLERROR', (_, text, messageId) => {
    expect(readFrame(text)).toEqual({
      kind: 'BrokenCall',
      messageId,
      error: expect.objectContaining({ code: 'FormationViolation' }),
    })
  })
})

test.each([
  ['with a payload', '[3,"1",{"status":"Accepted"}]', '1', { status: 'Accepted' }],
  ['with null for an empty payload', '[3,"1",null]', '1', {}],
  ['without a payload', '[3,"1"]', '1', {}],
  ['with an empty id', '[3,"",{}]', '', {}],
  ['with a numbered id', '[3,17,{}]', 17, {}],
  ['with an element too many', '[3,"1",{},"?"]', '1', {}],
  ['with an id that is too long', `[3,"${ID_36}0",{}]`, `${ID_36}0`, {}],
  ['whose payload is no object: the schema will say so', '[3,"1",[5]]', '1', [5]],
])('a CALLRESULT (§4.2.2) %s', (_, text, messageId, payload) => {
  expect(readFrame(text)).toEqual({ kind: 'CallResult', messageId, payload })
})

test.each([
  ['in full', '[4,"1","NotSupported","no",{"a":1}]', 'NotSupported', 'no', { a: 1 }],
  ['without details', '[4,"1","NotSupported","no"]', 'NotSupported', 'no', {}],
  ['without a description', '[4,"1","NotSupported"]', 'NotSupported', '', {}],
  ['without a code', '[4,"1"]', 'GenericError', '', {}],
  ['with null for everything', '[4,"1",null,null,null]', 'GenericError', '', {}],
  ['with a list of details', '[4,"1","InternalError","",[1]]', 'InternalError', '', {}],
  ['spelt rightly', '[4,"1","OccurrenceConstraintViolation","",{}]', 'OccurenceConstraintViolation', '', {}],
  ['of 2.0.1', '[4,"1","FormatViolation","",{}]', 'FormationViolation', '', {}],
])('a CALLERROR (§4.2.3) %s', (_, text, code, description, details) => {
  expect(readFrame(text)).toEqual({ kind: 'CallError', messageId: '1', code, description, details })
})

test.each(['OutOfCheese', 'constructor'])('a CALLERROR of the code %s keeps what was sent', (sentCode) => {
  expect(readFrame(`[4,"1","${sentCode}","",{}]`)).toMatchObject({ code: 'GenericError', sentCode })
})

test.each([
  ['nothing', ''],
  ['blanks', '  \n'],
  ['NUL bytes', '\0\0'],
  ['no JSON', 'hello'],
  ['JSON that breaks off', '[2,"1","GetConfiguration",{"configurationKey":[]'],
  ['two commas too many', '[2,"1","MeterValues",{"connectorId":1,,}]'],
  ['two frames in one', '[3,"1",{}][3,"2",{}]'],
  ['no list', '{"2":"1"}'],
  ['null', 'null'],
  ['an empty list', '[]'],
  ['message type 1', '[1,"1","Heartbeat",{}]'],
  ['message type 5 (SEND in 2.1)', '[5,"1","Heartbeat",{}]'],
  ['a message type in words', '["CALL","1","Heartbeat",{}]'],
  ['a CALLRESULT without an id', '[3]'],
  ['a CALLERROR without an id', '[4]'],
  ['lists in lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
])('%s is nothing anyone may answer', (_, text) => {
  expect(readFrame(text)).toEqual({ kind: 'Unreadable', reason: expect.any(String) })
})

test('a key named __proto__ is a key', () => {
  const frame = readFrame('[2,"1","A",{"__proto__":{"polluted":true}}]')
  expect(frame).toMatchObject({ kind: 'Call' })
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

const messageId = fc.string({ maxLength: 36 })
const payload = fc.dictionary(fc.string(), fc.jsonValue())
/** What is left of a value on its way through JSON, where -0 is 0. */
const overTheWire = (value: unknown) => JSON.parse(JSON.stringify(value))

test('a comma before a closing bracket is passed over, but not one in a text', () => {
  expect(readFrame('[2,"1","DataTransfer",{"vendorId":"a,]","data":"{\\"x\\",}", },]')).toEqual({
    kind: 'Call',
    messageId: '1',
    action: 'DataTransfer',
    payload: { vendorId: 'a,]', data: '{"x",}' },
  })
})

describe('properties', () => {
  test('reading never throws', () => {
    const kinds = new Set(['Call', 'CallResult', 'CallError', 'BrokenCall', 'Unreadable'])
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.array(fc.jsonValue()).map((value) => JSON.stringify(value)),
      fc
        .tuple(fc.integer({ min: 1, max: 5 }), fc.array(fc.jsonValue()))
        .map(([type, rest]) => JSON.stringify([type, ...rest])),
    )
    fc.assert(
      fc.property(text, (each) => kinds.has(readFrame(each).kind)),
      { seed: 1, numRuns: 2_000 },
    )
  })

  test('what was written can be read', () => {
    fc.assert(
      fc.property(messageId, fc.string(), payload, (id, action, given) => {
        expect(readFrame(writeCall(id, action, given))).toEqual({
          kind: 'Call',
          messageId: id,
          action,
          payload: overTheWire(given),
        })
        expect(readFrame(writeCallResult(id, given))).toEqual({
          kind: 'CallResult',
          messageId: id,
          payload: overTheWire(given),
        })
      }),
      { seed: 1 },
    )
  })

  test('a CALLERROR that was written can be read', () => {
    fc.assert(
      fc.property(
        messageId,
        fc.constantFrom(...ERROR_CODES),
        fc.string({ maxLength: 300 }),
        payload,
        (id, code, text, details) => {
          expect(readFrame(writeCallError(id, new OcppError(code, text, details)))).toEqual({
            kind: 'CallError',
            messageId: id,
            code,
            description: text.slice(0, 255),
            details: overTheWire(details),
          })
        },
      ),
      { seed: 1 },
    )
  })

  test('every numbered id comes back as the number it was', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (id) => {
        const frame = readFrame(`[2,${id},"Heartbeat",{}]`)
        expect(frame).toMatchObject({ kind: 'Call' })
        if (frame.kind === 'Call') expect(writeCallResult(frame.messageId, {})).toBe(`[3,${id},{}]`)
      }),
      { seed: 1 },
    )
  })
})

test('a CALLERROR is written with all five elements, in the spelling of the specification', () => {
  expect(writeCallError('1', new OcppError('OccurenceConstraintViolation'))).toBe(
    '[4,"1","OccurenceConstraintViolation","",{}]',
  )
})

test.each(ERROR_CODES)('%s is read as itself', (code) => {
  expect(readErrorCode(code)).toBe(code)
})
