import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Template } from '../../lib/local/assembly.ts'
import { type Busbar, startBusbar } from '../support/e2e.ts'

/** Takes one action away from one function's role. */
function without(functionName: string, action: string) {
  return (template: Template): Template => {
    let taken = 0
    for (const [id, { Type, Properties }] of Object.entries(template.Resources ?? {}) as [string, any][]) {
      if (Type !== 'AWS::IAM::Policy' || !id.startsWith(`Csms${functionName}Role`)) continue
      for (const statement of Properties.PolicyDocument.Statement) {
        const actions = [statement.Action].flat()
        const left = actions.filter((each: string) => each !== action)
        taken += actions.length - left.length
        statement.Action = left
      }
    }
    if (taken === 0) throw new Error(`${functionName} is not granted ${action}`)
    return template
  }
}

function answerTo(url: string, frame: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ['ocpp1.6'])
    socket.on('open', () => socket.send(frame))
    socket.on('message', (data) => {
      resolve(JSON.parse(String(data)))
      socket.terminate()
    })
    socket.on('error', reject)
  })
}

const BOOT = '[2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]'

describe('a grant that is missing in the stack is missing here', () => {
  let busbar: Busbar
  const log: string[] = []
  afterEach(() => busbar.stop())

  const start = async (edit?: (template: Template) => Template) => {
    log.length = 0
    busbar = await startBusbar(edit, (line) => log.push(line))
    await busbar.register('CP1')
  }

  it('with all grants, a charge point boots', async () => {
    await start()
    expect(await answerTo(`${busbar.local.wsUrl}/ocpp/CP1`, BOOT)).toMatchObject([
      3,
      '1',
      { status: 'Accepted' },
    ])
    expect(log.join('\n')).not.toContain('AccessDenied')
  })

  it('message without dynamodb:UpdateItem answers InternalError, and AccessDenied is in the log', async () => {
    await start(without('Message', 'dynamodb:UpdateItem'))
    expect(await answerTo(`${busbar.local.wsUrl}/ocpp/CP1`, BOOT)).toEqual([4, '1', 'InternalError', '', {}])
    expect(log.join('\n')).toContain('AccessDenied')
  })

  it('api without execute-api:ManageConnections sends nothing, and AccessDenied is in the log', async () => {
    await start(without('Api', 'execute-api:ManageConnections'))
    const socket = new WebSocket(`${busbar.local.wsUrl}/ocpp/CP1`, ['ocpp1.6'])
    await new Promise((resolve) => socket.on('open', resolve))
    const { body } = await busbar.command('CP1', 'ClearCache')
    expect(body).toMatchObject({ status: 'Undelivered' })
    expect(log.join('\n')).toContain('AccessDenied')
    socket.terminate()
  })
})
