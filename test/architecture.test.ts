import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Which rooms a room may import from; itself always. `types:` marks what it may see as types only. */
const ARROWS: Record<string, string[]> = {
  'lib/ocpp': [],
  'lib/store': ['types:lib/store'],
  'lib/actions': ['lib/ocpp', 'types:lib/store'],
  'lib/central-system': ['lib/ocpp', 'lib/actions', 'types:lib/store'],
  'lib/operator': ['lib/ocpp', 'lib/actions', 'lib/central-system', 'types:lib/store'],
  'lib/station': ['lib/ocpp', 'lib/actions'],
  'lib/doctor': ['lib/ocpp'],
  'lib/local': [],
  'lib/stack': [],
  functions: ['lib/ocpp', 'lib/central-system', 'lib/operator', 'lib/store'],
  bin: ['lib/stack', 'lib/local', 'lib/station', 'lib/doctor', 'console/build.ts', 'console/types.ts'],
}

/** What is more than a wrong arrow's width off the rule, and why. */
const EXCEPTIONS: Record<string, string> = {
  'lib/stack -> lib/store/table.ts': 'the shape of the table is data, and both sides must agree on it',
  'lib/central-system -> lib/store/port.ts': 'CLOSED_STATUSES is a part of the port',
  'lib/operator -> lib/store/port.ts': 'CLOSED_STATUSES is a part of the port',
  'lib/operator -> lib/store/paging.ts': 'the error of a cursor that is none is a part of the port',
}

/** Packages a room may lean on, where that matters. */
const PACKAGES: Record<string, RegExp> = {
  'lib/ocpp': /^zod(\/|$)/,
  'lib/actions': /^$/,
  'lib/central-system': /^node:crypto$/,
  'lib/store':
    /^(@aws-sdk\/(client-dynamodb|lib-dynamodb|util-dynamodb)|@smithy\/(core\/checksum|signature-v4)|node:crypto)$/,
  'lib/stack': /^(aws-cdk-lib|constructs|esbuild|node:|@?cdk)/,
}

interface Import {
  file: string
  room: string
  from: string
  typeOnly: boolean
}

function filesOf(directory: string): string[] {
  return readdirSync(join(ROOT, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
}

function roomOf(file: string): string {
  return Object.keys(ARROWS).find((room) => file.startsWith(`${room}/`)) ?? file
}

const IMPORT =
  /(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s*'([^']+)'|import\(\s*'([^']+)'\s*\)|import\s+'([^']+)'/g

function importsOf(file: string): Import[] {
  const source = readFileSync(join(ROOT, file), 'utf8')
  return [...source.matchAll(IMPORT)].map((match) => {
    const names = match[2] ?? ''
    const everyNameIsType = /^\{(\s*type\s+\w+(\s+as\s+\w+)?\s*,?)+\s*\}$/.test(names)
    return {
      file,
      room: roomOf(file),
      from: match[3] ?? match[4] ?? match[5] ?? '',
      typeOnly: match[1] !== undefined || everyNameIsType,
    }
  })
}

const imports = Object.keys(ARROWS).flatMap(filesOf).flatMap(importsOf)

describe('the rooms', () => {
  it('are all read', () => {
    for (const room of Object.keys(ARROWS))
      expect(imports.filter((each) => each.room === room).length, room).toBeGreaterThan(0)
  })

  it('import one way', () => {
    const wrong = imports
      .filter(({ from }) => from.startsWith('.'))
      .map((each) => ({ ...each, target: relative(ROOT, resolve(ROOT, dirname(each.file), each.from)) }))
      .filter(({ room, target, typeOnly }) => {
        const there = roomOf(target)
        if (there === room || ARROWS[room]?.includes(there)) return false
        if (typeOnly && ARROWS[room]?.includes(`types:${there}`)) return false
        return !(`${room} -> ${target}` in EXCEPTIONS)
      })
      .map(({ file, target, typeOnly }) => `${file} -> ${target}${typeOnly ? ' (type)' : ''}`)
    expect(wrong).toEqual([])
  })

  it('lean on no package they have no business with', () => {
    const wrong = imports
      .filter(
        ({ from, room, typeOnly }) =>
          !from.startsWith('.') && !typeOnly && PACKAGES[room] && !PACKAGES[room].test(from),
      )
      .map(({ file, from }) => `${file} -> ${from}`)
    expect(wrong).toEqual([])
  })

  it('read the environment only where it belongs', () => {
    const readers = Object.keys(ARROWS)
      .flatMap(filesOf)
      .filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('process.env'))
      .map(roomOf)
    expect(new Set(readers)).toEqual(
      new Set([...new Set(readers)].filter((room) => ['functions', 'bin', 'lib/local'].includes(room))),
    )
  })

  it('functions translate only', () => {
    for (const file of filesOf('functions')) {
      const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').length
      expect(lines, file).toBeLessThanOrEqual(file === 'functions/system.ts' ? 110 : 60)
    }
  })

  it('never scan the table', () => {
    const scanning = Object.keys(ARROWS)
      .flatMap(filesOf)
      .filter((file) => /ScanCommand|dynamodb:Scan/.test(readFileSync(join(ROOT, file), 'utf8')))
    expect(scanning).toEqual([])
  })
})
