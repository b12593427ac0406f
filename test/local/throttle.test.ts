import { describe, expect, it } from 'vitest'
import { throttle } from '../../lib/local/throttle.ts'
import { FakeClock } from './fixture/fake-clock.ts'

describe('a throttle', () => {
  const passes = (mayPass: () => boolean, asked: number) =>
    Array.from({ length: asked }, mayPass).filter((passed) => passed).length

  it('lets a burst through at once, and as many as its rate after that', () => {
    const clock = new FakeClock()
    const mayPass = throttle({ perSecond: 10, burst: 20 }, clock)
    expect(passes(mayPass, 50)).toBe(20)
    clock.advance(500)
    expect(passes(mayPass, 50)).toBe(5)
    clock.advance(50)
    expect(passes(mayPass, 50)).toBe(0)
    clock.advance(50)
    expect(passes(mayPass, 50)).toBe(1)
  })

  it('saves no more than a burst', () => {
    const clock = new FakeClock()
    const mayPass = throttle({ perSecond: 10, burst: 20 }, clock)
    clock.advance(3_600_000)
    expect(passes(mayPass, 50)).toBe(20)
  })

  it('is not upset by a clock that is set back', () => {
    let now = 10_000
    const mayPass = throttle({ perSecond: 1, burst: 1 }, { now: () => now, after: () => () => {} })
    expect(mayPass()).toBe(true)
    now = 0
    expect(mayPass()).toBe(false)
    now = 1_000
    expect(mayPass()).toBe(true)
  })
})
