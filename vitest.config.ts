import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Rooms whose tests change nothing that the next file in the same process could see: it need not import all anew. */
const ROOMS = ['actions', 'central-system', 'conformance', 'console', 'ocpp', 'operator', 'store'].map(
  (room) => `test/${room}/**/*.test.ts`,
)

/** What takes longest comes first, and files that share a process come one after the other. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((one, other) => place(one) - place(other))
  }
}

const ORDER = ['/journeys/', '/station/']

function place({ project, moduleId }: TestSpecification): number {
  const inOrder = ORDER.findIndex((room) => moduleId.includes(room))
  return (project.name === 'rooms' ? ORDER.length + 1 : 0) + (inOrder < 0 ? ORDER.length : inOrder)
}

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    // Nothing waits so long but in vain: a machine with other things to do is slow, not wrong.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    maxWorkers: 2,
    execArgv: ['--no-warnings'],
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'rooms', include: ROOMS, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: ROOMS } },
    ],
  },
})
