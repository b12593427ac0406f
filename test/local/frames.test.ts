import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameGuard } from '../../lib/local/frame-guard.ts'
import { routeSelection } from '../../lib/local/route-selection.ts'

/** A masked client frame with a payload of this size. */
function frame(size: number): Buffer {
  const length = size < 126 ? Buffer.from([size]) : size < 65_536 ? Buffer.alloc(3) : Buffer.alloc(9)
  if (size >= 126 && size < 65_536) length.writeUInt16BE(size, 1)
  if (size >= 65_536) length.writeBigUInt64BE(BigInt(size), 1)
  length[0] = (size < 126 ? size : size < 65_536 ? 126 : 127) | 0x80
  return Buffer.concat([Buffer.from([0x81]), length, Buffer.alloc(4, 0xff), Buffer.alloc(size, 0xff)])
}

describe('the frame guard', () => {
  it('finds the first frame over the limit, however the bytes are cut', () => {
    const sizes = fc.array(fc.oneof(fc.nat(200), fc.integer({ min: 900, max: 1_100 }), fc.constant(70_000)), {
      maxLength: 6,
    })
    fc.assert(
      fc.property(sizes, fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1 }), (all, cuts) => {
        const bytes = Buffer.concat(all.map(frame))
        const guard = new FrameGuard(1_000)
        let exceeded = false
        for (let at = 0, i = 0; at < bytes.length && !exceeded; i += 1) {
          const cut = cuts[i % cuts.length] ?? 1
          exceeded = guard.exceeds(bytes.subarray(at, at + cut))
          at += cut
        }
        expect(exceeded).toBe(all.some((size) => size > 1_000))
      }),
      { numRuns: 60 },
    )
  })
})

describe('route selection', () => {
  it.each([
    ['$request.body.[0]', '[2,"a"]', '2'],
    ['$request.body.[0]', '["x"]', 'x'],
    ['$request.body.[0]', '[[1],2]', '$default'],
    ['$request.body.[0]', '{"0":"a"}', 'a'],
    ['$request.body.[2]', '[2,"a"]', '$default'],
    ['$request.body.action', '{"action":"go"}', 'go'],
    ['$request.body.action', '{"action":null}', '$default'],
    ['$request.body.action', '[1]', '$default'],
    ['$request.body.action', 'not json', '$default'],
    ['$request.body.toString', '{}', '$default'],
    ['$request.body.a.b[1].c', '{"a":{"b":[0,{"c":true}]}}', 'true'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: API Gateway's own
    ['${request.body.action}', '{"action":"go"}', 'go'],
  ])('%s of %s is %s', (expression, body, expected) => {
    expect(routeSelection(expression)(body)).toBe(expected)
  })

  it('refuses what it does not know', () => {
    expect(() => routeSelection('$request.header.x')).toThrow(/not emulated/)
    expect(() => routeSelection('$request.body.a..b')).toThrow(/not emulated/)
  })
})
